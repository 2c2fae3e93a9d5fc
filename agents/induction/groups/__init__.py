"""Groups of rows that become one row each, and figures across the columns of a row."""
