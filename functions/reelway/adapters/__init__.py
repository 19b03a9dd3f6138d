"""The outside world: AWS through boto3, ffmpeg through subprocess, HTTP through Powertools, settings."""
