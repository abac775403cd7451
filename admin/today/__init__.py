"""Today: services, counters, the day and what is wrong."""
