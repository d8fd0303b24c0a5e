"""The conversation: what a villager's message means and what we say. Standard library and ballots only."""
