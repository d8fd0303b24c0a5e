"""The public bulletin of a closed cycle: what is published, as files, and how anybody checks it (docs/bulletin.md)."""
