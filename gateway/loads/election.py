"""An election in Pabulib's format becomes a cycle: proposals 1..n, ballot form and budget from META."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ballots.elections import proposals_of, rules_of, shorten
from ballots.model import Area, AreaKind, Texts, Ties
from ballots.pabulib import Election
from gateway.errors import NotThere
from gateway.home import Home
from gateway.store import areas, audit, cycles, polls, proposals
from gateway.store.cycles import Cycle
from gateway.store.engine import Tx
from gateway.store.polls import Opening
from handlers.lint import AREA_UNITS, LABEL_UNITS

NAME_UNITS = 80  # with number and cost: two SMS parts
LASTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the file does not say."""

    aul: int  # code; a new one is created
    opens: bool = False  # now, for 30 days; META's dates are kept as facts only
    rule: str | None = None  # None: as META says
    ties: Ties = Ties.CHEAPER
    threshold: int = 0


def load_election(home: Home, election: Election, terms: Terms, at: datetime) -> Cycle:
    """The cycle. Raises BadPabulib for a rule or a kind of vote that is not known, Unpublishable, Unfit (the code)."""
    rules = rules_of(election, terms.rule, terms.ties, terms.threshold)
    languages = home.settings.gateway.languages
    on_ballot = [
        replace(proposal, names=_shortened(proposal.names))
        for proposal in proposals_of(election, languages, LABEL_UNITS)
    ]
    title = election.meta.get("description") or election.meta.get("unit") or "Pabulib"
    with home.store.transaction() as tx:
        _aul(tx, terms.aul, election, languages)
        cycle = cycles.new(
            tx,
            terms.aul,
            dict.fromkeys(languages, title),
            at,
            pb_budget=rules.budget,
            total_budget=rules.budget,
            facts={"meta": dict(election.meta), "fitted": True},
            form=rules.form,
            min_choices=rules.min_choices,
            max_choices=rules.max_choices,
            max_cost=rules.max_cost,
            rule=rules.rule,
            ties=rules.ties,
            threshold=rules.threshold,
        )
        proposals.put_on_ballot(tx, cycle.id, on_ballot)
        audit.record(tx, home.keys, at, audit.OPERATOR, "load election", cycle=cycle.id, proposals=len(on_ballot))
        if terms.opens:
            cycles.change(tx, cycle.id, opens_at=at, closes_at=at + LASTS)
            polls.open_poll(tx, home.keys, cycle.poll, at, Opening(audit.OPERATOR, languages, fitted=True))
        return cycles.by_id(tx, cycle.id)


def _aul(tx: Tx, code: int, election: Election, languages: Sequence[str]) -> None:
    try:
        areas.by_code(tx, code)
    except NotThere:
        name = election.meta.get("subunit") or election.meta.get("unit") or f"Aul {code}"
        areas.create(tx, Area(code, AreaKind.AUL, dict.fromkeys(languages, shorten(name, AREA_UNITS))))


def _shortened(names: Texts) -> Texts:
    return {language: shorten(name, NAME_UNITS) for language, name in names.items()}
