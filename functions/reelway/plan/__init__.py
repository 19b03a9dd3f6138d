"""What is made of a file: grid, ladder, cuts, chunks, stills."""
