"""Real processes, killed and starved at random: does anybody get lost? `make chaos`."""
