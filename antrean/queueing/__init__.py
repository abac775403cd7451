"""The queue: tickets, counters and calls as plain Python, standard library only."""
