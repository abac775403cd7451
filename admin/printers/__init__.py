"""Printers: their state, their last slips, and how each is set up."""
