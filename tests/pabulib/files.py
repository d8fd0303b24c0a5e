"""Files as we publish them: the demo's aul, polls drawn at random, and the real elections that are on this machine."""

import random  # noqa: TID251 - seeded: the same polls each time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ballots import elections, pabulib
from ballots.casting import check, normalise
from ballots.elections import GREEDY
from ballots.errors import Refused
from ballots.model import BallotForm, Choices, Paper, Rules, Ties
from ballots.tallying import tally
from gateway.demo_aul import AUL, BUDGET, CHOICES, PROPOSALS, TITLE, VOTES
from tests.ballots.papers import paper, proposal
from tests.ballots.test_elections import COUNTED_AS, EXPECTED, LANGUAGES, REAL, paper_of, read

DRAWN = 300


def every() -> Iterator[tuple[str, bytes]]:
    """Name of the file and its content."""
    yield from _demo()
    for seed in range(DRAWN):
        drawn, ballots = _poll(random.Random(seed))
        yield f"drawn_{seed:03}.pb", _written(drawn, ballots, "kk")
    for name in sorted(EXPECTED):
        if "MES" in EXPECTED[name]["rule"]:
            continue  # counted by another rule there
        election = read(REAL / name)
        counted = paper_of(election, **COUNTED_AS.get(name, {}))
        named = replace(counted, title=dict.fromkeys(LANGUAGES, election.meta["description"]))
        yield name, _written(named, Counter(elections.choices_of(election)), "kk")


def _demo() -> Iterator[tuple[str, bytes]]:
    rules = Rules(BallotForm.APPROVAL, max_choices=CHOICES, budget=BUDGET, threshold=1)
    aul = replace(paper(), area=AUL, title=TITLE, proposals=PROPOSALS, rules=rules)
    for language in TITLE:
        yield (
            f"demo_{language}.pb",
            _written(aul, Counter(normalise(map(int, text.split())) for text in VOTES), language),
        )


def _poll(draw: random.Random) -> tuple[Paper, Counter[Choices]]:
    """A paper that could be opened, and ballots that could be cast on it."""
    count = draw.randint(2, 9)
    proposals = [
        proposal(
            number,
            cost=draw.choice((100, 100, draw.randint(1, 300))),
            group=draw.choice(("", "", "", "a")),
            withdrawn=draw.random() < 0.05,
            category=draw.choice(("", "roads", "water; light", 'the "club"')),
            texts={"kk": draw.choice(("", "Бір\nекі", "Үш; төрт"))},
        )
        for number in draw.sample(range(1, 128), count)
    ]
    dearest = max(one.cost for one in proposals)
    form = draw.choice(list(BallotForm))
    drawn = paper(
        *proposals,
        form=form,
        max_choices=1 if form is BallotForm.CHOOSE_1 else draw.randint(2, count),
        max_cost=dearest if form is BallotForm.KNAPSACK else None,
        budget=draw.randint(dearest, 2 * dearest + 300),
        rule=draw.choice(GREEDY),
        ties=draw.choice(list(Ties)),
        lot_seed="2026",
        threshold=draw.randint(0, 4),
    )
    return drawn, Counter(_ballot(draw, drawn) for _ in range(draw.randint(10, 60)))


def _ballot(draw: random.Random, on: Paper) -> Choices:
    while True:
        chosen = normalise(draw.sample(sorted(on.by_number), draw.randint(1, len(on.proposals))))
        try:
            check(replace(on, proposals=tuple(replace(one, withdrawn=False) for one in on.proposals)), chosen)
        except Refused:
            continue
        return chosen


def _written(on: Paper, ballots: Counter[Choices], language: str) -> bytes:
    return pabulib.write(elections.election_of(on, ballots, tally(on, ballots), language))
