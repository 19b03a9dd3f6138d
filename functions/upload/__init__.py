"""Takes uploads: `POST /upload`, and under `/s3` files that are too large to pass a function."""
