"""Backups: the list, and one more now."""
