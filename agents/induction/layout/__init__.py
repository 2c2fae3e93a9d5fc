"""Steps that change the layout of a table, and the search for the few that lead from an input to its output."""
