"""Columns whose cells depend on other rows too: running totals, ranks, shares, counts, the cell above."""
