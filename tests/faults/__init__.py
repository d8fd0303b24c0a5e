"""Kills, power cuts, full disks, clocks that jump, lines that are down for days: `make faults`."""
