"""What clients wait for: uploads, messages of the status stream, answers; `make bench-api` measures it."""
