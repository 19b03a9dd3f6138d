"""Measures: encoding (`make bench-encode`), and what clients wait for (`make bench-api`)."""
