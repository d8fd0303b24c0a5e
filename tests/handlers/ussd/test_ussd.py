"""Every screen in every language: it fits, it can be left, and no key whatever breaks it."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.model import PollId, PollKind, Standing
from handlers.messages import Cast, Change, Confirm, Outcome, Session, UssdTurn
from handlers.phrases import say
from handlers.segments import fits_ussd
from handlers.ussd import SCREENS, answer
from handlers.ussd.walking import walk
from tests.handlers.ussd.phones import AT, FORMS, LANGUAGES, Books, Phone, entry, known, long_paper
from tests.papers import APPROVAL, aul_paper, colliding_paper, district_paper

VOTES = (Cast, Change, Confirm)

KNOWN = {
    "on-no-roll": known(papers=(aul_paper(),)),
    "nothing-open": known(areas=(7,)),
    "one-poll": known(entry(aul_paper())),
    "several": known(entry(aul_paper(APPROVAL))),
    "two-polls": known(entry(aul_paper(), Standing.PENDING), entry(district_paper())),
    "colliding": known(entry(aul_paper(), Standing.HELD), entry(colliding_paper(), Standing.PAPER)),
    "mixed": known(entry(aul_paper(), Standing.MIXED)),
    "new-phone": known(entry(aul_paper()), language=None),
}

NUMBERS = ("1", "3", "12", "101", "1 3", "7*3", "40*3", "7")

PHONES = pytest.mark.parametrize("phone", [pytest.param(phone, id=name) for name, phone in KNOWN.items()])


def walked(phone):
    return walk(phone, AT, ("", "7", "7*3", "40", "8"), NUMBERS)


@cache
def places(name):
    return [*walked(KNOWN[name]).ways, Session("resume", AT, back=("vote 0", "main 0"))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [PollKind.VOTE, PollKind.REHEARSAL])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", [1, 40])
def test_the_longest_texts_fit_every_screen_and_every_screen_can_be_left(language, kind, form, count):
    paper = long_paper(count, FORMS[form], kind)
    chosen = tuple(paper.by_number)[: FORMS[form].max_choices]
    numbers = ("127", str(128 - count), " ".join(map(str, chosen)), "7")

    for standing in Standing:
        met = walk(known(entry(paper, standing, chosen), language=language), AT, ("", "7", "7*127"), numbers)

        assert [turn.text for turn in met.turns if not fits_ussd(turn.text)] == []
        assert [place for place in met.ways if not met.leads_home(place)] == []
        assert [turn.text for turn in met.turns if not _whole(turn)] == []


def _whole(turn):
    """No line that matters gave way to a notice."""
    if turn.session is None:
        return True
    if turn.session.screen == "main":
        return turn.text.endswith(say(turn.language, "ussd_main"))
    return turn.session.screen != "confirm" or turn.session.page > 0 or "999 999" in turn.text


def test_ninety_nine_proposals_are_all_within_reach():
    paper = long_paper(99)

    met = walk(known(entry(paper)), AT, [""], [str(number) for number in paper.by_number])

    confirmed = {place.choices for place in met.ways if place.screen == "confirm"}
    assert {(number,) for number in paper.by_number} == confirmed
    assert all(fits_ussd(turn.text) for turn in met.turns)
    listed = {place.page for place in met.ways if place.screen == "vote"}
    assert set(range(50)) == listed


@PHONES
def test_every_screen_says_something_that_fits_and_can_be_left(phone):
    met = walked(phone)

    assert all(turn.text and fits_ussd(turn.text) for turn in met.turns)
    assert [place for place in met.ways if not met.leads_home(place)] == []


def test_every_screen_is_reached():
    met = [place for name in KNOWN for place in places(name)]

    assert set(SCREENS) == {place.screen for place in met}


@PHONES
def test_a_dialogue_ends_only_with_a_vote(phone):
    ended = [turn for turn in walked(phone).turns if turn.ends]

    assert all(turn.acts or turn.outcome is Outcome.REPEATED for turn in ended)
    assert all(isinstance(act, VOTES) for turn in ended for act in turn.acts)


@settings(deadline=None)
@given(key=st.text(max_size=200) | st.text(alphabet="0123456789*# ", max_size=20), drawn=st.data())
@pytest.mark.parametrize("name", KNOWN)
def test_any_key_gives_a_screen(name, key, drawn):
    phone = KNOWN[name]
    session = drawn.draw(st.sampled_from(places(name)))

    turn = answer(UssdTurn("s", "+77000000001", key, first=False, at=AT), session, phone)

    assert turn.text
    assert fits_ussd(turn.text)
    assert turn.language in LANGUAGES


@settings(deadline=None)
@given(dialled=st.text(max_size=200) | st.from_regex(r"([0-9]{1,3}\*?){0,5}", fullmatch=True))
@pytest.mark.parametrize("name", KNOWN)
def test_the_first_hit_of_a_session_decides_nothing_whatever_it_carries(name, dialled):
    phone = KNOWN[name]
    asked = Session("confirm", AT, poll=PollId(1), choices=(3,), back=("main 0",))

    for session in (None, asked):
        turn = answer(UssdTurn("s", "+77000000001", dialled, first=True, at=AT), session, phone)

        assert turn.acts == ()
        assert not turn.ends
        assert fits_ussd(turn.text)


@pytest.mark.parametrize(
    ("keys", "most"),
    [
        pytest.param(("1", "1", "3", "1"), 4, id="by-the-menu"),
        pytest.param(("1", "2", "3", "1", "1"), 5, id="by-reading"),
    ],
)
def test_a_new_phone_votes_with_few_keys(keys, most):
    phone = Phone(known(entry(aul_paper()), language=None))
    phone.dial()
    phone.press(*keys)

    assert phone.turn.acts == (Cast(PollId(1), (3,), phone.known.new_receipt),)
    assert phone.turn.ends
    assert len(keys) <= most


@pytest.mark.parametrize(
    "session",
    [
        pytest.param(None, id="none"),
        pytest.param(Session("gone", AT), id="a-screen-that-is-no-more"),
        pytest.param(Session("confirm", AT, poll=PollId(9), choices=(3,)), id="a-poll-that-is-no-more"),
        pytest.param(Session("confirm", AT, poll=PollId(1), choices=(99,)), id="a-number-that-is-no-more"),
        pytest.param(Session("confirm", AT, poll=PollId(1)), id="no-choice"),
        pytest.param(Session("resume", AT, back=("info 0", "main 0")), id="nothing-to-go-back-to"),
    ],
)
def test_a_session_that_leads_nowhere_begins_with_the_main_menu(session):
    turn = answer(UssdTurn("s", "+77000000001", "1", first=False, at=AT), session, KNOWN["one-poll"])

    assert turn.session == Session("main", AT)
    assert turn.acts == ()


def test_a_page_that_is_no_more_is_the_last_one():
    stood = Session("proposals", AT, page=7, back=("main 0",))

    turn = answer(UssdTurn("s", "+77000000001", "x", first=False, at=AT), stood, KNOWN["one-poll"])

    assert turn.text.startswith("Нөмір қате\n")


def test_a_remembered_language_without_sentences_is_the_first_configured_one():
    phone = replace(KNOWN["one-poll"], language="de", languages=("ru", "kk"), lookups=Books())

    assert answer(UssdTurn("s", "+77000000001", "", first=True, at=AT), None, phone).language == "ru"
