"""Expressions that choose between others: by a test, by kinds of cells, or where a column is blank."""
