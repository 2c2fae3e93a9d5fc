"""Numbers: how they are written, what is computed of them, and how both are read off the data."""
