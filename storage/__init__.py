"""Keeps jobs, events and artifacts behind two small interfaces."""
