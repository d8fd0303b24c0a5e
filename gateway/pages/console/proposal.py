"""/console/cycles/{cycle}/proposals/{proposal}: one proposal, beside what phones make of it."""

from collections.abc import Iterator
from dataclasses import replace

from ballots.linting import CUSTOMARY
from ballots.model import NUMBERS, Paper, Proposal
from gateway import pictures
from gateway.errors import Overtaken, Taken
from gateway.filling import followed
from gateway.pages.console import drafting
from gateway.pages.console.answers import Answer, Conflict, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.drafting import also
from gateway.pages.console.forms import Reading
from gateway.pages.console.proposals import key_of
from gateway.store import drafts
from gateway.store import pictures as kept_pictures
from gateway.store.drafts import Draft, Edit, Line
from gateway.store.engine import Tx
from handlers.preview import Shown

NEW = "new"
GOALS = range(1, 18)
MONEY = 10**13  # whole tenge
ABOUT_ONE = frozenset({"confirm", "info", "sms-vote", "sms-confirmed", "sms-info"})
UNWRITTEN = frozenset({"language_missing", "label_missing", "no_cost"})
TEXTS = (("name", "names"), ("short", "shorts"), ("text", "texts"))


def show(desk: Desk) -> Answer:
    """The form, and the phone with what is typed or kept."""
    draft = drafting.read(desk)
    line = None if desk.path["proposal"] == NEW else draft.line(key_of(desk))
    kept = line.proposal if line else _blank(draft)
    looked_at = _as_typed(desk, kept) if desk.form.sent else kept
    own = line.proposal.number if line else 0
    typed = _with(draft.paper, looked_at, own)
    return desk.screen(
        "proposal.html",
        also=lambda name, **facts: also(desk, name, **facts),
        said=lambda remark: drafting.said(desk, remark),
        count=lambda shown: drafting.count(desk, shown),
        draft=draft,
        line=line,
        kept=kept,
        goals=[(goal, f"{goal} {also(desk, f'goals.{goal}')}") for goal in GOALS],
        groups=drafting.first_languages(desk),
        placed=drafting.at_fields(drafting.found_in(desk, draft), own) if line else {},
        phones=list(_phones(desk, typed, looked_at.number)),
        meanwhile=_meanwhile(desk, draft, typed, looked_at.number) if desk.form.get("look") else [],
    )


def take(desk: Desk) -> Answer:
    """Save, take off, or with `look` only show it on the phone. Raises WrongFields, Conflict, Mistake."""
    if desk.form.get("look"):
        return show(desk)
    draft = drafting.read(desk)
    line = None if desk.path["proposal"] == NEW else draft.line(key_of(desk))
    try:
        return _remove(desk, draft, line) if desk.form.get("remove") and line else _save(desk, draft, line)
    except Overtaken as overtaken:
        raise _conflict(desk, overtaken) from overtaken


def _save(desk: Desk, draft: Draft, line: Line | None) -> Answer:
    read = Reading(desk.form)
    proposal = _typed(desk, read, draft, line)
    picture = _picture(desk, read)
    version = read.whole("version") if line else 0
    read.done()
    who, cycle = desk.visitor.official.name, draft.cycle.id

    def save(tx: Tx) -> SeeOther:
        if line is None:
            key = drafts.add(tx, cycle, proposal, who)
            desk.record(tx, "add proposal", cycle=cycle, number=proposal.number)
        else:
            key = line.key
            drafts.edit_proposal(tx, cycle, key, proposal, Edit(who, version))
            desk.record(tx, "edit proposal", cycle=cycle, number=proposal.number)
        if picture:
            kept_pictures.put(tx, cycle, key, picture)
        elif read.yes("no_picture"):
            kept_pictures.remove(tx, cycle, key)
        onward = NEW if desk.form.get("next") else key
        return SeeOther(f"/cycles/{cycle}/proposals/{onward}", "saved_number", {"number": proposal.number})

    try:
        return desk.once(save)
    except Taken:
        read.refuse("number", "number_taken", number=proposal.number)
        read.done()
        raise


def _remove(desk: Desk, draft: Draft, line: Line) -> Answer:
    read = Reading(desk.form)
    version = read.whole("version")
    read.done()
    cycle, number = draft.cycle.id, line.proposal.number

    def remove(tx: Tx) -> SeeOther:
        drafts.remove(tx, cycle, line.key, Edit(desk.visitor.official.name, version))
        desk.record(tx, "remove proposal", cycle=cycle, number=number)
        return SeeOther(f"/cycles/{cycle}/proposals", "removed", {"number": number})

    return desk.once(remove)


