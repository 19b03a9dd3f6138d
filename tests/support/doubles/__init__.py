"""Stand-ins: fakes of the ports, moto's AWS, servers and networks that fail."""
