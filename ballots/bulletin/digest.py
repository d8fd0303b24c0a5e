"""An observer's SMS, `A7 D07 N57 P1:12 P2:40 P3:5 H:KY3D10C89HYPB6HF`, read and held against a bulletin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ballots.bulletin import files
from ballots.bulletin.findings import Finding, holds, unknown, wrong
from ballots.bulletin.values import Bulletin, Day
from ballots.errors import BadDigest
from ballots.ledger import is_head, short_head

FINAL = "FIN"

LOOK_ALIKES = str.maketrans("АВСЕНІКМОРТХ", "ABCEHIKMOPTX")
"""Cyrillic capitals that somebody types for Latin ones."""

_PARTS = {
    "area": re.compile(r"A(\d+)"),
    "day": re.compile(r"D(\d+)|FIN"),
    "accepted": re.compile(r"N(\d+)"),
    "vote": re.compile(r"P(\d+):(\d+)"),
    "more": re.compile(r"\+(\d+)"),
    "alarm": re.compile(r"!([A-Z]+)"),
    "head": re.compile(r"H:([0-9A-Z-]{16,20})"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What an observer's SMS says."""

    area: int
    day: int | None  # of voting; None for the last one
    accepted: int
    head: str  # 16 characters
    votes: dict[int, int] = field(default_factory=dict)  # number -> votes; not all, if `more`
    more: int = 0  # proposals that are not shown
    alarms: tuple[str, ...] = ()


def parse(text: str) -> Line:
    """The line, in any case, with Cyrillic letters for Latin ones. Raises BadDigest for what is no such line."""
    seen: dict[str, list[re.Match[str]]] = {name: [] for name in _PARTS}
    for part in text.upper().translate(LOOK_ALIKES).replace("H: ", "H:").split():
        name, match = _read(part)
        seen[name].append(match)
    for name, letter in (("area", "A"), ("day", "D"), ("accepted", "N"), ("head", "H:")):
        if len(seen[name]) != 1:
            raise BadDigest(letter)
    (area,), (day,), (accepted,), (head,) = (seen[name] for name in ("area", "day", "accepted", "head"))
    return Line(
        area=int(area[1]),
        day=None if day[0] == FINAL else int(day[1]),
        accepted=int(accepted[1]),
        head=head[1],
        votes={int(match[1]): int(match[2]) for match in seen["vote"]},
        more=sum(int(match[1]) for match in seen["more"]),
        alarms=tuple(match[1].lower() for match in seen["alarm"]),
    )


def _read(part: str) -> tuple[str, re.Match[str]]:
    for name, shape in _PARTS.items():
        match = shape.fullmatch(part)
        if match:
            return name, match
    raise BadDigest(part)


def check(bulletin: Bulletin, text: str) -> Iterator[Finding]:
    """Does the SMS agree with the bulletin? Everything that differs is named."""
    try:
        line = parse(text)
    except BadDigest as error:
        yield wrong("digest_unread", part=error.part)
        return
    day = next((day for day in bulletin.days if _is_of(line, day)), None)
    if line.area != bulletin.paper.area.code:
        yield wrong("digest_area", area=line.area, ours=bulletin.paper.area.code)
    elif day is None:
        yield wrong("digest_day", day=FINAL if line.day is None else f"D{line.day:02d}", file=files.DAYS)
    else:
        differing = list(_compare(bulletin, line, day))
        yield from differing or [holds("digest_holds", slot=day.slot, head=short_head(day.head))]
        if line.votes and day.tally["votes"] is None:
            yield unknown("digest_untold", slot=day.slot)


def _is_of(line: Line, day: Day) -> bool:
    final = day.slot == "final"
    return final if line.day is None else not final and day.day == line.day


def _compare(bulletin: Bulletin, line: Line, day: Day) -> Iterator[Finding]:
    tally = day.tally
    if not is_head(line.head, day.head):
        elsewhere = [place for place, link in enumerate(bulletin.chain, 1) if is_head(line.head, link.hash)]
        if elsewhere:
            yield wrong("digest_other_head", slot=day.slot, entry=elsewhere[0])
        else:
            yield wrong("other_head", head=line.head)
    if line.accepted != tally["accepted"]:
        yield wrong("digest_number", slot=day.slot, what="N", sms=line.accepted, ours=tally["accepted"])
    if sorted(line.alarms) != sorted(tally["alarms"]):
        yield wrong("digest_number", slot=day.slot, what="!", sms=len(line.alarms), ours=len(tally["alarms"]))
    if tally["votes"] is None:
        return
    ours = {proposal.number: tally["votes"].get(proposal.proposal_id) for proposal in bulletin.paper.proposals}
    for number, votes in line.votes.items():
        if ours.get(number) != votes:
            yield wrong("digest_number", slot=day.slot, what=f"P{number}", sms=votes, ours=ours.get(number))
    if line.votes and len(line.votes) + line.more != len(ours):
        yield wrong("digest_number", slot=day.slot, what="P", sms=len(line.votes) + line.more, ours=len(ours))
