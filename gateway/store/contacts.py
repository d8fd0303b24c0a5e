"""The sealed contact lists of rounds: whom announcements reach, in the order of tags; erased when a round is over.

Nothing here knows who has voted: an announcement goes to everybody or to nobody.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from ballots.model import Phase
from gateway.store.engine import Tx
from gateway.store.types import to_micros

OVER = (Phase.CERTIFIED, Phase.IMPLEMENTATION, Phase.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Contact:
    """One phone of a list."""

    tag: bytes  # phone tag
    sealed: bytes  # the number: gateway.store.rolls.ABOUT
    language: str  # as the phone chose; '' if it never did
    stopped: bool  # it refused announcements


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom an announcement would reach now."""

    by_language: Counter[str]  # '' = no language chosen
    stopped: int  # phones that refused

    @property
    def takers(self) -> int:
        """Phones that would get a copy."""
        return self.by_language.total()


def reach(tx: Tx, round_id: int, area_ids: Collection[int]) -> Reach:
    """How many phones of these areas take announcements, by language, each once."""
    rows = tx.rows(
        "SELECT coalesce(p.language, ''), coalesce(p.stopped, ?), count(DISTINCT c.phone_tag) FROM contact c "  # noqa: S608 - marks only
        f"LEFT JOIN phone p ON p.phone_tag = c.phone_tag WHERE c.round_id = ? AND c.area_id IN ({_marks(area_ids)}) "
        "GROUP BY 1, 2",
        False,
        round_id,
        *area_ids,
    )
    takers = Counter({language: count for language, stopped, count in rows if not stopped})
    return Reach(takers, sum(count for _, stopped, count in rows if stopped))


def after(tx: Tx, round_id: int, area_ids: Collection[int], tag: bytes, limit: int) -> list[Contact]:
    """The next phones of these areas behind this tag, each once; at most `limit`."""
    rows = tx.rows(
        "SELECT c.phone_tag, c.sealed, coalesce(p.language, ''), coalesce(p.stopped, ?) FROM contact c "  # noqa: S608 - marks only
        "LEFT JOIN phone p ON p.phone_tag = c.phone_tag "
        f"WHERE c.round_id = ? AND c.phone_tag > ? AND c.area_id IN ({_marks(area_ids)}) "
        "ORDER BY c.phone_tag, c.area_id LIMIT ?",
        False,
        round_id,
        tag,
        *area_ids,
        limit,
    )
    once = {
        bytes(tag): Contact(bytes(tag), bytes(sealed), language, bool(stopped))
        for tag, sealed, language, stopped in rows
    }
    return list(once.values())


def rounds_over(tx: Tx, before: datetime) -> list[int]:
    """Rounds with contacts whose cycles were all certified before this instant."""
    marks = ", ".join("?" * len(OVER))
    rows = tx.rows(
        "SELECT c.round_id FROM cycle c GROUP BY c.round_id "  # noqa: S608 - marks only
        f"HAVING sum(CASE WHEN c.phase IN ({marks}) AND c.certified_at <= ? THEN 0 ELSE 1 END) = 0",
        *OVER,
        to_micros(before),
    )
    has = "SELECT 1 FROM contact WHERE round_id = ? LIMIT 1"
    return [round_id for (round_id,) in rows if tx.row(has, round_id)]


def erase(tx: Tx, round_id: int, limit: int) -> int:
    """Forget numbers of a round, at most `limit` rows; how many."""
    last = tx.rows("SELECT phone_tag FROM contact WHERE round_id = ? ORDER BY phone_tag LIMIT ?", round_id, limit)
    if not last:
        return 0
    return tx.run("DELETE FROM contact WHERE round_id = ? AND phone_tag <= ?", round_id, bytes(last[-1][0]))


def _marks(values: Collection[int]) -> str:
    return ", ".join("?" * len(values))
