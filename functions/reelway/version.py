"""The version that the command line, the descriptions of the API and the metrics name; CHANGELOG.md has its contents."""

VERSION = "0.2.0"
