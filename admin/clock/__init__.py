"""Clock: the hub's time, and how to tell it the true time."""
