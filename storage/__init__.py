"""Keeps jobs with their events, artifacts, keys and the audit trail, each behind a small interface."""
