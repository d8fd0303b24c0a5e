"""/console/cycles/{cycle}/proposals: the list with its numbers; after opening, what can be withdrawn."""

from collections import Counter

from ballots.model import Phase
from gateway.errors import NotThere, Overtaken
from gateway.pages.console import drafting
from gateway.pages.console.answers import Answer, Download, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.drafting import also
from gateway.pages.console.forms import Reading
from gateway.store import drafts, pictures, proposals
from gateway.store.drafts import Edit
from gateway.store.engine import Tx

STEPS = {"up": -1, "down": 1}
RUNNING = frozenset({Phase.VOTING, Phase.GRACE})


def show(desk: Desk) -> Answer:
    """The list, each proposal with the number of its remarks."""
    draft = drafting.read(desk)
    found = drafting.found_in(desk, draft)
    return desk.screen(
        "proposals.html",
        also=lambda name, **facts: also(desk, name, **facts),
        said=lambda remark: drafting.said(desk, remark),
        draft=draft,
        running=draft.cycle.phase in RUNNING,
        refused=Counter(remark.number for remark in found if remark.refuses),
        placed=drafting.at_fields(found, 0),
    )


def take(desk: Desk) -> Answer:
    """Change two numbers, or withdraw from a running vote. Raises WrongFields, Conflict, Mistake."""
    return _withdraw(desk) if desk.form.get("withdraw") else _move(desk)


def picture(desk: Desk) -> Answer:
    """The picture of one proposal, for an <img>. Raises NotThere."""
    with desk.site.store.reading() as tx:
        found = pictures.get(tx, _cycle(desk), key_of(desk))
    if found is None:
        raise NotThere("this proposal has no picture")
    return Download(found.jpeg, "image/jpeg", "picture.jpg")


def key_of(desk: Desk) -> int:
    """The proposal's row in the address; 0 for what is no number."""
    typed = desk.path.get("proposal", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _move(desk: Desk) -> Answer:
    read = Reading(desk.form)
    key, version = read.whole("key"), read.whole("version")
    step = STEPS.get(desk.form.get("move"), 0)
    read.done()
    here = f"/cycles/{_cycle(desk)}/proposals"

    def move(tx: Tx) -> SeeOther:
        drafts.swap(tx, _cycle(desk), key, Edit(desk.visitor.official.name, version), step)
        desk.record(tx, "move proposal", cycle=_cycle(desk))
        return SeeOther(here)

    try:
        return desk.once(move)
    except Overtaken:
        return SeeOther(here, "moved_meanwhile")


def _withdraw(desk: Desk) -> Answer:
    read = Reading(desk.form)
    number = read.whole("withdraw", most=127)
    reason = read.text("reason", most=300)
    read.done()

    def withdraw(tx: Tx) -> SeeOther:
        proposals.withdraw(tx, _cycle(desk), number, reason)
        desk.record(tx, "withdraw", cycle=_cycle(desk), number=number, reason=reason)
        return SeeOther(f"/cycles/{_cycle(desk)}/proposals", "withdrawn", {"number": number})

    return desk.once(withdraw)


def _cycle(desk: Desk) -> int:
    assert desk.cycle is not None
    return desk.cycle.id
