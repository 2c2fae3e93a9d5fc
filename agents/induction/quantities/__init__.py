"""What everybody knows and no example has to tell: units, codes, numerals, check digits, functions with a name."""
