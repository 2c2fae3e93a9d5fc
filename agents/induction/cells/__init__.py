"""Expressions on texts: copies, letter case, parts, what is put together from them, look-ups."""
