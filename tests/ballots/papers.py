"""Papers to test with, and Hypothesis strategies for them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from ballots.model import (
    Area,
    AreaKind,
    BallotForm,
    Bound,
    CycleId,
    Paper,
    PollId,
    PollKind,
    Proposal,
    Quota,
    Rules,
    Ties,
    Trait,
)
from ballots.rules import RULES

OPENS = datetime(2026, 5, 2, 4, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=14)


def proposal(number, cost=100, **changes):
    both = {"kk": f"Жоба {number}", "ru": f"Проект {number}"}
    plain = Proposal(number, f"P{number}", cost, names=both, shorts=both)
    return replace(plain, **changes)


def paper(*proposals, **rules):
    proposals = proposals or (proposal(1), proposal(2), proposal(3))
    defaults = {"form": BallotForm.APPROVAL, "max_choices": len(proposals), "budget": 1000}
    return Paper(
        poll=PollId(1),
        cycle=CycleId(1),
        kind=PollKind.VOTE,
        area=Area(7, AreaKind.AUL, {"kk": "Қарағайлы", "ru": "Карагайлы"}),
        title={"kk": "Дауыс беру", "ru": "Голосование"},
        proposals=proposals,
        rules=Rules(**defaults | rules),
        opens_at=OPENS,
        closes_at=CLOSES,
        grace=timedelta(minutes=30),
    )


traits = st.fixed_dictionaries(
    {
        "sdgs": st.lists(st.integers(1, 3), max_size=2, unique=True).map(tuple),
        "category": st.sampled_from(["", "roads", "water, roads"]),
        "settlement": st.sampled_from(["", "Qarauyl", "Arqat"]),
    }
)

VALUES = {Trait.SDG: ("1", "2", "3"), Trait.CATEGORY: ("roads", "water"), Trait.SETTLEMENT: ("Qarauyl", "Arqat")}


@st.composite
def some_quotas(draw):
    trait = draw(st.sampled_from(Trait))
    values = draw(st.lists(st.sampled_from(VALUES[trait]), max_size=2, unique=True))
    return Quota(draw(st.sampled_from(Bound)), trait, tuple(values), draw(st.integers(1, 100)))


@st.composite
def papers(draw, most=8, quotas=True):
    numbers = draw(st.lists(st.integers(1, 127), min_size=1, max_size=most, unique=True))
    proposals = [
        proposal(
            number,
            cost=draw(st.integers(1, 12)),
            group=draw(st.sampled_from(["", "", "a", "b"])),
            withdrawn=draw(st.sampled_from([False, False, False, True])),
            **(draw(traits) if quotas else {}),
        )
        for number in numbers
    ]
    return paper(
        *proposals,
        budget=draw(st.integers(0, 30)),
        threshold=draw(st.integers(0, 3)),
        rule=draw(st.sampled_from(sorted(RULES))),
        ties=draw(st.sampled_from(Ties)),
        lot_seed=draw(st.text(max_size=3)),
        quotas=tuple(draw(st.lists(some_quotas(), max_size=2))) if quotas else (),
    )


@st.composite
def polls(draw, most=8, quotas=True):
    """A paper and ballots on it."""
    drawn = draw(papers(most, quotas))
    numbers = sorted(drawn.by_number)
    ballot = st.lists(st.sampled_from(numbers), max_size=4, unique=True).map(lambda chosen: tuple(sorted(chosen)))
    return drawn, draw(st.lists(ballot, max_size=12))
