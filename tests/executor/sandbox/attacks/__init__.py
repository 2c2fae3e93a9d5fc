"""Hostile scripts by theme, as data; `test_attacks.py` runs them."""