def _typed(desk: Desk, read: Reading, draft: Draft, line: Line | None) -> Proposal:
    """What is too long for a phone is saved and said; only what is no value at all is refused."""
    before = line.proposal if line else _blank(draft)
    first = drafting.first_languages(desk)[0][0]
    for field, _ in TEXTS:
        for language, text in drafting.typed_texts(desk, field).items():
            most = drafting.LONGEST if field == "text" else drafting.WIDEST
            if len(text) > most:
                read.refuse(f"{field}.{language}", "wrong.long", most=most, length=len(text))
    if not any(drafting.typed_texts(desk, "name").values()):
        read.refuse(f"name.{first}", "wrong.needed")
    return replace(
        _texts_as_typed(desk, before),
        number=read.whole("number", least=NUMBERS[0], most=NUMBERS[-1]),
        proposal_id=before.proposal_id,
        cost=read.whole("cost", least=1, most=MONEY),
        category=read.text("category", most=60, needed=False),
        sdgs=tuple(sorted(_goals(desk))),
        group=read.text("group", most=60, needed=False),
        settlement=read.text("settlement", most=60, needed=False),
    )


def _texts_as_typed(desk: Desk, before: Proposal) -> Proposal:
    """Labels that nobody wrote are the names."""
    typed = {field: drafting.typed_texts(desk, field) for field, _ in TEXTS}
    languages = drafting.languages(desk)
    names = followed(typed["name"], before.names, languages)
    shorts = followed(typed["short"], before.shorts, languages) or dict(names)
    return replace(before, names=names, shorts=shorts, texts=followed(typed["text"], before.texts, languages))


def _as_typed(desk: Desk, before: Proposal) -> Proposal:
    """What the phone shows meanwhile, whatever is still wrong."""
    number, cost = (_digits(desk.form.get(name)) for name in ("number", "cost"))
    typed = _texts_as_typed(desk, before)
    return replace(typed, number=number if number in NUMBERS else before.number, cost=min(cost, MONEY))


def _digits(typed: str) -> int:
    digits = "".join(typed.replace("\u00a0", " ").split())
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 16 else 0


def _goals(desk: Desk) -> Iterator[int]:
    return (goal for goal in GOALS if str(goal) in desk.form.all("sdgs"))


def _picture(desk: Desk, read: Reading) -> kept_pictures.Picture | None:
    upload = desk.form.files.get("picture")
    if upload is None or not upload.content:
        return None
    try:
        return pictures.fit(upload.content)
    except pictures.BadPicture as refused:
        read.refuse("picture", refused.phrase, **refused.facts)
        return None


def _blank(draft: Draft) -> Proposal:
    """The next free number that an area of this kind uses."""
    taken = draft.paper.by_number
    free = (number for number in CUSTOMARY.get(draft.cycle.place.area.kind, NUMBERS) if number not in taken)
    return Proposal(next(free, NUMBERS[0]), "", 0, {}, {})


def _with(paper: Paper, proposal: Proposal, own: int) -> Paper:
    """The paper with this proposal in the place of number `own`."""
    others = (other for other in paper.proposals if other.number not in {own, proposal.number})
    shown = replace(proposal, proposal_id=proposal.proposal_id or str(proposal.number))
    return replace(paper, proposals=tuple(sorted((*others, shown), key=lambda one: one.number)))


def _phones(desk: Desk, paper: Paper, number: int) -> Iterator[tuple[str, list[Shown]]]:
    """For each language: its line in the ballot, and every screen and message about it."""
    if not any(paper.by_number[number].shorts.values()):
        return
    spoken = drafting.spoken(paper, drafting.languages(desk))
    for language in drafting.languages(desk):
        found = drafting.screens_of(desk, spoken, language, number)
        listed = [one for one in found if one.place == "ballot" and _lists(one, number)]
        yield language, [*listed[:1], *(one for one in found if one.number == number and one.place in ABOUT_ONE)]


def _meanwhile(desk: Desk, draft: Draft, typed: Paper, number: int) -> list[str]:
    """What would be wrong if it were saved as it is typed; what nobody wrote yet is no mistake."""
    found = [one for one in drafting.found_in(desk, draft, typed) if one.number == number]
    return [drafting.said_with_place(desk, one) for one in found if one.flaw not in UNWRITTEN]


def _lists(one: Shown, number: int) -> bool:
    return any(line.startswith(f"{number} ") for line in one.exchange.text.split("\n"))


def _conflict(desk: Desk, overtaken: Overtaken) -> Conflict:
    line = drafting.read(desk).line(key_of(desk))
    now = line.proposal
    pairs: list[tuple[str, object, object]] = []
    for field, attribute in TEXTS:
        pairs += drafting.text_pairs(desk, field, getattr(now, attribute), drafting.typed_texts(desk, field))
    for field in ("number", "cost", "category", "group", "settlement"):
        pairs.append((also(desk, f"fields.{field}"), getattr(now, field), desk.form.get(field)))
    kept = ", ".join(map(str, now.sdgs))
    pairs.append((also(desk, "fields.sdgs"), kept, ", ".join(map(str, _goals(desk)))))
    return drafting.conflict(overtaken, line.version, pairs)
