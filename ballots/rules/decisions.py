"""The words for what a count decided about one proposal."""

from enum import StrEnum


class Decision(StrEnum):
    """What became of one proposal, and why."""

    FUNDED = "funded"
    OVER_BUDGET = "over-budget"  # costs more than is left
    BELOW_THRESHOLD = "below-threshold"  # fewer votes than the rules ask for
    OVER_QUOTA = "over-quota"  # more than its kind of proposals may have
    UNAFFORDABLE = "unaffordable"  # Equal Shares: its supporters' shares do not reach its cost
    CONFLICT = "conflict"  # another of its conflict group is funded
    STOPPED = "stopped"  # the rule ended before it came to this one
    WITHDRAWN = "withdrawn"  # taken back; its votes stay counted
