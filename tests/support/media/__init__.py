"""Files that tests read, real ones and ones made by hand."""
