"""What prompts are made of: the tables and some of their rows, what was tried, and the script to begin with."""
