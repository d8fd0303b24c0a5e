"""What is known about the sender of a message, read inside the transaction that will act on the answer."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from ballots import receipts
from ballots.model import Paper, PollId, Standing
from gateway import receipting
from gateway.catalogue import Catalogue
from gateway.envelopes import open_choices
from gateway.keys import Keyring, Randomness, Unreadable
from gateway.settings import Gateway
from gateway.store import counters, slips, votes
from gateway.store.callers import Greeting
from gateway.store.engine import Tx
from handlers.messages import Entry, Found, Known, Lookups, Slip, Turnout
from handlers.values import value

if TYPE_CHECKING:
    from ballots.model import Choices

CONFIRM_TRIES = 3
NOTHING_SHOWN = Turnout(accepted=0, votes=None)


@value
class Caller:
    """A phone under the two tags that stand for it: for life, and for this round."""

    phone: str  # E.164
    phone_tag: bytes
    tag: bytes


class Met(NamedTuple):
    """Who calls, and the catalogue that stands when he does."""

    catalogue: Catalogue
    caller: Caller
    greeting: Greeting


@value
class Means:
    """What look-ups need beside the database."""

    keys: Keyring
    randomness: Randomness
    zone: tzinfo


class Books(Lookups):
    """What an answer may look up while it is being made."""

    def __init__(self, tx: Tx, catalogue: Catalogue, caller: Caller, means: Means) -> None:
        self._tx, self._catalogue, self._caller, self._means = tx, catalogue, caller, means
        self._new_receipt = ""

    def slip(self, digits: str) -> Slip:
        return slips.look(self._tx, self._means.keys, self._catalogue.round_id, digits, self._caller.phone_tag)

    def receipt(self, digits: str) -> tuple[Found, ...]:
        return receipting.find(self._tx, digits, self._means.zone)

    def turnout(self, poll: PollId) -> Turnout:
        return self._catalogue.turnouts.get(poll, NOTHING_SHOWN)

    def new_receipt(self) -> str:
        if not self._new_receipt:  # few screens need one
            self._new_receipt = new_receipt(self._means.randomness)
        return self._new_receipt


def new_receipt(randomness: Randomness) -> str:
    """Ten digits that no vote has yet, but by chance: the books refuse a second one."""
    return receipts.make(int.from_bytes(randomness(8)) % receipts.RECEIPTS)


class Acquaintance:
    """Reads Known for any caller of this gateway."""

    def __init__(self, keys: Keyring, settings: Gateway, randomness: Randomness) -> None:
        self._keys = keys
        self._settings = settings
        self._means = Means(keys, randomness, settings.zone)

    def known(self, tx: Tx, met: Met) -> Known:
        """Everything an answer to this caller may depend on."""
        catalogue, caller, greeting = met
        books = Books(tx, catalogue, caller, self._means)
        entries = [self._entry(tx, catalogue, caller, paper, books) for paper in _papers(catalogue, greeting)]
        return self._known(catalogue, greeting, tuple(entries), books)

    def presumed(self, tx: Tx, met: Met) -> Known:
        """The same as if this phone had voted nowhere yet, which is not looked up."""
        catalogue, caller, greeting = met
        books = Books(tx, catalogue, caller, self._means)
        entries = [Entry(paper) for paper in _papers(catalogue, greeting)]
        return self._known(catalogue, greeting, tuple(entries), books)

    def _known(self, catalogue: Catalogue, greeting: Greeting, entries: tuple[Entry, ...], books: Books) -> Known:
        return Known(
            language=greeting.language if greeting.language in self._settings.languages else None,
            languages=self._settings.languages,
            entries=entries,
            papers=catalogue.papers,
            areas=tuple([catalogue.codes[area] for area in greeting.areas]),
            lookups=books,
            service_code=self._settings.service_code,
            short_code=self._settings.short_code,
            ussd=self._settings.ussd,
            stopped=greeting.stopped,
            helped=False,
            zone=self._means.zone,
        )

    def _entry(self, tx: Tx, catalogue: Catalogue, caller: Caller, paper: Paper, books: Books) -> Entry:
        found = votes.participation(tx, paper.poll, caller.tag)
        if found is None:
            entry = Entry(paper, tries_left=CONFIRM_TRIES)
            return self._to_confirm(entry, catalogue, books.new_receipt(), books) if paper.confirm_sms else entry
        standing, day, receipt = found
        if standing not in {Standing.HELD, Standing.PENDING}:
            return Entry(paper, standing, day, receipt)
        entry = Entry(paper, standing, day, receipt, self._choices(tx, paper.poll, caller.tag))
        if not paper.confirm_sms:
            return entry
        tries = counters.times(tx, "confirm", caller.tag, str(paper.poll))
        entry = replace(entry, tries_left=max(0, CONFIRM_TRIES - tries))
        return self._to_confirm(entry, catalogue, receipt, books)

    def _to_confirm(self, entry: Entry, catalogue: Catalogue, receipt: str, books: Books) -> Entry:
        """With the digits that confirm the vote there is, and those of one that would take its place."""
        digits, new_digits = (self._digits(catalogue, entry.paper, known) for known in (receipt, books.new_receipt()))
        return replace(entry, confirm_digits=digits, new_confirm_digits=new_digits)

    def _choices(self, tx: Tx, poll: PollId, tag: bytes) -> "Choices":
        ballot = votes.sealed(tx, poll, tag)
        if ballot is None:
            return ()
        try:
            return open_choices(self._keys, poll, tag, ballot.batch, ballot.envelope)[0]
        except Unreadable:  # the mix sets it aside, counts and audits it
            return ()

    def _digits(self, catalogue: Catalogue, paper: Paper, receipt: str) -> str:
        """Two digits that are no proposal's number, the same each time they are asked for."""
        free = [number for number in range(10, 100) if number not in paper.by_number] or list(range(10, 100))
        return str(free[self._keys.confirm_digits(catalogue.round_id, receipt) % len(free)])


def _papers(catalogue: Catalogue, greeting: Greeting) -> Iterable[Paper]:
    """The papers of all its areas, each once: a district's stands on the roll of each of its auls."""
    if len(greeting.areas) == 1:
        return catalogue.by_area.get(greeting.areas[0], ())
    return {paper.poll: paper for area in greeting.areas for paper in catalogue.by_area.get(area, ())}.values()
