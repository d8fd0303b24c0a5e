"""Acts that move a cycle after its opening: extension and certification. Early closing is gateway.mixing.close.

Two officials decide them in the console; on the command line they are the operator's act, and audited as such.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ballots.cycles import may_become
from ballots.model import Phase
from gateway.errors import NotNow, Unfit
from gateway.keys import Keyring
from gateway.store import announcements, audit, cycles, jobs, paper, polls, sittings, states, tallies
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx
from gateway.store.outreach import Reason
from gateway.store.types import to_micros


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decides, and why."""

    actor: str = audit.OPERATOR
    officials: tuple[str, ...] = ()  # two names in the console
    reason: str = ""

    def facts(self) -> dict[str, Any]:
        """For the audit log."""
        said: dict[str, Any] = {"officials": sorted(self.officials)} if self.officials else {}
        return said | ({"reason": self.reason} if self.reason else {})


def extend(tx: Tx, keys: Keyring, cycle: int, closes_at: datetime, at: datetime, why: Decision) -> Cycle:  # noqa: PLR0913, PLR0917 - one act
    """Voting closes later. Announcements that are under way stop: their text may name the old instant.

    Raises NotThere, NotNow unless voting runs at `at`, Unfit for an instant that is no later one or without a reason.
    """
    tx.lock()
    found = cycles.by_id(tx, cycle)
    before = polls.published(tx, found.poll).closes_at if found.phase not in cycles.DRAFTS else closes_at
    if found.phase is not Phase.VOTING or at >= before:
        raise NotNow(
            f"cycle {cycle} is {found.phase} and takes no votes now: only running voting can be extended", "not_running"
        )
    if closes_at <= before:
        raise Unfit(f"voting closes at {before.isoformat()}: an extension needs a later instant", "not_later")
    if not why.reason.strip():
        raise Unfit("an extension needs a reason: it stands in the audit log")
    tx.run("UPDATE poll SET closes_at = ? WHERE id = ?", to_micros(closes_at), found.poll)
    facts = {"was": before.isoformat(), "closes_at": closes_at.isoformat(), **why.facts()}
    audit.record(tx, keys, at, why.actor, "extend", cycle=cycle, poll=found.poll, **facts)
    for one in announcements.unfinished(tx):
        if one.cycle == cycle:
            announcements.pause(tx, one.id, Reason.MOVED)
    states.bump_catalogue(tx)
    return cycles.by_id(tx, cycle)


def certify(tx: Tx, keys: Keyring, cycle: int, at: datetime, why: Decision) -> Cycle:
    """The result stands: nothing is counted any more. Raises NotThere, NotNow with what is still to be done."""
    tx.lock()
    found = cycles.by_id(tx, cycle)
    if not may_become(found.phase, Phase.CERTIFIED):
        raise NotNow(f"cycle {cycle} is {found.phase}: a result is certified once voting is closed")
    if "final" not in jobs.done(tx, "tally").get(found.poll, frozenset()):
        raise NotNow(
            f"the final tally of cycle {cycle} is not made yet: a serving gateway makes it within a minute",
            "tally_first",
        )
    if any(one.poll == found.poll for one in sittings.every(tx)):
        raise NotNow(
            f"a sitting on paper of cycle {cycle} is still open: confirm it or give it up first", "sitting_open"
        )
    waiting = paper.unmatched(tx, found.poll)
    if waiting:
        raise NotNow(
            f"voters on paper whose ballots are not loaded yet: {waiting}; load them first",
            "paper_first",
            waiting=waiting,
        )
    ballots = tallies.of_poll(tx, found.poll).tally.ballots
    tx.run("UPDATE poll SET phase = ? WHERE id = ?", Phase.CERTIFIED, found.poll)
    tx.run("UPDATE cycle SET phase = ?, certified_at = ? WHERE id = ?", Phase.CERTIFIED, to_micros(at), cycle)
    audit.record(tx, keys, at, why.actor, "certify", cycle=cycle, poll=found.poll, ballots=ballots, **why.facts())
    states.bump_catalogue(tx)
    return cycles.by_id(tx, cycle)
