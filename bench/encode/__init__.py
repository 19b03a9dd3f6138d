"""What encoding costs; `make bench-encode` measures it."""
