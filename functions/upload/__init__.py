"""Takes uploads: `POST /upload`, and `GET /s3/params` for files too large to pass a function."""
