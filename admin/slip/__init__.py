"""Slip: the contents and size of slips."""
