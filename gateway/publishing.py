"""The public bulletin of a closed cycle: gathered from the books, signed, written to a folder or packed into a zip."""

import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from ballots.bulletin import writing
from ballots.bulletin.publishing import public
from ballots.bulletin.values import About, Batch, Bulletin, Day, Publish
from ballots.model import Choices, CycleId, Paper, PollId
from gateway import __version__
from gateway.bulletins.digest import FINAL
from gateway.errors import NotNow, Taken
from gateway.keys import Keyring, sync_folder
from gateway.settings import Gateway
from gateway.store import audit, ballots, bulletins, cycles, polls, states, tallies
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx

EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in a zip: when it was packed tells nothing
START = b"import sys\n\nfrom ballots.__main__ import main\n\nsys.exit(main())\n"
READABLE, ENTERABLE = 0o644, 0o755  # everybody may read what is published


@dataclass(frozen=True, slots=True)
class Press:
    """What makes a bulletin of what stands in the books."""

    keys: Keyring
    gateway: Gateway  # languages and time zone

    def public(self, tx: Tx, cycle: int) -> dict[str, bytes]:
        """Name -> bytes of what everybody may read. Raises NotThere, and NotNow before closing."""
        return self.signed(public(self.whole(tx, cycle)))

    def signed(self, bulletin: Bulletin) -> dict[str, bytes]:
        """A bulletin as files."""
        return writing.write(bulletin, self.keys.sign)

    def whole(self, tx: Tx, cycle: int) -> Bulletin:
        """All of it: also what must not be published. Raises NotThere, NotNow."""
        found = cycles.by_id(tx, cycle)
        if found.phase in cycles.BEFORE_CLOSING:
            raise NotNow(f"cycle {cycle} is {found.phase}: it is exported from closing on")
        counted = tallies.tally_of(tx, cycle)
        entries = tuple(audit.entries(tx))
        batches = tuple(_batch(batch, slot) for batch, slot in ballots.mixed(tx, found.poll))
        numbers = [batch.no for batch in batches]
        return Bulletin(
            about=self._about(found, counted.paper),
            manifest=polls.manifest(tx, found.poll),
            batches=batches,
            receipts=_receipts(tx, found.poll, numbers),
            ballots=_ballots(tx, found.poll, numbers),
            heap=(),
            tally=counted.plain(),
            days=self._days(tx, found.id, counted.paper),
            chain=tuple(signed.link for signed in entries),
            signatures=tuple(signed.signature for signed in entries),
            key=self.keys.signing.public_key().public_bytes_raw().hex(),
        )

    def _about(self, cycle: Cycle, paper: Paper) -> About:
        return About(
            cycle=cycle.id,
            poll=paper.poll,
            publish=Publish(cycle.publish),
            phase=str(cycle.phase),
            opens_at=paper.opens_at,
            closes_at=paper.closes_at,
            utc_offset=self._offset(paper.closes_at),
            withdrawn=tuple(sorted(proposal.number for proposal in paper.proposals if proposal.withdrawn)),
            together=(),
            language=self.gateway.languages[0],
            software=f"dauys {__version__}",
        )

    def _offset(self, at: datetime) -> int:
        offset = at.astimezone(self.gateway.zone).utcoffset()
        return 0 if offset is None else offset // timedelta(minutes=1)

    def _days(self, tx: Tx, cycle: CycleId, paper: Paper) -> tuple[Day, ...]:
        opened = paper.opens_at.astimezone(self.gateway.zone).date()
        return tuple(
            Day(slot, (self._date(slot, made_at, paper) - opened).days + 1, content)
            for slot, content, made_at in bulletins.archived(tx, cycle)
        )

    def _date(self, slot: str, made_at: datetime, paper: Paper) -> date:
        if slot == FINAL:
            return min(made_at, paper.closes_at).astimezone(self.gateway.zone).date()
        return date.fromisoformat(slot)


def note_export(tx: Tx, keys: Keyring, at: datetime, cycle: int) -> None:
    """The audit log says once that a cycle's bulletin was handed out: so its head stays, however often it is."""
    if states.get(tx, f"exported:{cycle}") is None:
        head = audit.record(tx, keys, at, audit.OPERATOR, "export", cycle=cycle)
        states.put(tx, f"exported:{cycle}", str(head.seq))


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """The files below a new or empty folder, readable for everybody and through to the disk. Raises Taken, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Taken(f"{folder} is not empty: name a new folder")
    folders = {folder, *(folder / PurePosixPath(name).parent for name in files)}
    for each in sorted(folders):
        each.mkdir(exist_ok=True)
        each.chmod(ENTERABLE)
    for name, content in files.items():
        write_file(folder / name, content)
    for each in folders:
        sync_folder(each)


def write_file(path: Path, content: bytes) -> None:
    """One file, readable for everybody and through to the disk. Raises Taken, OSError."""
    try:
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise Taken(f"{path} is there already: name a new file") from error
    path.chmod(READABLE)


def packed(files: Mapping[str, bytes], top: str) -> bytes:
    """The files in one zip, below the folder `top`. The same files give the same bytes."""
    return _zip({f"{top}/{name}": content for name, content in files.items()})


def verifier() -> bytes:
    """The package `ballots` as one file that any Python 3.11 runs: `python FILE verify BULLETIN`."""
    root = resources.files("ballots")
    found = {f"ballots/{name}": content for name, content in _sources(root, "")}
    return b"#!/usr/bin/env python3\n" + _zip({**found, "__main__.py": START})


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{path}{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, f"{name}/")
        elif name.endswith((".py", ".toml")):
            yield name, entry.read_bytes()


def _zip(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, READABLE << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def _batch(batch: ballots.Batch, slot: str) -> Batch:
    return Batch(
        no=batch.batch,
        slot=slot,
        size=batch.size,
        held_back=batch.held_back,
        unreadable=batch.unreadable,
        ballots_hash=batch.ballots_hash,
        receipts_hash=batch.receipts_hash,
    )


def _receipts(tx: Tx, poll: PollId, numbers: list[int]) -> dict[int, tuple[str, ...]]:
    lists: dict[int, list[str]] = {no: [] for no in numbers}
    for no, receipt in ballots.receipts(tx, poll):
        lists[no].append(receipt)
    return {no: tuple(rows) for no, rows in lists.items()}


def _ballots(tx: Tx, poll: PollId, numbers: list[int]) -> dict[int, tuple[tuple[str, Choices], ...]]:
    lists: dict[int, list[tuple[str, Choices]]] = {no: [] for no in numbers}
    for no, ballot, choices in ballots.anonymous(tx, poll):
        lists[no].append((ballot, choices))
    return {no: tuple(rows) for no, rows in lists.items()}
