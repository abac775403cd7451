"""What services use up: blank cards, paper rolls and the like; a ledger that outlives the day."""
