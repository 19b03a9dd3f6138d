"""`make smoke URL=…`: tests a deployed stack through its public URL alone, and reports to a person."""
