"""The election itself: papers, ballots, counting. Standard library only; no clock, disk, network or randomness."""
