"""Figures of the gateway as ratios in one run, on whatever machine this is."""
