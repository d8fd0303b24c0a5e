"""Real elections through real servers."""
