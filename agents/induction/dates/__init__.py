"""Dates: how they are written, what is made of them, and how both are read off the data."""
