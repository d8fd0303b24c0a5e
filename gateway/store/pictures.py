"""Pictures of proposals, as the poster shows them: JPEG, made small before they come here."""

from dataclasses import dataclass

from gateway.errors import NotThere
from gateway.store import cycles
from gateway.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Picture:
    """A small JPEG without anything of the file that it was made from."""

    width: int  # pixels
    height: int
    jpeg: bytes


def put(tx: Tx, cycle: int, key: int, picture: Picture) -> None:
    """Give the proposal in this row a picture in place of the one it has. Raises NotThere, NotNow after opening."""
    cycles.check_draft(tx, cycle)
    _check_there(tx, cycle, key)
    tx.run(
        "INSERT INTO proposal_picture (proposal_id, width, height, jpeg) VALUES (?, ?, ?, ?) ON CONFLICT (proposal_id)"
        " DO UPDATE SET width = excluded.width, height = excluded.height, jpeg = excluded.jpeg",
        key,
        picture.width,
        picture.height,
        picture.jpeg,
    )


def remove(tx: Tx, cycle: int, key: int) -> None:
    """Take the picture away, if there is one. Raises NotThere, NotNow after opening."""
    cycles.check_draft(tx, cycle)
    _check_there(tx, cycle, key)
    tx.run("DELETE FROM proposal_picture WHERE proposal_id = ?", key)


def get(tx: Tx, cycle: int, key: int) -> Picture | None:
    """The picture of the proposal in this row of this cycle."""
    row = tx.row(
        "SELECT width, height, jpeg FROM proposal_picture WHERE proposal_id ="
        " (SELECT id FROM proposal WHERE id = ? AND cycle_id = ?)",
        key,
        cycle,
    )
    return None if row is None else Picture(row[0], row[1], bytes(row[2]))


def by_number(tx: Tx, cycle: int) -> dict[int, Picture]:
    """Number -> picture, for the poster; proposals without one are left out."""
    rows = tx.rows(
        "SELECT p.number, i.width, i.height, i.jpeg FROM proposal_picture i JOIN proposal p ON p.id = i.proposal_id"
        " WHERE p.cycle_id = ? AND p.number IS NOT NULL",
        cycle,
    )
    return {number: Picture(width, height, bytes(jpeg)) for number, width, height, jpeg in rows}


def _check_there(tx: Tx, cycle: int, key: int) -> None:
    if tx.row("SELECT 1 FROM proposal WHERE id = ? AND cycle_id = ?", key, cycle) is None:
        raise NotThere(f"cycle {cycle} has no such proposal any more")
