"""A running system as its clients and its owner see it."""
