"""Decides what to try: planner, coder and tester, and the loop they work in."""
