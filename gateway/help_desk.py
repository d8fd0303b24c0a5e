"""The help desk: is this one number on the roll, has its vote arrived? Never what it chose, and never a list.

Each look stands in the audit log, without the number: only that the official looked, and how often that day. So nobody
can go through a village unseen, and the log tells nobody who asked.
"""

from dataclasses import dataclass
from datetime import date, datetime

from ballots import slips as slip_numbers
from ballots.model import Area, Paper, Standing
from gateway.catalogue import Catalogue
from gateway.errors import NotNow, Unfit
from gateway.home import Home
from gateway.identity import Identity, Sender
from gateway.store import areas, audit, counters, phones, rolls, slips, votes
from gateway.store.engine import Tx

PER_HOUR = 30  # looks of one official
PER_DAY = 100
LOOK = "look"


@dataclass(frozen=True, slots=True)
class Asker:
    """The official at the desk."""

    id: int
    name: str
    areas: frozenset[int] | None  # ids, those below included; None: the whole gateway


@dataclass(frozen=True, slots=True)
class Vote:
    """Where the vote of a number stands in one poll: as its owner is told, without receipt and choice."""

    paper: Paper
    standing: Standing
    day: date | None  # local; None without a vote


@dataclass(frozen=True, slots=True)
class OfPhone:
    """What the desk may know of a phone."""

    areas: tuple[Area, ...]  # of the official's own, on whose roll it is
    stopped: bool  # it wants no announcements
    votes: tuple[Vote, ...]
    looks: int  # of this official today


@dataclass(frozen=True, slots=True)
class OfSlip:
    """What the desk may know of a slip (талон)."""

    area: Area | None  # None: no slip of the official's areas
    state: str  # as slips keep it: free, spent …; '' if it is not known
    looks: int


def look_up(home: Home, catalogue: Catalogue, asker: Asker, typed: str, at: datetime) -> OfPhone | OfSlip:
    """The number as somebody typed it, a phone's or a slip's. Raises Unfit (neither), NotNow (too many looks)."""
    slip = slip_numbers.parse(typed)
    phone = "" if slip else _phone(home, typed)
    with home.store.transaction() as tx:
        looks = _count(tx, home, asker, at)
        audit.record(tx, home.keys, at, asker.name, "look up number", today=looks)
        desk = _Desk(tx, home, catalogue, asker, looks)
        return desk.of_slip(slip) if slip else desk.of_phone(phone)


def _phone(home: Home, typed: str) -> str:
    gateway = home.settings.gateway
    read = Identity(gateway.country, gateway.our_numbers).read(typed.strip())
    if read.kind is not Sender.PHONE:
        said = f"{typed.strip()[:4]}… is neither a mobile number of {gateway.country} nor the number of a slip"
        raise Unfit(said, "no_number")
    return read.phone


def _count(tx: Tx, home: Home, asker: Asker, at: datetime) -> int:
    """One look more; how many of today. Raises NotNow."""
    local = at.astimezone(home.settings.gateway.zone)
    who, day, hour = b"%d" % asker.id, local.date().isoformat(), f"{local:%Y-%m-%dT%H}"
    if counters.times(tx, LOOK, who, day) >= PER_DAY:
        raise NotNow(f"{PER_DAY} numbers were looked up today: go on tomorrow", "looks_today", most=PER_DAY)
    if counters.times(tx, LOOK, who, hour) >= PER_HOUR:
        wait = 60 - local.minute
        said = f"{PER_HOUR} numbers were looked up within this hour: wait {wait} minutes"
        raise NotNow(said, "looks_this_hour", most=PER_HOUR, minutes=wait)
    counters.bump(tx, LOOK, who, hour)
    return counters.bump(tx, LOOK, who, day)


@dataclass(frozen=True, slots=True)
class _Desk:
    """One look, within one transaction."""

    tx: Tx
    home: Home
    catalogue: Catalogue
    asker: Asker
    looks: int

    def of_slip(self, digits: str) -> OfSlip:
        round_id = self.catalogue.round_id
        tag = slips.tag_of(self.home.keys, round_id, digits)
        row = self.tx.row("SELECT area_id, state FROM slip WHERE round_id = ? AND tag = ?", round_id, tag)
        if row is None or not self._theirs(row[0]):
            return OfSlip(None, "", self.looks)
        return OfSlip(areas.by_id(self.tx, row[0]).area, row[1], self.looks)

    def of_phone(self, phone: str) -> OfPhone:
        tag = self.home.keys.voter_tag(self.catalogue.round_id, phone)
        on = [area for area in rolls.areas_of(self.tx, self.catalogue.round_id, tag) if self._theirs(area)]
        papers = {paper.poll: paper for area in on for paper in self.catalogue.by_area.get(area, ())}
        stopped = phones.stopped(self.tx, self.home.keys.phone_tag(phone)) if on else False
        found = tuple(self._vote(paper, tag) for paper in papers.values())
        return OfPhone(tuple(areas.by_id(self.tx, area).area for area in on), stopped, found, self.looks)

    def _vote(self, paper: Paper, tag: bytes) -> Vote:
        found = votes.participation(self.tx, paper.poll, tag)
        return Vote(paper, Standing.NONE, None) if found is None else Vote(paper, found[0], found[1])

    def _theirs(self, area: int) -> bool:
        return self.asker.areas is None or area in self.asker.areas
