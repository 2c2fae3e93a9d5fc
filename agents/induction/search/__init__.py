"""The search: which layout, which rows, which expression for each column."""
