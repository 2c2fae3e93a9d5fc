"""Runs workflows and scripts somewhere, safely."""
