"""Rounds: the polls of one gateway in one budget year, with one roll per aul and one key for tags."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from ballots.model import Phase
from gateway.errors import NotNow, NotThere
from gateway.keys import Keyring
from gateway.store import keychecks, states
from gateway.store.engine import Tx
from gateway.store.tables import RoundRow

DRAFTS = (Phase.DRAFT, Phase.IDEAS, Phase.REVIEW)
RUNNING = (Phase.VOTING, Phase.GRACE)


@dataclass(frozen=True, slots=True)
class Round:
    """One round."""

    id: int
    label: str
    shredded: bool = False  # its key is destroyed: its tags are noise


def begin(tx: Tx, keys: Keyring, label: str, at: datetime) -> Round:
    """A new round; its key is durable before the row is."""
    row = RoundRow(label=label, created_at=at)
    tx.session.add(row)
    tx.session.flush()
    assert row.id is not None
    keys.new_round(row.id)
    keychecks.remember(tx, keys)
    return Round(row.id, row.label)


def follow(tx: Tx, keys: Keyring, label: str, at: datetime) -> Round:
    """The next round, with empty rolls. Drafts go along; a poll that runs, or waits for its last mix, is in the way.

    Raises NotNow.
    """
    tx.lock()
    waits = _unfinished(tx, current(tx).id)
    if waits:
        raise NotNow(f"cycle {', '.join(map(str, waits))} is not over: close it first, its voters are on this roll")
    before = current(tx).id
    after = begin(tx, keys, label, at)
    marks = ", ".join("?" * len(DRAFTS))
    tx.run(f"UPDATE cycle SET round_id = ? WHERE round_id = ? AND phase IN ({marks})", after.id, before, *DRAFTS)  # noqa: S608 - marks only
    states.bump_catalogue(tx)
    return after


def shred(tx: Tx, round_id: int) -> int:
    """Forget who took part in a round that is over: contacts and roll go, and its key is asked for no more.

    The key itself is destroyed after this is durable: Keyring.destroy_round. How many numbers were erased.
    Raises NotThere, NotNow.
    """
    found = {known.id: known for known in every(tx)}
    if round_id not in found:
        raise NotThere(f"there is no round {round_id}: see dauys round list")
    if round_id == current(tx).id:
        raise NotNow(f"round {round_id} is the one that votes belong to: begin the next one first (dauys round new)")
    erased = tx.run("DELETE FROM contact WHERE round_id = ?", round_id)
    tx.run("DELETE FROM roll WHERE round_id = ?", round_id)
    tx.run("DELETE FROM slip WHERE round_id = ?", round_id)
    keychecks.forget_round(tx, round_id)
    return erased


def every(tx: Tx) -> tuple[Round, ...]:
    """All rounds, the oldest first."""
    rows = tx.session.exec(select(RoundRow).order_by(RoundRow.id))  # type: ignore[arg-type]
    return tuple(Round(row.id or 0, row.label, keychecks.is_shredded(tx, row.id or 0)) for row in rows)


def current(tx: Tx) -> Round:
    """The round that new cycles belong to: the last one."""
    return every(tx)[-1]


def _unfinished(tx: Tx, round_id: int) -> list[int]:
    """Cycles with a poll that runs, or whose last batch is not destroyed yet."""
    rows = tx.rows(
        "SELECT DISTINCT c.id FROM cycle c JOIN poll p ON p.cycle_id = c.id "
        "LEFT JOIN batch b ON b.poll_id = p.id AND b.state <> 'destroyed' "
        "WHERE c.round_id = ? AND (p.phase IN (?, ?) OR b.no IS NOT NULL) ORDER BY c.id",
        round_id,
        *RUNNING,
    )
    return [cycle for (cycle,) in rows]
