"""How a tally leaves: one module per way."""
