"""One ballot: is this choice allowed, and the bytes that go into its envelope."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from itertools import compress

from ballots.errors import BadPlaintext, NoSuchNumber, OverBudget, StrayNumber, TooFew, TooMany, Withdrawn
from ballots.model import NUMBERS, BallotForm, Choices, Paper, Rules

CHOICES_BYTES = len(NUMBERS)
"""127: one byte per number; 1 = chosen. A rank or points would fit in the same byte."""

PRECEDENCE_BYTES = 8

PLAINTEXT_BYTES = CHOICES_BYTES + PRECEDENCE_BYTES
"""135, whatever was chosen: the length of an envelope tells nothing."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS_BITS = 39
_ID_BYTES = 3


def normalise(numbers: Iterable[int]) -> Choices:
    """The numbers ascending, each once."""
    return tuple(sorted(set(numbers)))


def most_choices(rules: Rules) -> int:
    """How many numbers one ballot may hold."""
    return 1 if rules.form is BallotForm.CHOOSE_1 else rules.max_choices


def cost_limit(rules: Rules) -> int | None:
    """Whole tenge that the chosen proposals may cost together; None if the form does not look at costs."""
    if rules.form is not BallotForm.KNAPSACK:
        return None
    return rules.budget if rules.max_cost is None else rules.max_cost


def check(paper: Paper, choices: Choices) -> None:
    """Is `choices` (normalised) a valid ballot on this paper? Whether voting is open is cycles.py's question.

    Raises NoSuchNumber(number), Withdrawn(number), TooMany(limit, chosen), TooFew(limit, chosen) or
    OverBudget(cost, limit), costs in whole tenge.
    """
    cost = 0
    for number in choices:
        proposal = paper.by_number.get(number)
        if proposal is None:
            raise NoSuchNumber(number=number)
        if proposal.withdrawn:
            raise Withdrawn(number=number)
        cost += proposal.cost
    most = most_choices(paper.rules)
    if len(choices) > most:
        raise TooMany(limit=most, chosen=len(choices))
    if len(choices) < paper.rules.min_choices:
        raise TooFew(limit=paper.rules.min_choices, chosen=len(choices))
    limit = cost_limit(paper.rules)
    if limit is not None and cost > limit:
        raise OverBudget(cost=cost, limit=limit)


def encode(choices: Choices) -> bytes:
    """127 bytes, the first for number 1. Raises StrayNumber outside 1..127."""
    cells = bytearray(CHOICES_BYTES)
    for number in choices:
        if number not in NUMBERS:
            raise StrayNumber(f"{number} is not a number of a proposal: 1 to {NUMBERS[-1]}")
        cells[number - NUMBERS[0]] = 1
    return bytes(cells)


def decode(cells: bytes) -> Choices:
    """The choices in 127 bytes. Raises BadPlaintext for another length or a byte that is neither 0 nor 1."""
    if len(cells) != CHOICES_BYTES or max(cells) > 1:
        raise BadPlaintext(f"a ballot is {CHOICES_BYTES} bytes of 0 and 1")
    return tuple(compress(NUMBERS, cells))


def precedence(at: datetime, message_id: str, *, change: bool) -> int:
    """64 bits, the larger wins: so any order of arrival of a vote and its changes leaves the same ballot.

    From the top: 1 bit change (a change beats a plain vote), 39 bits of `at` (the operator's time if known) in whole
    seconds since 1970, 24 bits of the message id's SHA-256 (equal seconds are settled by the id, never by arrival).
    `at` is aware and not before 1970.
    """
    if at.tzinfo is None:
        raise TypeError("an instant needs a time zone")
    since = at - _EPOCH
    seconds = since.days * 86_400 + since.seconds
    if not 0 <= seconds < 1 << _SECONDS_BITS:
        raise ValueError(f"no vote is sent at {at}")
    tail = int.from_bytes(sha256(message_id.encode()).digest()[:_ID_BYTES])
    return (change << _SECONDS_BITS | seconds) << 8 * _ID_BYTES | tail


def write_plaintext(choices: Choices, weight: int) -> bytes:
    """What is sealed into an envelope: 127 bytes of choices, then the precedence as 8 bytes, big-endian."""
    return encode(choices) + weight.to_bytes(PRECEDENCE_BYTES)


def read_plaintext(plaintext: bytes) -> tuple[Choices, int]:
    """The choices and the precedence in an opened envelope. Raises BadPlaintext."""
    if len(plaintext) != PLAINTEXT_BYTES:
        raise BadPlaintext(f"an envelope holds {PLAINTEXT_BYTES} bytes, this one {len(plaintext)}")
    return decode(plaintext[:CHOICES_BYTES]), int.from_bytes(plaintext[CHOICES_BYTES:])
