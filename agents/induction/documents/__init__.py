"""Columns taken apart into several, and fields and items found in longer texts."""
