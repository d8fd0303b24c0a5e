"""Announcements to whole contact lists: what one would say and cost; beginning, pausing, cancelling it.

Never to non-voters only: that list does not exist. gateway.fanout puts the copies into the outbox.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from ballots.model import Paper, Phase
from gateway import daily
from gateway.bulletins.digest import FINAL
from gateway.catalogue import turnouts
from gateway.errors import Mistake, NotNow, Unfit
from gateway.home import Home
from gateway.providers import enabled
from gateway.store import announcements, areas, audit, contacts, cycles, jobs, polls
from gateway.store.announcements import Announcement, Wanted
from gateway.store.contacts import Reach
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx
from gateway.store.outreach import Kind, Reason
from handlers import announcing
from handlers.announcing import Flaw, Ways, flaws, with_stop
from handlers.messages import Turnout
from handlers.segments import sms_parts
from handlers.telling import in_language

FRESH = timedelta(days=14)  # results are news for so long

MENDS: dict[Flaw, str] = {
    Flaw.EMPTY: "there is no text: write one",
    Flaw.LINES: "it holds a character that phones do not show: take it out",
    Flaw.LONG: f"it takes more than {announcing.MOST_PARTS} parts of an SMS: shorten it",
    Flaw.LINK: "it holds a link, or a full stop without a space behind it: people are taught never to follow links",
    Flaw.CODE: "it speaks of a code or a password, as swindlers do: say it in other words",
}


class Unsayable(Mistake):
    """A text that may not leave; `found` says in which language and why."""

    def __init__(self, found: Mapping[str, Sequence[Flaw]]) -> None:
        self.found = found
        said = [f"{language}: {MENDS[flaw]}" for language, all_of_it in found.items() for flaw in all_of_it]
        super().__init__("this text cannot be sent:\n" + "\n".join(f"- {line}" for line in said))


@dataclass(frozen=True, slots=True)
class Version:
    """One language of an announcement."""

    language: str
    text: str
    parts: int  # of an SMS
    contacts: int  # who would get it in this language


@dataclass(frozen=True, slots=True)
class Preview:
    """What an announcement would say, to how many, and what it would cost."""

    versions: tuple[Version, ...]
    stopped: int  # phones that refused announcements
    price: int  # hundredths of a tenge for a part; 0: not known
    rate: float  # messages a second that its line takes

    @property
    def contacts(self) -> int:
        """Phones that would get a copy."""
        return sum(version.contacts for version in self.versions)

    @property
    def parts(self) -> int:
        """Parts of SMS, all copies together."""
        return sum(version.parts * version.contacts for version in self.versions)

    @property
    def cost(self) -> int:
        """Hundredths of a tenge, all copies together."""
        return self.parts * self.price

    @property
    def lasts(self) -> timedelta:
        """How long the line sends at its rate, night left out."""
        return timedelta(seconds=ceil(self.contacts / self.rate)) if self.rate else timedelta(0)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to announce."""

    cycle: int
    kind: Kind
    typed: Mapping[str, str]  # language -> own text; empty: our sentences
    budget: int | None = None  # whole tenge


@dataclass(frozen=True, slots=True)
class By:
    """Whose act it is, and when."""

    at: datetime
    actor: str = audit.OPERATOR


def preview(tx: Tx, home: Home, wish: Wish, at: datetime) -> Preview:
    """What `send` would begin. Raises NotThere, NotNow out of season, Unfit for a wrong language, Unsayable."""
    cycle = cycles.by_id(tx, wish.cycle)
    texts = _texts(tx, home, cycle, wish, at)
    found = contacts.reach(tx, cycle.round_id, areas.below(tx, cycle.place.id))
    rate = rate_of(home, provider_of(home, cycle))
    return Preview(_versions(home, texts, found), found.stopped, home.settings.announcements.hundredths, rate)


