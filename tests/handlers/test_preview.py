"""A preview shows every text of a paper that a villager may meet, with its length, as phones get it."""

from dataclasses import replace

import pytest

from handlers.lint import lint
from handlers.preview import Parts, ballot_with, parts, preview, preview_one
from handlers.rehearsing import Does, Village
from handlers.segments import Size
from tests.handlers.ussd.phones import FORMS, LANGUAGES, long_paper
from tests.papers import APPROVAL, AUL_PROPOSALS, CHOOSE_1, KNAPSACK, aul_paper, proposal

KAZAKH = Village(LANGUAGES, "kk")
PLACES = ["language", "main", "ballot", "confirm", "end", "mine", "list", "info", "sms-vote", "sms-list", "sms-info"]


def texts_at(shown, place, number=0):
    return [one.exchange.text for one in shown if (one.place, one.number) == (place, number)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rules", [CHOOSE_1, APPROVAL, KNAPSACK], ids=lambda rules: str(rules.form))
def test_every_place_is_shown_in_every_language_for_every_proposal_that_can_be_chosen(language, rules):
    shown = preview(aul_paper(rules), Village(LANGUAGES, language))

    assert list(dict.fromkeys(one.place for one in shown)) == PLACES
    for place in ("confirm", "info", "sms-vote", "sms-info"):
        assert {one.number for one in shown if one.place == place} == {1, 2, 3, 12}
    assert all(one.size.fits and one.exchange.text for one in shown)


def test_a_screen_is_what_the_phone_shows_and_is_counted():
    shown = preview(aul_paper(), KAZAKH)

    assert texts_at(shown, "confirm", 3) == ["№3 Көпір, 3 000 000 тг.\n1 Иә 2 Жоқ 00 Артқа"]
    assert next(one.size for one in shown if one.place == "confirm" and one.number == 3) == Size(43, 80)
    assert next(one.size for one in shown if one.place == "sms-info") == Size(92, 134, 2)


def test_all_pages_of_a_list_are_shown_and_none_twice():
    shown = preview(long_paper(40), KAZAKH)

    for place in ("ballot", "list", "sms-list"):
        pages = texts_at(shown, place)
        assert len(pages) == len(set(pages)) > 10
        assert all(
            any(page.startswith(f"{number} ") or f"\n{number} " in page for page in pages) for number in range(88, 128)
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_proposal_s_texts_are_those_of_the_whole_preview(language):
    paper, village = long_paper(40), Village(LANGUAGES, language)
    whole = [one for one in preview(paper, village) if one.number == 100 or one.place == "ballot"]

    assert list(preview_one(paper, village, 100)) == whole
    assert {one.place for one in whole} == {"ballot", "confirm", "info", "sms-vote", "sms-info"}


def test_a_withdrawn_proposal_s_texts_are_none():
    paper = aul_paper()
    gone = replace(paper, proposals=tuple(replace(one, withdrawn=True) for one in paper.proposals))

    assert preview_one(gone, KAZAKH, 3) == ()


def test_a_ballot_takes_as_few_proposals_as_it_must():
    assert ballot_with(aul_paper(), 3) == (3,)
    assert ballot_with(aul_paper(APPROVAL), 3) == (2, 3)
    assert ballot_with(aul_paper(replace(APPROVAL, min_choices=9, max_choices=9)), 3) == ()
    assert ballot_with(aul_paper(replace(KNAPSACK, max_cost=5_000_000)), 12) == ()


def test_a_proposal_that_no_ballot_has_room_for_is_read_and_not_chosen():
    shown = preview(aul_paper(replace(KNAPSACK, max_cost=5_000_000)), KAZAKH)

    assert texts_at(shown, "confirm", 12) == []
    assert len(texts_at(shown, "sms-info", 12)) == 1


def test_a_paper_that_nobody_can_fill_in_shows_no_end():
    shown = preview(aul_paper(replace(APPROVAL, min_choices=9, max_choices=9)), KAZAKH)

    assert {"confirm", "end", "sms-vote"}.isdisjoint(one.place for one in shown)


def test_without_ussd_there_are_messages_alone_and_a_held_vote_shows_its_confirmation():
    shown = preview(aul_paper(confirm_sms=True), replace(KAZAKH, ussd=False))

    assert {one.exchange.done.does for one in shown} == {Does.TEXTS}
    assert len([one for one in shown if one.place == "sms-confirmed"]) == 4


def test_without_a_language_it_is_of_the_first_one():
    shown = preview(aul_paper(), Village(("ru",)))

    assert texts_at(shown, "language") == ["1 Русский"]
    assert texts_at(shown, "main")[0].startswith("1 Голосовать")


def test_nothing_to_choose_shows_nothing():
    withdrawn = tuple(replace(one, withdrawn=True) for one in AUL_PROPOSALS)

    assert preview(aul_paper(proposals=()), KAZAKH) == preview(aul_paper(proposals=withdrawn), KAZAKH) == ()


def test_the_parts_of_a_voter_are_those_of_the_longest_proposal():
    assert parts(preview(aul_paper(), KAZAKH)) == Parts(vote=1, reading=4)
    assert parts(preview(aul_paper(confirm_sms=True), KAZAKH)) == Parts(vote=2, reading=5)
    assert parts(()) == Parts(0, 0)


def test_what_the_lint_lets_through_fits_in_the_preview():
    paper = long_paper(40, FORMS["several"])

    assert lint(paper, LANGUAGES) == ()
    assert all(one.size.fits for one in preview(paper, KAZAKH))


def test_a_screen_that_is_too_long_is_shown_with_its_length():
    name = dict.fromkeys(LANGUAGES, "Ә" * 90)
    shown = preview(aul_paper(proposals=(proposal(1, name),)), KAZAKH)

    assert any(not one.size.fits and one.size.used > 80 for one in shown if one.place == "ballot")
