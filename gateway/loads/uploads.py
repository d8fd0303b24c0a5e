"""A roll in two steps: a file becomes a preview; the preview's key, which only the page holds, lets it be loaded.

No phone of the file is written anywhere in the clear, and between the two steps nobody but the page can read them: not
with the database, its backups and the keys of this home together (docs/decisions/0091).
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from gateway.clock import Clock
from gateway.errors import BadSheet, NotThere
from gateway.home import Home
from gateway.identity import Identity
from gateway.keys import KEY, Box, Unreadable
from gateway.loads.roll import BadPhone, Loaded, Onto, RollFile, load_roll, read_roll
from gateway.sheets import read
from gateway.store import roll_uploads, rolls
from gateway.store.roll_uploads import Upload

log = structlog.get_logger(__name__)

ID = 16  # random bytes
STEPS = 20  # so often at most the progress is written down


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of a file."""

    id: str  # of the upload
    key: str  # hex; without it nobody opens what was kept
    new: int  # phones that would be added
    already: int  # phones on the roll
    repeated: int  # rows with a phone that stood above
    bad: tuple[BadPhone, ...]
    ignored: tuple[str, ...]  # columns that mean nothing here


@dataclass(frozen=True, slots=True)
class Opened:
    """An upload on its way to the roll."""

    upload: Upload
    onto: Onto
    phones: tuple[str, ...]  # E.164


def preview(home: Home, onto: Onto, content: bytes, at: datetime) -> Preview:
    """Read a file, compare it with the roll, keep its phones sealed. Raises BadSheet, also where no row is a phone."""
    gateway = home.settings.gateway
    file = read_roll(read(content), Identity(gateway.country, gateway.our_numbers))
    if not file.phones:
        raise BadSheet("no row of this file holds a phone:", map(str, file.bad), phrase="no_phones")
    with home.store.reading() as tx:
        known = rolls.tags(tx, onto.round_id, onto.place.id)
    new = sum(home.keys.voter_tag(onto.round_id, phone) not in known for phone in file.phones)
    upload, key = _keep(home, onto, file, at)
    return Preview(upload, key.hex(), new, len(file.phones) - new, file.repeated, file.bad, file.ignored)


def begin(home: Home, onto: Onto, upload: str, key: str, at: datetime) -> Opened:
    """Take an upload out of its seal, to be loaded once. Raises NotThere: upload the file again."""
    with home.store.transaction() as tx:
        found, sealed = roll_uploads.take(tx, upload, onto.place.id, onto.actor, at)
        try:
            plain = Box(bytes.fromhex(key), home.randomness).open(sealed, _about(upload, onto))
        except (ValueError, Unreadable) as error:
            raise NotThere("this upload cannot be opened: upload the file again", "upload_gone") from error
    return Opened(found, onto, tuple(zlib.decompress(plain).decode().split()))


def finish(home: Home, opened: Opened, clock: Clock) -> Loaded | None:
    """Load it in short transactions; None if that failed, which the upload's state tells."""
    try:
        file = RollFile(opened.phones, (), 0, ())
        loaded = load_roll(home, opened.onto, file, clock(), _progress(home, opened, clock))
    except Exception:  # the edge: this runs beside the requests, and the page asks how it went
        log.exception("A roll was not loaded to its end; the file may be uploaded again")
        loaded = None
    with home.store.transaction() as tx:
        roll_uploads.end(tx, opened.upload.id, clock(), None if loaded is None else loaded.added)
    return loaded


def _progress(home: Home, opened: Opened, clock: Clock) -> Callable[[int], None]:
    done, told = 0, 0

    def progress(more: int) -> None:
        nonlocal done, told
        done += more
        if done - told >= opened.upload.total / STEPS:
            told = done
            with home.store.transaction() as tx:
                roll_uploads.move(tx, opened.upload.id, done, clock())

    return progress


def _keep(home: Home, onto: Onto, file: RollFile, at: datetime) -> tuple[str, bytes]:
    """Id and key of the sealed upload."""
    upload, key = home.randomness(ID).hex(), home.randomness(KEY)
    plain = zlib.compress("\n".join(file.phones).encode(), 1)
    sealed = Box(key, home.randomness).seal(plain, _about(upload, onto))
    kept = Upload(upload, onto.round_id, onto.place.id, onto.actor, "read", len(file.phones), 0, 0, at, at)
    with home.store.transaction() as tx:
        roll_uploads.keep(tx, kept, sealed)
    return upload, key


def _about(upload: str, onto: Onto) -> bytes:
    return f"roll upload|{upload}|{onto.round_id}|{onto.place.id}".encode()
