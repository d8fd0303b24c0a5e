"""Tests of the election itself."""
