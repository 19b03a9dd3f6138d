"""Times that clients see: uploads, status messages, answers; `make bench-api` measures them."""
