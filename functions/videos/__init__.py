"""Describes and deletes single videos over HTTP, and answers every path that no other function serves."""
