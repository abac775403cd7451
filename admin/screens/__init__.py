"""Displays and notices: what single screens show, and the playlist."""
