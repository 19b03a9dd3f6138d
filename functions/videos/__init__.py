"""Tells of single videos over HTTP, and answers for every path that nothing else serves."""
