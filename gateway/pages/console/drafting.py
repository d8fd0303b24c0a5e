"""What the pages of the editor share: the draft, its remarks at their fields, and how they speak of both."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from ballots.model import Paper, Texts
from gateway.errors import Overtaken
from gateway.filling import filled
from gateway.pages.console.answers import Conflict, Difference
from gateway.pages.console.desk import Desk
from gateway.pages.console.wording import texts
from gateway.remarks import Remark, at_a_glance, remarks
from gateway.store import drafts, polls
from gateway.store.drafts import Draft
from handlers.preview import Shown, preview, preview_one
from handlers.rehearsing import Does, Village

FILE = "drafting"
WIDEST = 400  # characters of a name or a title
LONGEST = 600  # characters of a description: what is too long for two SMS is said at the field


def also(desk: Desk, name: str, /, **facts: object) -> str:
    """A sentence that all pages of the editor have; a word that is not there (a new rule) is its own name."""
    found = texts(desk.wording.language, FILE).get(name)
    return name.rpartition(".")[2] if found is None else str(found).format_map(facts)


def read(desk: Desk) -> Draft:
    """The draft of the page's address. Dates that nobody set are presumed from this hour on."""
    assert desk.cycle is not None
    hour = desk.at.replace(minute=0, second=0, microsecond=0)
    with desk.site.store.reading() as tx:
        return drafts.read(tx, desk.cycle.id, hour)


def languages(desk: Desk) -> tuple[str, ...]:
    """Of the villagers, as configured."""
    return desk.site.gateway.languages


def first_languages(desk: Desk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those in which officials write, and the others, which are filled in if they stay empty."""
    own = tuple(language for language in languages(desk) if language in {"kk", "ru"}) or languages(desk)[:1]
    return own, tuple(language for language in languages(desk) if language not in own)


def village(desk: Desk, language: str | None) -> Village:
    """The gateway as a phone of this language meets it."""
    gateway = desk.site.gateway
    return Village(
        languages=gateway.languages,
        language=language,
        service_code=gateway.service_code,
        short_code=gateway.short_code,
        ussd=gateway.ussd,
    )


def typed_texts(desk: Desk, name: str) -> dict[str, str]:
    """`name.kk`, `name.ru` … as typed."""
    return {language: desk.form.get(f"{name}.{language}").strip() for language in languages(desk)}


def found_in(desk: Desk, draft: Draft, paper: Paper | None = None) -> tuple[Remark, ...]:
    """The remarks that stand in forms, on the draft or on the paper as it is being typed; () once it is published."""
    if not draft.open_to_edits:
        return ()
    return at_a_glance(paper or draft.paper, _neighbours(desk, draft), languages(desk))


def all_in(desk: Desk, draft: Draft) -> tuple[Remark, ...]:
    """All remarks, also those that only a walk over every screen finds; () once it is published."""
    if not draft.open_to_edits:
        return ()
    others = _neighbours(desk, draft)
    return _remarks(_Asked(draft.paper, others, languages(desk), _mark((draft.paper, *others))))


def _neighbours(desk: Desk, draft: Draft) -> tuple[Paper, ...]:
    with desk.site.store.reading() as tx:
        return tuple(polls.neighbours(tx, draft.cycle.poll))


def said(desk: Desk, remark: Remark) -> str:
    """A remark in the reader's language."""
    return also(desk, f"flaws.{remark.flaw}", **remark.facts)


def said_with_place(desk: Desk, remark: Remark) -> str:
    """The same, with the proposal, the field and the language that it is about."""
    parts = [also(desk, "number", number=remark.number)] if remark.number else []
    parts.append(also(desk, f"fields.{remark.field}"))
    parts += [also(desk, f"languages.{remark.language}")] if remark.language else []
    return also(desk, "remark_at", where=", ".join(parts), what=said(desk, remark))


def at_fields(remarks_: Iterable[Remark], number: int) -> dict[str, list[Remark]]:
    """Field (`cost`, `short.ru`) -> its remarks, of one proposal or (0) of the cycle."""
    placed: dict[str, list[Remark]] = {}
    for remark in remarks_:
        if remark.number == number:
            name = f"{remark.field}.{remark.language}" if remark.language else remark.field
            placed.setdefault(name, []).append(remark)
    return placed


def count(desk: Desk, shown: Shown) -> str:
    """`62 / 80`, or `62 / 70, SMS: 1`."""
    size = shown.size
    if not size.fits:
        return also(desk, "too_long", used=size.used, limit=size.limit)
    kind = "count_sms" if shown.exchange.done.does is Does.TEXTS else "count"
    return also(desk, kind, used=size.used, limit=size.limit, parts=size.parts)


def screens(desk: Desk, paper: Paper, language: str) -> tuple[Shown, ...]:
    """All that a phone of this language shows."""
    return _screens(_Asked(paper, (), (language,), _mark((paper,))), village(desk, language))


def screens_of(desk: Desk, paper: Paper, language: str, number: int) -> tuple[Shown, ...]:
    """What it shows of one proposal, and the pages of the ballot."""
    return preview_one(paper, village(desk, language), number)


def spoken(paper: Paper, languages_: tuple[str, ...]) -> Paper:
    """With every label and name filled in, so that a half-written paper can be shown."""
    return replace(
        paper,
        area=replace(paper.area, names=filled(paper.area.names, languages_)),
        proposals=tuple(
            replace(one, names=filled(one.names, languages_), shorts=filled(one.shorts, languages_))
            for one in paper.proposals
        ),
    )


def conflict(overtaken: Overtaken, version: int, pairs: Iterable[tuple[str, object, object]]) -> Conflict:
    """What the second official is shown: each (label, as it is now, as typed) that differs."""
    differences = tuple(
        Difference(label, str(now), str(typed)) for label, now, typed in pairs if str(now) != str(typed)
    )
    return Conflict(str(version), overtaken.by, differences)


def text_pairs(desk: Desk, field: str, now: Texts, typed: Mapping[str, str]) -> list[tuple[str, object, object]]:
    """Rows of such a comparison for a text in every language."""
    label = also(desk, f"fields.{field}")
    return [
        (f"{label}, {also(desk, f'languages.{language}')}", now.get(language, ""), typed.get(language, ""))
        for language in languages(desk)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A question of the cache, known by the hash of all that its answer depends on."""

    paper: Paper
    others: tuple[Paper, ...]
    languages: Sequence[str]
    mark: str

    def __hash__(self) -> int:
        return hash((self.mark, self.languages))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and (self.mark, self.languages) == (other.mark, other.languages)


@lru_cache(maxsize=128)
def _remarks(asked: _Asked) -> tuple[Remark, ...]:
    """Looking at every text on every screen takes tenths of a second; a draft is looked at far more often."""
    return remarks(asked.paper, asked.others, asked.languages)


@lru_cache(maxsize=32)
def _screens(asked: _Asked, asks: Village) -> tuple[Shown, ...]:
    """A clerk looks at them again and again, and writes in between."""
    return preview(asked.paper, asks)


def _mark(papers: Iterable[Paper]) -> str:
    """Of all that stands in them: a manifest alone does not tell what was withdrawn."""
    return hashlib.sha256(repr(tuple(papers)).encode()).hexdigest()
