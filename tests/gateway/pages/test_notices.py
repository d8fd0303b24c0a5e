"""What a notice says of a count."""

from dataclasses import replace

import pytest

from ballots.model import BallotForm, Rules, Step, Ties
from ballots.rules.decisions import Decision
from ballots.tallying import tally
from gateway.pages.notices import Notice, step_words, tie_words
from gateway.pages.wording import Wording
from handlers.messages import KAZAKHSTAN
from tests.papers import AUL_PROPOSALS, CHOOSE_1, aul_paper

ENGLISH = Wording("en", KAZAKHSTAN)


@pytest.mark.parametrize("decision", list(Decision))
@pytest.mark.parametrize("language", ["kk", "kk-latin", "ru", "en"])
def test_every_decision_has_its_sentence(decision: Decision, language: str) -> None:
    step = Step("1", 1, 5, 4_500_000, 5_000_000, decision)

    assert "5" in step_words(Wording(language, KAZAKHSTAN), step, aul_paper())


def test_a_funded_step_says_what_is_left_afterwards() -> None:
    step = Step("1", 1, 5, 4_500_000, 5_000_000, Decision.FUNDED)
    said = step_words(ENGLISH, step, aul_paper()).replace("\u00a0", " ")

    assert said == "Votes: 5. There is money for it: 4 500 000 tenge. Then 500 000 tenge is left."


def test_a_supporter_s_payment_is_written_as_the_pages_write_money() -> None:
    step = Step("1", 1, 5, 4_500_000, 5_000_000, Decision.FUNDED, pays=900_000)

    assert "900\u00a0000 тенге" in step_words(Wording("ru", KAZAKHSTAN), step, aul_paper())


@pytest.mark.parametrize("ties", list(Ties))
def test_a_tie_that_decided_is_named(ties: Ties) -> None:
    voted = aul_paper(rules=replace(CHOOSE_1, ties=ties, lot_seed="steppe"))
    general, *decisive = tie_words(ENGLISH, tally(voted, [(1,), (3,)]), voted)

    assert general
    assert len(decisive) == 1
    assert "#1" in decisive[0]
    assert "#3" in decisive[0]


def test_without_a_tie_nothing_is_said_of_ties() -> None:
    voted = aul_paper(proposals=AUL_PROPOSALS[:2])

    assert tie_words(ENGLISH, tally(voted, [(1,), (1,), (2,)]), voted) == []


def test_an_example_is_never_a_withdrawn_proposal() -> None:
    notice = Notice(aul_paper(), "open", None, "20:00", None)

    assert not notice.example.withdrawn
    assert not notice.other.withdrawn
    assert notice.example != notice.other


def test_no_more_can_be_chosen_than_stand_on_the_paper() -> None:
    generous = aul_paper(rules=Rules(BallotForm.APPROVAL, max_choices=99, budget=5_000_000))

    assert Notice(generous, "open", None, "20:00", None).most == 4
