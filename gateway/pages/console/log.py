"""/console/log: the audit log in plain words, the newest act first; by person, act and day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from gateway.errors import NotThere
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.store import areas, audit, cycles
from gateway.store.audit import Entry, Sought
from gateway.store.engine import Tx

PAGE = 50  # entries
DIGEST = 64  # hex digits, of which a reader needs the first sixteen
NAMED = {"cycle": "cycle", "area": "area", "areas": "area", "code": "area"}
"""Facts that are numbers of something with a name."""

HIDDEN = frozenset({"poll"})  # facts that say again, in numbers of the database, what another fact says


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as a person reads it."""

    seq: int
    at: str
    actor: str
    act: str
    facts: tuple[tuple[str, str], ...]  # label, value


class Names:
    """What the numbers in facts stand for."""

    def __init__(self, desk: Desk, tx: Tx) -> None:
        self._desk = desk
        self._tx = tx
        self._known: dict[tuple[str, int], str] = {}

    def told(self, name: str, value: Any) -> str:
        """The value in words."""
        if name == "areas" and not value:
            return self._desk.say("everywhere")
        if isinstance(value, list):
            return ", ".join(self.told(name, each) for each in value) or "–"
        if isinstance(value, bool):
            return self._desk.say("yes" if value else "no")
        if name in NAMED and isinstance(value, int):
            return self._named(NAMED[name], value)
        return self._word(name, str(value))

    def _named(self, kind: str, number: int) -> str:
        """The name of a cycle or an area, looked up once."""
        if (kind, number) not in self._known:
            self._known[kind, number] = self._look_up(kind, number)
        return self._known[kind, number]

    def _look_up(self, kind: str, number: int) -> str:
        try:
            if kind == "cycle":
                return f"{self._desk.name_of(cycles.by_id(self._tx, number).title)} ({number})"
            return f"{self._desk.name_of(areas.by_code(self._tx, number).area.names)} ({number})"
        except NotThere:
            return str(number)

    def _word(self, name: str, value: str) -> str:
        for table in (f"{name}s", "alarms", "approvals"):
            if self._desk.wording.knows(f"{table}.{value}"):
                return self._desk.say(f"{table}.{value}")
        return f"{value[:16]}…" if len(value) == DIGEST else value or "–"


def show(desk: Desk) -> Answer:
    """A page of entries, and the fields to look for some."""
    sought = _sought(desk)
    with desk.site.store.reading() as tx:
        found = audit.find(tx, sought, PAGE + 1)
        names = Names(desk, tx)
        entries = [_told(desk, names, entry) for entry in found[:PAGE]]
        actors, acts, head = audit.actors(tx), audit.acts(tx), audit.head(tx)
    return desk.screen(
        "log.html",
        entries=entries,
        older=_older(desk, found[PAGE - 1].seq) if len(found) > PAGE else "",
        actors=[(actor, _actor(desk, actor)) for actor in actors],
        acts=sorted(((act, _act(desk, act)) for act in acts), key=lambda pair: pair[1]),
        head=head,
    )


def _sought(desk: Desk) -> Sought:
    """What the address asks for; a day that is no day asks for nothing."""
    since, until = _midnight(desk, "since"), _midnight(desk, "until")
    before = desk.query.get("before", "")
    return Sought(
        actor=desk.query.get("actor", ""),
        act=desk.query.get("act", ""),
        since=since,
        until=until + timedelta(days=1) if until else None,
        before=int(before) if before.isascii() and before.isdecimal() and len(before) < 16 else None,
    )


def _midnight(desk: Desk, name: str) -> datetime | None:
    """When the day in this field begins, by the notice board's clock."""
    try:
        return datetime.combine(date.fromisoformat(desk.query.get(name, "")), time(), desk.site.gateway.zone)
    except ValueError:
        return None


def _older(desk: Desk, seq: int) -> str:
    asked = {name: value for name, value in desk.query.items() if name in ("actor", "act", "since", "until")}
    return f"{desk.here}?{urlencode({**asked, 'before': seq})}"


def _told(desk: Desk, names: Names, entry: Entry) -> Told:
    at = f"{entry.at.astimezone(desk.site.gateway.zone):%d.%m.%Y %H:%M}"
    return Told(entry.seq, at, _actor(desk, entry.actor), _act(desk, entry.act), _facts(desk, names, entry.facts))


def _facts(desk: Desk, names: Names, facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_labelled(desk, "facts", name), names.told(name, value)) for name, value in facts.items() if name not in HIDDEN
    )


def _act(desk: Desk, act: str) -> str:
    return _labelled(desk, "acts", act)


def _actor(desk: Desk, actor: str) -> str:
    return _labelled(desk, "actors", actor)


def _labelled(desk: Desk, table: str, word: str) -> str:
    """Our words for it; the word itself where there are none."""
    return desk.say(f"{table}.{word}") if desk.wording.knows(f"{table}.{word}") else word
