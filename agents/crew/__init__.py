"""The CrewAI side of the agents: a language model plans, writes and words what might mend a script."""
