"""Access to a running system: as its clients and as the owner of the account."""
