"""The desk at which a page of the console works: who asks, for what, with which form, and what it may touch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ballots.model import Texts
from gateway.errors import Mistake
from gateway.pages.console.answers import Answer, Screen, SeeOther
from gateway.pages.console.forms import Form, Wrong
from gateway.pages.console.rights import Act, Visitor, may
from gateway.pages.console.wording import Wording
from gateway.pages.site import Site
from gateway.store import audit, submissions
from gateway.store.areas import Place
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx
from handlers.telling import in_language


@dataclass(frozen=True, slots=True)
class Desk:
    """All that a page's functions are given. The door has checked role, area and origin before."""

    site: Site
    at: datetime
    here: str  # the page's address, without the query
    wording: Wording
    address: str  # the browser's, as far as it is known
    browser: str  # as it names itself
    base: str  # scheme and host by which it reaches us
    who: Visitor | None = None  # None only on pages that are open to anybody
    place: Place | None = None  # of an address with {area} or {cycle}
    cycle: Cycle | None = None  # of an address with {cycle}
    path: Mapping[str, str] = field(default_factory=dict)  # other parts of the address
    query: Mapping[str, str] = field(default_factory=dict)
    form: Form = field(default_factory=Form)
    wrongs: Mapping[str, Wrong] = field(default_factory=dict)  # why the page is shown again
    mistake: Mistake | None = None  # the same, if it is no field's

    @property
    def visitor(self) -> Visitor:
        """Who is signed in. Only on pages that are not open to anybody."""
        assert self.who is not None
        return self.who

    def say(self, name: str, /, **facts: object) -> str:
        """A sentence of this page in the reader's language."""
        return self.wording.say(name, **facts)

    def may(self, act: Act, area: int | None = None) -> bool:
        """May the visitor do this? For links and buttons; the door asks again when they are used."""
        return self.who is not None and may(self.who, act, area)

    def typed(self, name: str, otherwise: object = "") -> str:
        """What stands in a field: as it was typed if the form comes back, else what is kept."""
        return self.form.get(name) if self.form.sent else str(otherwise)

    def address_of(self, path: str) -> str:
        """The whole address of a page below /console, as this browser reaches it."""
        return f"{self.base}/console{path}"

    def name_of(self, texts: Texts) -> str:
        """A name or a title of an area, cycle or proposal, in the reader's language if there is one."""
        return in_language(texts, self.wording.language)

    def screen(self, template: str, /, **facts: Any) -> Screen:
        """The page from this template."""
        return Screen(template, facts)

    def once(self, work: Callable[[Tx], SeeOther]) -> Answer:
        """Do the work in one transaction with the note that this form was acted upon: sent twice, it is done once.

        A Mistake or WrongFields undoes all; the page is shown again with what was typed.
        """
        nonce = self.form.get("nonce")
        with self.site.store.transaction() as tx:
            before = submissions.claim(tx, nonce, self.at) if nonce else None
            if before is not None:
                return SeeOther(**before)
            answer = work(tx)
            if nonce and answer.session is None:
                told = {"path": answer.path, "said": answer.said, "facts": dict(answer.facts)}
                submissions.answer(tx, nonce, told)
            return answer

    def record(self, tx: Tx, act: str, /, **facts: Any) -> None:
        """Put an act of the visitor into the audit log; a sentence of texts/<language>/acts.toml tells it."""
        audit.record(tx, self.site.keys, self.at, self.visitor.official.name, act, **facts)
