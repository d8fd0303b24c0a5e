"""Rolls that were uploaded and wait for their official's word: read -> loading -> done | failed.

`sealed` is read once, when loading begins, and erased in the same transaction; what nobody wanted is erased after an
hour. Its key never lies here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.errors import NotThere
from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_micros

WAITS = timedelta(hours=1)  # for the official's word
REMEMBERED = timedelta(days=7)  # how it ended
SILENT = timedelta(minutes=2)  # a loading that does not move any more was cut off

_COLUMNS = "id, round_id, area_id, actor, state, total, done, added, made_at, moved_at"


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded roll."""

    id: str  # 32 hex digits
    round_id: int
    area_id: int
    actor: str
    state: str  # read, loading, done, failed
    total: int  # phones in the file
    done: int
    added: int
    made_at: datetime
    moved_at: datetime

    def stopped(self, now: datetime) -> bool:
        """Did the loading end before its end?"""
        return self.state == "failed" or (self.state == "loading" and now - self.moved_at >= SILENT)


def keep(tx: Tx, upload: Upload, sealed: bytes) -> None:
    """A file that was read just now. What the same official uploaded for this roll before, and did not load, goes."""
    tx.run("DELETE FROM roll_upload WHERE area_id = ? AND actor = ? AND state = 'read'", upload.area_id, upload.actor)
    tx.run(
        "INSERT INTO roll_upload (id, round_id, area_id, actor, state, total, done, added, sealed, made_at, moved_at) "
        "VALUES (?, ?, ?, ?, 'read', ?, 0, 0, ?, ?, ?)",
        upload.id,
        upload.round_id,
        upload.area_id,
        upload.actor,
        upload.total,
        sealed,
        to_micros(upload.made_at),
        to_micros(upload.moved_at),
    )


def take(tx: Tx, upload: str, area_id: int, actor: str, now: datetime) -> tuple[Upload, bytes]:
    """Loading begins; the sealed phones, which are nowhere any more. Raises NotThere: gone, or another's, or begun."""
    row = tx.row(
        f"SELECT {_COLUMNS}, sealed FROM roll_upload "  # noqa: S608 - our own columns
        "WHERE id = ? AND area_id = ? AND actor = ? AND state = 'read' AND made_at > ?",
        upload,
        area_id,
        actor,
        to_micros(now - WAITS),
    )
    if row is None:
        raise NotThere("this upload is there no more: upload the file again", "upload_gone")
    tx.run("UPDATE roll_upload SET state = 'loading', sealed = NULL, moved_at = ? WHERE id = ?", to_micros(now), upload)
    return _upload(row), bytes(row[10])


def drop(tx: Tx, upload: str, area_id: int, actor: str) -> bool:
    """The official does not want it. Was it there?"""
    sql = "DELETE FROM roll_upload WHERE id = ? AND area_id = ? AND actor = ? AND state = 'read'"
    return tx.run(sql, upload, area_id, actor) == 1


def move(tx: Tx, upload: str, done: int, now: datetime) -> None:
    """So many phones of the file are on the roll."""
    tx.run("UPDATE roll_upload SET done = ?, moved_at = ? WHERE id = ?", done, to_micros(now), upload)


def end(tx: Tx, upload: str, now: datetime, added: int | None) -> None:
    """All phones are on the roll, so many of them new; None: it failed."""
    tx.run(
        "UPDATE roll_upload SET state = ?, added = ?, moved_at = ? WHERE id = ?",
        "failed" if added is None else "done",
        added or 0,
        to_micros(now),
        upload,
    )
    tx.run("UPDATE roll_upload SET done = total WHERE id = ? AND state = 'done'", upload)


def by_id(tx: Tx, upload: str, area_id: int) -> Upload:
    """One upload for the roll of this area. Raises NotThere."""
    row = tx.row(f"SELECT {_COLUMNS} FROM roll_upload WHERE id = ? AND area_id = ?", upload, area_id)  # noqa: S608
    if row is None:
        raise NotThere("there is no such upload", "upload_gone")
    return _upload(row)


def forget_old(tx: Tx, now: datetime) -> int:
    """Erase what nobody wanted within an hour, and how others ended, after a week; how many."""
    return tx.run(
        "DELETE FROM roll_upload WHERE (state = 'read' AND made_at <= ?) OR made_at <= ?",
        to_micros(now - WAITS),
        to_micros(now - REMEMBERED),
    )


def _upload(row: tuple[object, ...]) -> Upload:
    upload, round_id, area_id, actor, state, total, done, added, made_at, moved_at = row[:10]
    return Upload(
        str(upload),
        int(str(round_id)),
        int(str(area_id)),
        str(actor),
        str(state),
        int(str(total)),
        int(str(done)),
        int(str(added)),
        from_micros(int(str(made_at))),
        from_micros(int(str(moved_at))),
    )
