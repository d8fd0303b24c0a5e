"""Refusals that only a text message can meet, as leaves of ballots.errors.Refused.

Refused
├── NotUnderstood        a message that may have been meant as a vote, and is none
├── TwoPolls             numbers of two polls in one message
├── WhichPoll            a number that stands on two papers of this phone
├── WhichArea            a question about an aul, and no telling which
└── NothingNow           no poll for this phone
"""

from ballots.errors import Refused


class NotUnderstood(Refused):
    phrase = "sms_ask_number"


class TwoPolls(Refused):
    phrase = "sms_two_polls"


class WhichPoll(Refused):
    phrase = "sms_which_poll"


class WhichArea(Refused):
    phrase = "sms_which_area"


class NothingNow(Refused):
    phrase = "sms_nothing_now"
