"""`3`, `дауыс 3`, `3 5 1`: a vote, and one in place of another."""

from dataclasses import replace

from ballots.casting import check
from ballots.cycles import check_open
from ballots.eligibility import check_change, check_first
from ballots.model import NUMBERS, Choices, Paper, Standing
from ballots.receipts import LENGTH as RECEIPT_LENGTH
from ballots.slips import LENGTH as SLIP_LENGTH
from handlers.messages import Cast, Change, Entry, Outcome, Turn
from handlers.sms import confirm
from handlers.sms.acknowledging import acknowledge
from handlers.sms.asking import Asked
from handlers.sms.picking import pick
from handlers.wording import Wording

_LOST: dict[int, str] = {SLIP_LENGTH: "sms_join_how", RECEIPT_LENGTH: "sms_receipt_how"}
"""So many digits, and more than a proposal's number among them: whoever sends them forgot the word before them."""


def answer(asked: Asked) -> Turn:
    """A vote for the numbers, or what hinders it; two digits may also confirm a held vote."""
    numbers = asked.wording.numbers
    if not numbers:
        return asked.reply(asked.say("sms_vote_how"))
    lost = lost_number(asked.wording)
    if lost:
        return asked.reply(asked.say(lost))
    held = confirm.meant_by(asked)
    if held:
        return confirm.settle(asked, held)
    entry, choices = pick(asked)
    if entry.standing is Standing.PENDING and entry.choices == choices:  # also when it is late: it counts already
        return acknowledge(asked.language, entry.paper, entry.receipt, Outcome.REPEATED)
    _check(asked, entry.paper, choices)
    if entry.standing is not Standing.NONE:
        voted_on = entry.voted_on or asked.today
        check_change(entry.paper, entry.standing, voted_on)  # once mixed, nobody is told how to change it
        check_first(entry.standing, voted_on)
    return _cast(asked, entry, Cast(entry.paper.poll, choices, asked.known.new_receipt))


def lost_number(wording: Wording) -> str | None:
    """The phrase for a slip or a receipt without its word; None if this is neither."""
    if all(len(digits) <= 3 and int(digits) in NUMBERS for _, digits in wording.numbers):
        return None
    return _LOST.get(len(wording.digits))


def change(asked: Asked) -> Turn:
    """The numbers in place of an earlier vote; without one before it, this is the vote."""
    entry, choices = pick(asked)
    _check(asked, entry.paper, choices)
    check_change(entry.paper, entry.standing, entry.voted_on or asked.today)
    if entry.standing is not Standing.PENDING:
        return _cast(asked, entry, Cast(entry.paper.poll, choices, asked.known.new_receipt, change=True))
    if entry.paper.confirm_sms:  # or a forged sender could change a vote that was confirmed
        return asked.reply(confirm.at_handset(asked, entry.paper, "sms_change"), outcome=Outcome.REFUSED)
    act = Change(entry.paper.poll, choices)
    return acknowledge(asked.language, entry.paper, entry.receipt, Outcome.CHANGED, act)


def _cast(asked: Asked, entry: Entry, act: Cast) -> Turn:
    """The first vote of this phone, or one in place of a held one."""
    if not entry.paper.confirm_sms:
        return acknowledge(asked.language, entry.paper, act.receipt, Outcome.ACCEPTED, act)
    if entry.standing is not Standing.HELD:
        return asked.reply(confirm.invitation(asked, entry), replace(act, held=True), outcome=Outcome.HELD)
    if entry.choices == act.choices:
        return asked.reply(confirm.invitation(asked, entry), outcome=Outcome.REPEATED)
    return _replace_held(asked, entry, replace(act, held=True))


def _replace_held(asked: Asked, entry: Entry, act: Cast) -> Turn:
    """New digits with a new choice: nobody confirms, by those of an older message, what a forged sender put there."""
    if not entry.new_confirm_digits or not entry.tries_left:
        act = replace(act, receipt=entry.receipt)
        return asked.reply(confirm.invitation(asked, entry), act, outcome=Outcome.HELD)
    fresh = replace(entry, standing=Standing.NONE, confirm_digits=entry.new_confirm_digits)
    return asked.reply(confirm.invitation(asked, fresh), act, outcome=Outcome.HELD)


def _check(asked: Asked, paper: Paper, choices: Choices) -> None:
    check_open(paper, asked.at, asked.sent_at)
    check(paper, choices)