def send(tx: Tx, home: Home, wish: Wish, by: By) -> Announcement:
    """Begin it; the schedule does the rest. Raises as `preview`, Taken for a second one of a day, Unfit over budget."""
    seen = preview(tx, home, wish, by.at)
    _check(seen, wish.budget)
    cycle = cycles.by_id(tx, wish.cycle)
    wanted = Wanted(
        cycle=cycle.id,
        kind=wish.kind,
        day=by.at.astimezone(home.settings.gateway.zone).date().isoformat(),
        texts={version.language: version.text for version in seen.versions},
        provider=provider_of(home, cycle),
        price=seen.price,
        budget=wish.budget,
        contacts=seen.contacts,
        expires_at=_until(tx, cycle, wish.kind, by.at),
    )
    one = announcements.begin(tx, wanted, by.at)
    facts = {"contacts": seen.contacts, "estimate": seen.parts, "tenge": seen.cost // 100, "budget": wish.budget}
    return note(tx, home, by, one.id, "announce", **facts)


def pause(tx: Tx, home: Home, announcement: int, by: By) -> Announcement:
    """Nothing more of it leaves. Raises NotThere, NotNow."""
    announcements.pause(tx, announcement, Reason.ASKED)
    return note(tx, home, by, announcement, "pause announcement")


def resume(tx: Tx, home: Home, announcement: int, by: By, budget: int | None = None) -> Announcement:
    """Go on, with another budget if one is given. Raises NotThere, NotNow."""
    announcements.resume(tx, announcement, by.at, budget)
    return note(tx, home, by, announcement, "resume announcement")


def cancel(tx: Tx, home: Home, announcement: int, by: By) -> Announcement:
    """Copies that did not leave never will. Raises NotThere, NotNow."""
    announcements.cancel(tx, announcement, Reason.ASKED, by.at)
    return note(tx, home, by, announcement, "cancel announcement")


def note(tx: Tx, home: Home, by: By, announcement: int, act: str, **facts: object) -> Announcement:
    """Into the audit log, in counts; the announcement as it stands."""
    one = announcements.by_id(tx, announcement)
    about = {"announcement": one.id, "cycle": one.cycle, "kind": str(one.wanted.kind), "reason": str(one.reason)}
    audit.record(tx, home.keys, by.at, by.actor, act, **about, copies=one.queued, parts=one.parts, **facts)
    return one


def provider_of(home: Home, cycle: Cycle) -> str:
    """By whom announcements of a cycle leave."""
    return cycle.place.provider or daily.sms_provider(home.settings)


def rate_of(home: Home, provider: str) -> float:
    """Messages a second; 0 if it calls nobody."""
    found = enabled(home.settings).get(provider)
    return found.rate if found else 0.0


def _texts(tx: Tx, home: Home, cycle: Cycle, wish: Wish, at: datetime) -> dict[str, str]:
    """What leaves, by language."""
    languages: tuple[str, ...] = home.settings.gateway.languages
    strange = set(wish.typed) - set(languages)
    if strange:
        raise Unfit(
            f"no {', '.join(sorted(strange))} is spoken here: choose {', '.join(languages)}", "strange_language"
        )
    if wish.kind is Kind.RESULTS:
        if wish.typed:
            raise Unfit("results are told as they were counted: no text of your own", "own_results")
        paper, shown = _counted(tx, cycle)
        return {language: announcing.results(paper, shown, language) for language in languages}
    paper = _open_paper(tx, cycle, at)
    if wish.typed:
        own = {language: with_stop(in_language(wish.typed, language), language) for language in languages}
        found = {language: flaws(text) for language, text in _typed(own, wish.typed)}
        if any(found.values()):
            raise Unsayable({language: all_of_it for language, all_of_it in found.items() if all_of_it})
        return own
    gateway = home.settings.gateway
    ways = Ways(gateway.service_code, gateway.short_code, gateway.ussd, gateway.zone)
    said = announcing.invitation if wish.kind is Kind.INVITATION else announcing.reminder
    return {language: said(paper, language, ways) for language in languages}


def _typed(texts: Mapping[str, str], typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """The texts in the languages in which they were typed, as they would leave; an empty one stays empty."""
    return [
        (language, text if typed[language].strip() else "") for language, text in texts.items() if language in typed
    ]


def _open_paper(tx: Tx, cycle: Cycle, at: datetime) -> Paper:
    if cycle.phase is not Phase.VOTING:
        raise NotNow(f"cycle {cycle.id} is {cycle.phase}: people are called while voting is open", "call_while_open")
    paper = polls.published(tx, cycle.poll)
    if not paper.opens_at <= at < paper.closes_at:
        span = f"{paper.opens_at} to {paper.closes_at}"
        raise NotNow(f"cycle {cycle.id} takes votes from {span}: announce it then", "call_while_open")
    return paper


def _counted(tx: Tx, cycle: Cycle) -> tuple[Paper, Turnout]:
    """The paper and what may be told of it."""
    final = FINAL in jobs.done(tx, daily.TALLY).get(cycle.poll, frozenset())
    if cycle.phase not in {Phase.CLOSED, Phase.CERTIFIED} or not final:
        raise NotNow(f"cycle {cycle.id} is {cycle.phase}: results are told after the final tally", "results_later")
    return polls.published(tx, cycle.poll), turnouts(tx)[cycle.poll]


def _versions(home: Home, texts: Mapping[str, str], found: Reach) -> tuple[Version, ...]:
    """Whoever chose no language of this gateway is spoken to in the first one."""
    first = home.settings.gateway.languages[0]
    counts = dict.fromkeys(texts, 0)
    for language, count in found.by_language.items():
        counts[language if language in texts else first] += count
    return tuple(Version(language, text, sms_parts(text), counts[language]) for language, text in texts.items())


def _check(seen: Preview, budget: int | None) -> None:
    if not seen.contacts:
        raise NotNow("nobody is on the contact list, or everybody refused: load a roll first", "nobody_listed")
    if not seen.rate:
        raise Unfit("the provider of this area calls nobody (no key, or not enabled): see dauys doctor", "no_line")
    if budget is not None and not seen.price:
        raise Unfit("a budget needs a price: set announcements.price, tenge for one part of an SMS", "no_price")
    if budget is not None and seen.cost > budget * 100:
        said = f"it would cost {seen.cost / 100:.2f} tenge and may cost {budget}: shorten it, or allow more"
        raise Unfit(said, "over_the_budget", cost=ceil(seen.cost / 100), budget=budget)


def _until(tx: Tx, cycle: Cycle, kind: Kind, at: datetime) -> datetime:
    return at + FRESH if kind is Kind.RESULTS else polls.published(tx, cycle.poll).closes_at
