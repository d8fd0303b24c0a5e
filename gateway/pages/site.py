"""What the pages read from: the books, the store, the catalogue, the settings of the village side, the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ballots.model import Paper, PollId
from gateway.catalogue import Catalogue, Shelf
from gateway.clock import Clock
from gateway.home import Home
from gateway.keys import Keyring
from gateway.meters import Meters
from gateway.settings import Gateway
from gateway.store import cycles, few, tallies
from gateway.store.engine import Store
from gateway.store.few import OVER
from gateway.store.results import BALLOTS, Archive
from gateway.store.tallies import Counted
from gateway.store.writer import Books


@dataclass(frozen=True, slots=True)
class Watched:
    """What monitoring asks beside the database."""

    path: Path | None = None  # the home, for the room on its disk
    token: str = ""  # a monitoring server's; '' = none
    meters: Meters = field(default_factory=Meters)


@dataclass(frozen=True, slots=True)
class Site:
    """All that a page may ask."""

    books: Books
    store: Store
    shelf: Shelf
    gateway: Gateway
    clock: Clock
    keys: Keyring  # signs the audit log
    watched: Watched = field(default_factory=Watched)
    public_url: str = ""  # https://…, as server.public_url says; '' = whatever the caller calls us
    archive: Archive = field(default_factory=Archive)
    home: Home = field(kw_only=True)  # what officials do on the console's pages is done to it
    wake: Callable[[], None] = field(default=lambda: None, kw_only=True)  # the sender: something waits to leave
    _final: dict[tuple[int, PollId], Counted | None] = field(default_factory=dict)

    async def catalogue(self) -> Catalogue:
        """The published papers as they are now."""
        return await self.books.read(self.shelf.current)

    def tally_at(self, paper: Paper) -> str:
        """The local time of the daily tally, HH:MM."""
        with self.store.reading() as tx:
            return cycles.by_id(tx, paper.cycle).tally_at

    def publishes_ballots(self, paper: Paper) -> bool:
        """Are its ballots public, or only its totals?"""
        with self.store.reading() as tx:
            return cycles.by_id(tx, paper.cycle).publish == BALLOTS

    def published_results(self, version: int, paper: Paper) -> Counted | None:
        """The final tally, if everybody may see it; remembered as long as the catalogue keeps its version.

        A poll that ended with few ballots is told to two officials only: store/few.py.
        """
        if paper.phase not in OVER:
            return None
        key = (version, paper.poll)
        if key not in self._final:
            with self.store.reading() as tx:
                counted = tallies.of_poll(tx, paper.poll)
                enough = not few.ended_with_few(tx, counted)
            for old in [known for known in self._final if known[0] != version]:
                self._final.pop(old, None)
            self._final[key] = counted if enough else None
        return self._final[key]
