"""What people write beside the example: what it asks for, how it weighs, and whether it was followed."""
