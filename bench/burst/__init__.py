"""More uploads at once than Lambda has room for; `make bench-burst` simulates them."""
