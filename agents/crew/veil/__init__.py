"""Made-up rows of the same patterns in place of real ones, and the way back for scripts that were written for them."""
