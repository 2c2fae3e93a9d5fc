"""The script that a program is rendered as."""
