"""/console/cycles/{cycle}/decisions: what two officials decide of a vote that is open. One asks, another approves.

An act that is decided here is a line of DECISIONS; who asks and who approves stands in gateway.store.approvals.PAIRS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ballots.model import Phase
from gateway import daily, mixing
from gateway.bulletins.digest import FINAL
from gateway.errors import NotNow, Unfit
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Reading
from gateway.store import approvals, few, jobs, officials, phases, polls
from gateway.store.approvals import PAIRS, Approval, State, Wish
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Decision:
    """One act of two officials."""

    phases: frozenset[Phase]  # in which it may be asked for and approved
    read: Callable[[Desk, Reading], Mapping[str, Any]]  # what the asker's form says, kept with the request
    do: Callable[[Desk, Tx, Approval], None]  # in the transaction of the approval
    after: Callable[[Desk], None]  # what follows its commit; safe to repeat
    arises: Callable[[Tx, Cycle], bool] = lambda _tx, _cycle: True  # within these phases


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one decision stands, for the page."""

    act: str
    asked: Approval | None
    asker: str
    may_ask: bool
    may_answer: bool
    ours: bool  # the visitor has asked
    until: datetime | None = None  # of an extension that was asked for


def show(desk: Desk) -> Answer:
    """The decisions that the vote's phase allows."""
    cycle = _cycle(desk)
    with desk.site.store.reading() as tx:
        stands = [_stand(desk, tx, act) for act, decision in DECISIONS.items() if _arises(tx, cycle, decision)]
    return desk.screen("decisions.html", cycle=cycle, stands=stands)


def take(desk: Desk) -> Answer:
    """Ask, take the request back, refuse or approve. Raises Mistake, WrongFields."""
    decision = DECISIONS.get(desk.form.get("act"))
    answering = ANSWERS.get(desk.form.get("do"))
    if decision is None or (answering is None and desk.form.get("do") != "ask"):
        raise Unfit("choose what to do", "nothing_chosen")
    with desk.site.store.reading() as tx:
        if not _arises(tx, _cycle(desk), decision):
            raise NotNow("the phase does not allow it any more", "not_in_this_phase")
    return _ask(desk, decision) if answering is None else _answer(desk, decision, answering)


def _ask(desk: Desk, decision: Decision) -> Answer:
    act = desk.form.get("act")
    read = Reading(desk.form)
    facts = decision.read(desk, read)
    read.done()

    def work(tx: Tx) -> SeeOther:
        approvals.ask(tx, desk.visitor.official, Wish(act, _subject(desk), facts), desk.at)
        desk.record(tx, "ask for a decision", request=act, cycle=_cycle(desk).id, **facts)
        return _here(desk, "asked")

    return desk.once(work)


def _answer(desk: Desk, decision: Decision, answering: tuple[State, str, str]) -> Answer:
    state, act, said = answering

    def work(tx: Tx) -> SeeOther:
        asked = _waiting(desk, tx)
        approvals.answer(tx, desk.visitor.official, asked.id, state, desk.at)
        both = sorted({officials.names(tx)[asked.asked_by], desk.visitor.official.name})
        desk.record(tx, act, cycle=_cycle(desk).id, request=asked.act, officials=both)
        if state is State.APPROVED:
            decision.do(desk, tx, asked)
        return _here(desk, said)

    answer = desk.once(work)
    if state is State.APPROVED:
        decision.after(desk)
    return answer


def _reason(_desk: Desk, read: Reading) -> Mapping[str, Any]:
    return {"reason": read.text("reason", most=200)}


def _later(desk: Desk, read: Reading) -> Mapping[str, Any]:
    until = read.moment("closes_at", desk.site.gateway.zone)
    with desk.site.store.reading() as tx:
        if until <= polls.published(tx, _cycle(desk).poll).closes_at:
            read.refuse("closes_at", "mistakes.not_later")
    return {"reason": read.text("extension_reason", most=200), "closes_at": until.isoformat()}


def _nothing(_desk: Desk, _read: Reading) -> Mapping[str, Any]:
    return {}


