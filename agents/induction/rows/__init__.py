"""Steps on rows, which are kept in which order, and which rows of two tables belong together."""
