"""Outages: what services need has failed, such as the ministry's server, and holds all of them up at once."""
