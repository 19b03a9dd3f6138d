"""A local system under load that is disturbed: what becomes of every upload that was acknowledged."""
