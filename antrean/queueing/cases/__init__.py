"""Cases: what a visitor applied for, from the visit until it is collected. A case is known by its code alone."""
