"""`РАСТАУ 47`, `иә 47`, `47`: a held vote is confirmed from the handset that it names."""

from ballots.cycles import check_open
from ballots.model import Paper, Standing
from handlers.messages import Confirm, Entry, Outcome, Turn, WrongConfirm
from handlers.sms.acknowledging import acknowledge, prefix
from handlers.sms.asking import Asked
from handlers.sms.errors import NotUnderstood

_DIGITS = 2
_CONFIRMABLE = (Standing.HELD, Standing.PENDING)
"""The digits of a vote that was confirmed before are answered as the first time."""


def answer(asked: Asked) -> Turn:
    """The confirmation, or how to write it. Raises NotVotingYet or VotingOver: a held vote ends with the voting."""
    entry = meant_by(asked) or next(iter(_held(asked)), None)
    if entry is None:
        return asked.reply(asked.say("sms_confirm_none"))
    if not asked.wording.numbers:
        check_open(entry.paper, asked.at, asked.sent_at)
        return asked.reply(invitation(asked, entry))
    if not _two_digits(asked):
        raise NotUnderstood
    return settle(asked, entry)


def meant_by(asked: Asked) -> Entry | None:
    """The vote that two digits are for: the one that they confirm, or a held one if they are no proposal's number."""
    digits = _two_digits(asked)
    if not digits:
        return None
    fitting = [entry for entry in asked.known.entries if entry.paper.confirm_sms and entry.confirm_digits == digits]
    for standing in _CONFIRMABLE:
        for entry in fitting:
            if entry.standing is standing:
                return entry
    held = _held(asked)
    if not held or any(int(digits) in entry.paper.by_number for entry in asked.known.entries):
        return None
    return held[0]


def settle(asked: Asked, entry: Entry) -> Turn:
    """The held vote confirmed, or one try less. Raises NotVotingYet or VotingOver."""
    if entry.standing is Standing.PENDING:
        return acknowledge(asked.language, entry.paper, entry.receipt, Outcome.REPEATED)
    check_open(entry.paper, asked.at, asked.sent_at)
    if entry.tries_left and entry.confirm_digits == _two_digits(asked):
        act = Confirm(entry.paper.poll)
        return acknowledge(asked.language, entry.paper, entry.receipt, Outcome.CONFIRMED, act)
    left = entry.tries_left - 1
    text = asked.say("sms_confirm_wrong", tries=left) if left > 0 else at_handset(asked, entry.paper, "sms_confirm")
    acts = (WrongConfirm(entry.paper.poll),) if entry.tries_left else ()
    return asked.reply(text, *acts, outcome=Outcome.REFUSED)


def invitation(asked: Asked, entry: Entry) -> str:
    """How to confirm a vote that is held, or is about to be."""
    spent = entry.standing is Standing.HELD and not entry.tries_left
    if spent or not entry.confirm_digits:
        return at_handset(asked, entry.paper, "sms_confirm")
    before = prefix(entry.paper, asked.language)
    if before or not asked.known.ussd:  # one part holds the longer sentence alone
        return before + asked.say("sms_held_digits", digits=entry.confirm_digits)
    return asked.say("sms_held", dial=_dial(asked, entry.paper), digits=entry.confirm_digits)


def at_handset(asked: Asked, paper: Paper, phrase: str) -> str:
    """What only the handset itself may do: by the dial where USSD is offered (`_dial`), else it is closed."""
    if asked.known.ussd:
        return asked.say(f"{phrase}_dial", dial=_dial(asked, paper))
    return asked.say(f"{phrase}_closed")


def _dial(asked: Asked, paper: Paper) -> str:
    return f"{asked.known.service_code.rstrip('#')}*{paper.area.code}#"


def _held(asked: Asked) -> list[Entry]:
    return [entry for entry in asked.known.entries if entry.standing is Standing.HELD]


def _two_digits(asked: Asked) -> str:
    match asked.wording.numbers:
        case ((0, digits),) if len(digits) == _DIGITS:
            return digits
    return ""
