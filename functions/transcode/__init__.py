"""Turns an uploaded file into HLS: plan, prepare, encode, publish; and what happens when that fails."""
