"""/console/cycles/{cycle}/opening: what is in the way, and the two persons who open a vote."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ballots.manifest import manifest_of, sha256_hex
from gateway.errors import NotNow, Unfit, Unpublishable
from gateway.pages.console import drafting
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.drafting import also
from gateway.store import approvals, areas, officials, polls, rolls
from gateway.store.approvals import Approval, State, Wish
from gateway.store.drafts import Draft
from gateway.store.engine import Tx
from gateway.store.polls import Opening
from gateway.store.types import EPOCH

ACT = "open cycle"


def show(desk: Desk) -> Answer:
    """The paper in a few lines, its remarks with the way to each, and where the request stands."""
    draft = drafting.read(desk)
    found = drafting.all_in(desk, draft)
    with desk.site.store.reading() as tx:
        asked = _asked(tx, draft)
        asker = officials.by_id(tx, asked.asked_by).name if asked else ""
        size = rolls.size(tx, draft.cycle.round_id, areas.below(tx, draft.cycle.place.id))
    who = desk.visitor.official
    return desk.screen(
        "opening.html",
        also=lambda name, **facts: also(desk, name, **facts),
        draft=draft,
        remarks=[
            (drafting.said_with_place(desk, remark), _way(draft, remark.number, remark.field), remark.refuses)
            for remark in found
        ],
        ready=not any(remark.refuses for remark in found) and draft.closes_at is not None,
        roll=size,
        by_roll=draft.cycle.place.method == "roll",
        asked=asked,
        asker=asker,
        changed=asked is not None and asked.facts.get("paper") != _mark(draft),
        asks=who.role in approvals.PAIRS[ACT].asks,
        approves=who.role in approvals.PAIRS[ACT].approves and asked is not None and asked.asked_by != who.id,
        ours=asked is not None and asked.asked_by == who.id,
    )


def take(desk: Desk) -> Answer:
    """Ask, take the request back, refuse it, or approve and thereby open. Raises Mistake."""
    does = DOES.get(desk.form.get("do"))
    if does is None:
        raise Unfit("choose what to do", "nothing_chosen")
    return does(desk, drafting.read(desk))


def _ask(desk: Desk, draft: Draft) -> Answer:
    if draft.closes_at is None or any(remark.refuses for remark in drafting.all_in(desk, draft)):
        raise Unfit("the paper has flaws that keep it from being opened", "not_ready")

    def ask(tx: Tx) -> SeeOther:
        facts = {"paper": _mark(draft)}
        approvals.ask(tx, desk.visitor.official, Wish(ACT, _subject(draft), facts), desk.at)
        desk.record(tx, "ask to open", cycle=draft.cycle.id)
        return _here(draft, "asked_now")

    return desk.once(ask)


def _answer(state: State, act: str, said: str) -> Callable[[Desk, Draft], Answer]:
    def answered(desk: Desk, draft: Draft) -> Answer:
        def answer(tx: Tx) -> SeeOther:
            approvals.answer(tx, desk.visitor.official, _waiting(tx, draft).id, state, desk.at)
            desk.record(tx, act, cycle=draft.cycle.id)
            return _here(draft, said)

        return desk.once(answer)

    return answered


def _approve(desk: Desk, draft: Draft) -> Answer:
    """The request names the paper as its asker saw it: what was changed since has to be asked for anew."""
    opening = Opening(desk.visitor.official.name, drafting.languages(desk))
    with desk.site.store.reading() as tx:
        asked = _waiting(tx, draft)
        approvals.check(asked, desk.visitor.official)
        if asked.facts.get("paper") != _mark(draft):
            raise NotNow("the paper was changed after it was asked for: ask for it anew", "changed_since")
        try:
            proved = polls.prove(tx, draft.cycle.poll, desk.at, opening)
        except Unpublishable as flaws:
            raise Unfit(str(flaws), "not_ready") from flaws

    def approve(tx: Tx) -> SeeOther:
        approvals.answer(tx, desk.visitor.official, asked.id, State.APPROVED, desk.at)
        polls.open_poll(tx, desk.site.keys, draft.cycle.poll, desk.at, proved)
        return _here(draft, "opened")

    return desk.once(approve)


DOES: Mapping[str, Callable[[Desk, Draft], Answer]] = {
    "ask": _ask,
    "take back": _answer(State.WITHDRAWN, "take back the request to open", "taken_back"),
    "refuse": _answer(State.REFUSED, "refuse to open", "refused_now"),
    "approve": _approve,
}


def _asked(tx: Tx, draft: Draft) -> Approval | None:
    return next(
        (one for one in approvals.about(tx, _subject(draft)) if one.act == ACT and one.state is State.ASKED), None
    )


def _waiting(tx: Tx, draft: Draft) -> Approval:
    found = _asked(tx, draft)
    if found is None:
        raise NotNow("nobody has asked for this opening, or it was answered already", "answered_already")
    return found


def _subject(draft: Draft) -> str:
    return f"cycle {draft.cycle.id}"


def _mark(draft: Draft) -> str:
    """The hash of the paper, whatever the hour at which it is looked at."""
    paper = replace(draft.paper, opens_at=draft.opens_at or EPOCH, closes_at=draft.closes_at or EPOCH)
    return sha256_hex(manifest_of(paper, draft.cycle.mix_min))


def _here(draft: Draft, said: str) -> SeeOther:
    return SeeOther(f"/cycles/{draft.cycle.id}/opening", said)


def _way(draft: Draft, number: int, field: str) -> str:
    """The page on which a remark is mended."""
    here = f"/console/cycles/{draft.cycle.id}"
    if number:
        key = next((line.key for line in draft.lines if line.proposal.number == number), None)
        return f"{here}/proposals/{key}" if key else f"{here}/proposals"
    return f"{here}/proposals" if field == "proposals" else f"{here}/settings#{field}"
