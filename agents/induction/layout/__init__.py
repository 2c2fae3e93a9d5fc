"""Steps that change the layout of a table: which cells are names, rows and columns."""
