"""Lets the tests in folders below this one use `learning.py` and `rendering.py`, which stand here."""
