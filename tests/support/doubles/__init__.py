"""Test doubles: fakes of the ports, AWS by moto, servers and networks that fail."""
