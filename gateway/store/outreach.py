"""The words of announcements: kinds, states, and why one stands still."""

from enum import StrEnum


class Kind(StrEnum):
    """What an announcement is about."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    RESULTS = "results"


class State(StrEnum):
    """How far an announcement is."""

    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"  # a copy for everybody has left
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why one is paused or cancelled."""

    NONE = ""
    ASKED = "asked"  # an official said so
    BUDGET = "budget"  # the next copies would cost more than it may
    OVER = "over"  # voting is over, or the text has grown too old
    MOVED = "moved"  # the closing was moved: the text may name the old instant
    RESTORED = "restored"  # the database came back from a backup: nobody knows who has it already
