"""Rows and transactions; rows never leave this package."""
