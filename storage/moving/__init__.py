"""Copies all that is kept from one place to another, so that nothing is lost however often it is interrupted."""
