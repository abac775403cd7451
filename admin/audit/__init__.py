"""Audit: who did what and when."""
