"""Pages that a browser reads."""
