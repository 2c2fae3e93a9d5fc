"""How CSV files are written, found out from the files themselves, and their rows, read and repaired."""