def _close(desk: Desk, tx: Tx, asked: Approval) -> None:
    why = _why(desk, tx, asked)
    mixing.close_within(tx, desk.site.home, _cycle(desk).poll, desk.at, why.actor, early=True, **why.facts())


def _extend(desk: Desk, tx: Tx, asked: Approval) -> None:
    until = datetime.fromisoformat(asked.facts["closes_at"])
    phases.extend(tx, desk.site.keys, _cycle(desk).id, until, desk.at, _why(desk, tx, asked))


def _certify(desk: Desk, tx: Tx, asked: Approval) -> None:
    phases.certify(tx, desk.site.keys, _cycle(desk).id, desk.at, _why(desk, tx, asked))


def _read(desk: Desk, tx: Tx, asked: Approval) -> None:
    readers = tuple(sorted(_why(desk, tx, asked).officials))
    few.note_reading(tx, desk.site.keys, desk.at, polls.published(tx, _cycle(desk).poll), readers)


def _why(desk: Desk, tx: Tx, asked: Approval) -> phases.Decision:
    """Both officials and the reason, for the audit log."""
    approver = desk.visitor.official.name
    both = (officials.names(tx)[asked.asked_by], approver)
    return phases.Decision(approver, both, str(asked.facts.get("reason", "")))


def _count(desk: Desk) -> None:
    """The final tally at once, as the schedule would make it within a minute: then the result can be certified."""
    mixing.finish(desk.site.home)
    with desk.site.store.reading() as tx:
        closed = [watched for watched in jobs.watched(tx) if watched.poll == _cycle(desk).poll]
    for watched in closed:
        daily.tally(desk.site.home, watched, FINAL, desk.at)
    desk.site.wake()


def _no_more(_desk: Desk) -> None:
    """Nothing follows."""


DECISIONS: dict[str, Decision] = {
    "extend cycle": Decision(frozenset({Phase.VOTING}), _later, _extend, _no_more),
    "close early": Decision(frozenset({Phase.VOTING}), _reason, _close, _count),
    "certify": Decision(frozenset({Phase.CLOSED}), _nothing, _certify, _no_more),
    few.READING: Decision(few.OVER, _nothing, _read, _no_more, lambda tx, cycle: few.holds_few(tx, cycle.poll)),
}

ANSWERS: dict[str, tuple[State, str, str]] = {
    "approve": (State.APPROVED, "approve a request", "approved"),
    "refuse": (State.REFUSED, "refuse a request", "refused_now"),
    "take back": (State.WITHDRAWN, "take back a request", "taken_back"),
}
"""Button -> what becomes of the request, the act in the log, the sentence."""


def _arises(tx: Tx, cycle: Cycle, decision: Decision) -> bool:
    return cycle.phase in decision.phases and decision.arises(tx, cycle)


def _stand(desk: Desk, tx: Tx, act: str) -> Stand:
    official, pair = desk.visitor.official, PAIRS[act]
    found = (one for one in approvals.about(tx, _subject(desk)) if one.act == act and one.state is State.ASKED)
    asked = next(found, None)
    return Stand(
        act=act,
        asked=asked,
        asker=officials.names(tx)[asked.asked_by] if asked else "",
        may_ask=asked is None and official.role in pair.asks,
        may_answer=asked is not None and official.role in pair.approves and official.id != asked.asked_by,
        ours=asked is not None and official.id == asked.asked_by,
        until=datetime.fromisoformat(asked.facts["closes_at"]) if asked and "closes_at" in asked.facts else None,
    )


def _waiting(desk: Desk, tx: Tx) -> Approval:
    """The request that this form answers: the one that its page has shown. Raises NotNow."""
    for one in approvals.about(tx, _subject(desk)):
        if str(one.id) == desk.form.get("request") and one.act == desk.form.get("act"):
            return one
    raise NotNow("nothing of this kind waits any more", "no_approval")


def _cycle(desk: Desk) -> Cycle:
    assert desk.cycle is not None
    return desk.cycle


def _subject(desk: Desk) -> str:
    return f"cycle {_cycle(desk).id}"


def _here(desk: Desk, said: str) -> SeeOther:
    return SeeOther(f"/cycles/{_cycle(desk).id}/decisions", said)
