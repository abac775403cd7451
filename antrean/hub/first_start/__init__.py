"""The first start: what a hub without an office asks, and how it makes one of what it is told."""
