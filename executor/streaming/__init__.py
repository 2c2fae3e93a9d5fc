"""Converts large files part by part, when each of their rows stands by itself."""
