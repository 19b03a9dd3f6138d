"""What runs on a schedule: lost work is found again, and quiet sockets are kept alive."""
