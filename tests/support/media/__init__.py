"""Media files for tests: real ones, and ones built byte by byte."""
