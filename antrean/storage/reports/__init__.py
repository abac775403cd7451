"""The tables that reports read, kept by a follower of the journal."""
