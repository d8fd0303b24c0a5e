"""Steps and ties out of tally.json, in words."""

from dataclasses import asdict, replace

import pytest

from ballots import canonical, tallying
from ballots.bulletin import page
from ballots.bulletin.phrases import LANGUAGES, WORDS
from ballots.bulletin.steps import in_words, named, step_of, tie_in_words, tie_of
from ballots.model import Ties
from tests.ballots.bulletin.conftest import Closed
from tests.ballots.papers import paper, proposal

TIED = (proposal(1, 600), proposal(2, 500))


@pytest.mark.parametrize("policy", Ties)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tie_is_told_with_its_order_and_policy(policy: Ties, language: str) -> None:
    on = paper(*TIED, budget=700, ties=policy, lot_seed="Қарағайлы")
    counted = tallying.tally(on, [(1,), (2,)])
    (written,) = canonical.read(
        canonical.write(tallying.as_plain(counted, cycle=1, accepted=2, pending=0, head="")["ties"])
    )

    said = tie_in_words(language, tie_of(written), on)

    first = {Ties.CHEAPER: "№2, №1", Ties.DEARER: "№1, №2", Ties.NUMBER: "№1, №2"}
    assert first.get(policy, "№") in said
    assert ("Қарағайлы" in said) == (policy is Ties.LOT)
    assert said.endswith(WORDS[language]["ties"]["decisive"])


def test_a_tie_that_decided_nothing_is_not_said_to_have() -> None:
    on = paper(*TIED, budget=2000)
    (tie,) = tallying.tally(on, [(1,), (2,)]).ties

    assert "decided" not in tie_in_words("en", tie, on)


def test_a_step_is_read_whatever_later_versions_add_to_it() -> None:
    on = paper(*TIED, budget=700)
    step = tallying.tally(on, [(1,), (1,), (2,)]).steps[0]

    read = step_of(asdict(step) | {"added_later": 1})

    assert read == step
    assert "Votes: 2." in in_words("en", read, on)


def test_a_name_in_another_language_is_better_than_none() -> None:
    assert named({"kk": "Көпір"}, "ru") == "Көпір"
    assert named({}, "ru") == ""


def test_the_page_tells_ties(closed: Closed) -> None:
    tie = {"votes": 15, "proposal_ids": ["1", "2"], "policy": "number", "decisive": True}
    tied = replace(closed.whole, tally={**closed.whole.tally, "ties": [tie]})

    assert "Equal standing: №1, №2. Taken in this order, the smaller number first." in page.render(tied).decode()
