"""What is looked at, and what is found."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import httpx

from gateway.home import DATABASE
from gateway.settings import BadSettings, Settings, load
from gateway.store.engine import Store, Tx

SECONDS = 5.0  # that anybody has to answer


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"  # it works, and may not tomorrow
    BAD = "bad"  # votes, secrets or promises are in danger


Fact = str | int | timedelta
"""What fills the blank of a sentence."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is so, and how to mend it."""

    level: Level
    says: str  # in English
    mend: str = ""
    name: str = ""  # under which saying.py tells it in other languages; '' = in English only
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Patient:
    """A home, opened as little as possible."""

    path: Path
    now: datetime
    settings: Settings  # defaults where config.toml cannot be read
    unreadable: str  # why it cannot be read; '' = it can
    store: Store | None = None  # of a gateway that serves; None: the database is opened for each look

    @classmethod
    def of(cls, path: Path, now: datetime) -> "Patient":
        """The home in this folder, whatever is wrong with it."""
        try:
            return cls(path, now, load(path), "")
        except (BadSettings, OSError) as error:
            return cls(path, now, Settings(), str(error))

    @property
    def file(self) -> Path | None:
        """The database file; None on PostgreSQL."""
        return None if self.settings.database.url else self.path / DATABASE

    @property
    def url(self) -> str:
        """The database's address for SQLAlchemy."""
        return self.settings.database.url or f"sqlite:///{self.path / DATABASE}"

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A look into the database, with none of our settings.

        Not read-only: such a reader could not clear away the files that SQLite keeps beside a database.
        """
        if self.store is not None:
            with self.store.reading() as tx:
                yield tx
            return
        if self.file is not None:
            with closing(sqlite3.connect(f"{self.file.resolve().as_uri()}?mode=rw", uri=True, timeout=SECONDS)) as raw:
                yield Tx(raw, "sqlite")
            return
        with closing(Store(self.url)) as store, store.reading() as tx:
            yield tx


def client(*, outside: bool) -> httpx.Client:
    """For calls with an end; only those that leave the box use a proxy of the environment."""
    return httpx.Client(timeout=SECONDS, trust_env=outside, follow_redirects=False)
