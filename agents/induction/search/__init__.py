"""The search for programs: which rows, which layout, which expression for each column."""
