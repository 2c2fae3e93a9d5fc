"""A look at a script before it is run: whether it converts its input, or holds and repeats what is expected."""
