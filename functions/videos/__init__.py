"""Describes, deletes and retries single videos over HTTP; answers every path that nothing else serves."""
