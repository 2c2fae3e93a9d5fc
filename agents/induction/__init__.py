"""The offline side of the agents: programs found from the examples themselves."""
