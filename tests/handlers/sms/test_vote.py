"""Votes by SMS: thirty ways to write one, and what must never be one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballots.model import PollId
from handlers.messages import Cast, Change, Outcome, SetLanguage
from handlers.segments import fits_sms
from tests.papers import CLOSES, WATER, aul_paper, district_paper, proposal
from tests.village import Village
from tests.villages import VILLAGES

PHONE = "+77010000001"

SAME_VOTE = [
    "3",
    " 3 ",
    "№3",
    "№ 3",
    "#3",
    "3.",
    "3!",
    "(3)",
    "«3»",
    "３",
    "٣",
    "3️⃣",
    "\u200e3",
    "3\n",
    "3 3",
    "дауыс 3",
    "Дауыс №3",
    "ДАУЫС: 3!",
    "дауыс3",
    "даyыc 3",
    "үшін 3",
    "ушин 3",
    "Мен 3 жоба үшін дауыс беремін",
    "3 жобаға дауыс",
    "нөмір 3",
    "за 3",
    "За №3!",
    "голос 3",
    "Мой голос за проект номер 3",
    "голосую за 3, спасибо",
    "здравствуйте, я голосую за проект № 3",
    "3a".replace("a", " за"),
    "vote 3",
    "I vote for #3",
    "vote for project 3 please",
    "dauys 3",
    "DAUYS №3",
    "3 ushin",
    "7*3",
    "7 * 3",
    "өзгерту 3",
    "изменить на 3",
    "change 3",
    "OZGERTU 3",
]

NO_VOTE = [
    "",
    "?",
    "👍",
    "3?",
    "3 👍",
    "3 ☺",
    "не 3",
    "нет 3",
    "HE 3",
    "3 нет",
    "только не 3",
    "против 3",
    "3 емес",
    "3 жоқ",
    "3 жок",
    "3-ке қарсы",
    "not 3",
    "no 3",
    "against 3",
    "3 emes",
    "joq 3",
    "кроме 3",
    "все кроме 3",
    "3 или 2",
    "3 немесе 2",
    "може 3",
    "водопровод",
    "вот 3",
    "1O",
    "1О",
    "l",
    "З",
    "O3",
    "03",
    "003",
    "1.5",
    "3-5",
    "-3",
    "+3",
    "3+1",
    "3/1",
    "3=1",
    "1,000",
    "3%",
    "12:30",
    "02.05.2026",
    "3 мамыр",
    "100 теңге",
    "3 тг",
    "3 000 000",
    "+77010000003",
    "8 701 000 00 03",
    "482 177 3529",
    "4821-7735-2",
    "48",
    "0",
    "999",
    "7*3*1",
    "*384*44135*7*3#",
    "9*3",
    "список 3",
    "инфо 3",
    "проверить 3",
    "стоп 3",
    "помощь 3",
    "язык 3",
    "дауыс",
    "голос",
    "иә",
    "да 3",
    "отмена 3",
    "изменить",
    "изменить не 3",
    "инфо голос тізім 3",
    "изменить список 3",
    "½",
    "3³",
    "3\x00",
    "9" * 5000,
    "3 " * 100 + "не",
]


@pytest.fixture
def village() -> Village:
    return VILLAGES["aul"]()


def voted(village: Village) -> Iterator[Cast | Change]:
    for turn in village.turns:
        yield from (act for act in turn.acts if isinstance(act, Cast | Change))


@pytest.mark.parametrize("text", SAME_VOTE)
def test_the_same_vote_may_be_written_so(village: Village, text: str) -> None:
    village.sms(PHONE, text)

    assert [act.choices for act in voted(village)] == [(3,)]


@pytest.mark.parametrize("text", NO_VOTE, ids=lambda text: text[:20] or "nothing")
def test_this_is_no_vote(village: Village, text: str) -> None:
    reply = village.sms(PHONE, text)

    assert list(voted(village)) == []
    assert reply


@pytest.mark.parametrize(
    "text",
    ["3 1", "1,3", "3 и 1", "3 және 1", "1;3", "3\n1", "7*3 1", "3 7*1", "7*3 7*1", "№3, №1", "3 and 1", "3 jane 1"],
)
def test_several_numbers_are_one_ballot(text: str) -> None:
    village = VILLAGES["approval"]()

    village.sms(PHONE, text)

    assert [act.choices for act in voted(village)] == [(1, 3)]


def test_the_numbers_of_two_auls_are_two_votes_and_are_sent_apart() -> None:
    village = VILLAGES["district"]()

    replies = {village.sms(PHONE, text) for text in ("3 101", "7*3 40*101")}

    assert len(replies) == 1
    assert list(voted(village)) == []


def test_one_number_that_is_on_no_paper_spoils_the_message() -> None:
    village = VILLAGES["district"]()

    assert village.sms(PHONE, "3 55").startswith("№55 ")
    assert list(voted(village)) == []


def test_a_number_of_a_closed_poll_is_refused_for_its_time_while_another_poll_is_open() -> None:
    closed = aul_paper(closes_at=datetime(2026, 5, 1, 13, tzinfo=UTC))
    village = Village((closed, district_paper()), {7: [PHONE], 40: [PHONE]})

    assert "01.05 18:00" in village.sms(PHONE, "3")
    assert village.turns[-1].outcome is Outcome.REFUSED


def test_where_only_one_of_two_polls_is_open_its_number_needs_no_area() -> None:
    village = VILLAGES["colliding"]()
    aul, district = village.papers
    village.papers = (replace(aul, closes_at=datetime(2026, 5, 1, 13, tzinfo=UTC)), district)

    village.sms(PHONE, "3")

    assert [PollId(2)] == [act.poll for act in voted(village)]


def test_many_colliding_numbers_are_shown_by_the_first_of_them() -> None:
    wishes = tuple(proposal(number, WATER) for number in range(1, 10))
    papers = (aul_paper(proposals=wishes), district_paper(proposals=wishes))
    village = Village(papers, {7: [PHONE], 40: [PHONE]})

    assert "7*1 ... не 40*1 ... " in village.sms(PHONE, "1 2 3 4 5 6 7 8 9")


def test_a_vote_is_said_with_its_choice_and_kept_for_the_outbox_without_it(village: Village) -> None:
    said = village.sms(PHONE, "3")

    turn = village.turns[-1]
    assert "№3 Көпір" in said
    assert turn.echo
    assert "3 " not in turn.text.replace("482 177 3525", "")
    assert fits_sms(turn.text)


def test_a_paper_that_keeps_the_choice_to_itself_has_no_echo() -> None:
    village = VILLAGES["quiet"]()

    assert "№" not in village.sms(PHONE, "3")
    assert village.turns[-1].echo is None


def test_the_same_vote_again_gets_the_first_receipt_and_casts_nothing(village: Village) -> None:
    first = village.sms(PHONE, "3")

    assert first == village.sms(PHONE, "дауыс 3".replace("дауыс ", "№"))
    assert (village.turns[-1].outcome, village.turns[-1].acts) == (Outcome.REPEATED, ())


def test_the_same_vote_again_after_closing_is_not_called_late(village: Village) -> None:
    first = village.sms(PHONE, "3")

    assert first == village.sms(PHONE, "3", at=CLOSES + timedelta(days=1))


def test_another_vote_is_refused_with_the_day_and_never_the_choice(village: Village) -> None:
    village.sms(PHONE, "3")

    reply = village.sms(PHONE, "1")

    assert "02.05" in reply
    assert "3" not in reply


def test_once_mixed_nobody_is_told_how_to_change(village: Village) -> None:
    village.sms(PHONE, "3")
    village.mix()

    refused = {village.sms(PHONE, text) for text in ("3", "1", "ӨЗГЕРТУ 1")}

    assert len(refused) == 1
    assert "ӨЗГЕРТУ" not in refused.pop()
    assert village.tally()[3] == 1


def test_a_change_without_a_vote_before_it_is_the_vote_and_says_so_to_the_books(village: Village) -> None:
    village.sms(PHONE, "изменить 3")

    assert [act.change for act in voted(village) if isinstance(act, Cast)] == [True]


def test_the_same_change_again_is_a_change_with_its_own_time(village: Village) -> None:
    village.sms(PHONE, "3")
    first = village.sms(PHONE, "ӨЗГЕРТУ 1")

    assert first == village.sms(PHONE, "ӨЗГЕРТУ 1")
    assert [Cast, Change, Change] == [type(act) for act in voted(village)]


def test_a_message_sent_before_closing_counts_within_the_grace(village: Village) -> None:
    village.sms(PHONE, "3", at=CLOSES + timedelta(minutes=59), sent_at=CLOSES - timedelta(seconds=1))

    assert village.tally()[3] == 1


def test_a_message_sent_at_the_closing_instant_is_late(village: Village) -> None:
    village.sms(PHONE, "3", at=CLOSES + timedelta(minutes=1), sent_at=CLOSES)

    assert village.tally()[3] == 0


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Дауыс 3", "kk"),
        ("ушин 3", "kk"),
        ("dauys 3", "kk-latin"),
        ("КОМЕК", "kk"),
        ("KOMEK", "kk-latin"),
        ("голос 3", "ru"),
        ("vote 3", "en"),
        ("Әлия", "kk"),
        ("3", None),
        ("что-то 3", None),
        ("gibberish", None),
    ],
)
def test_a_language_is_guessed_from_the_words_and_remembered(village: Village, text: str, language: str | None) -> None:
    village.sms(PHONE, text)

    assert language == village.phones[PHONE].language
    assert (language or "kk") == village.turns[-1].language


def test_a_remembered_language_outlives_the_words_of_another(village: Village) -> None:
    village.sms(PHONE, "голос 3")

    assert village.sms(PHONE, "ТІЗІМ").startswith("1 Водопровод")
    assert [SetLanguage("ru")] == [act for turn in village.turns for act in turn.acts if isinstance(act, SetLanguage)]


words = st.sampled_from(
    [*SAME_VOTE, *NO_VOTE, "3", "7*3", "47", "ӨЗГЕРТУ", "тіркелу", "ТЕКСЕРУ", "натиже", "ok", "*", "-", "сәлем"]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(words, max_size=4).map(" ".join)),
    st.sampled_from(sorted(VILLAGES)),
    st.integers(0, 2),
)
def test_any_text_gets_an_answer_within_the_limits(text: str, name: str, who: int) -> None:
    village = VILLAGES[name]()
    phone = ("+77010000001", "+77010000002", "+77000000001")[who]

    replies = [village.sms(phone, sent) for sent in ("3", text, text)]

    assert all(fits_sms(reply, 2) for reply in replies)
    assert all(turn.language in village.languages for turn in village.turns)
    assert all(turn.text or turn.outcome is Outcome.SILENT for turn in village.turns)
