"""Before an announcement: what it says in each language, whom it reaches, what it costs, and what keeps it back."""

from datetime import timedelta

import pytest

from ballots.model import Paper
from gateway import daily, mixing
from gateway.announcing import By, Preview, Unsayable, Wish, cancel, pause, preview, resume, send
from gateway.errors import Mistake, NotNow, NotThere, Taken, Unfit
from gateway.home import Home
from gateway.schedule import tick
from gateway.store import announcements
from gateway.store.announcements import Announcement
from gateway.store.outreach import Kind, Reason, State
from handlers.announcing import Flaw
from tests.gateway.lists import act, enlist, numbers, slow, stop, told
from tests.gateway.voting import CLOSES, EVENING, OPENS, open_vote, rows, vote

NOON = OPENS + timedelta(hours=3)
DAY = timedelta(days=1)
LANGUAGES = ("", "kk", "ru", "ru", "en")


def village(home: Home, contacts: int = 10) -> Paper:
    """An open vote and its contact list."""
    paper = open_vote(home)
    enlist(home, numbers(contacts), languages=LANGUAGES)
    return paper


def seen(home: Home, wish: Wish, at=NOON) -> Preview:
    with home.store.reading() as tx:
        return preview(tx, home, wish, at)


def invite(cycle: int, **typed: str) -> Wish:
    return Wish(cycle, Kind.INVITATION, {language.replace("_", "-"): text for language, text in typed.items()})


def begun(home: Home, paper: Paper, kind: Kind = Kind.INVITATION, at=NOON) -> Announcement:
    return act(home, send, Wish(paper.cycle, kind, {}), By(at))


def test_a_preview_counts_phones_by_language_and_what_they_cost(home: Home) -> None:
    paper = village(home)
    stop(home, numbers(1)[0])
    found = seen(told(home, price=8.5), invite(paper.cycle))

    assert {one.language: one.contacts for one in found.versions} == {"kk": 3, "kk-latin": 0, "ru": 4, "en": 2}
    assert {one.language: one.parts for one in found.versions} == {"kk": 2, "kk-latin": 1, "ru": 2, "en": 1}
    assert (found.contacts, found.stopped, found.parts, found.cost) == (9, 1, 16, 16 * 850)
    assert rows(home, "SELECT 1 FROM announcement") == []


def test_a_phone_on_two_rolls_is_one_contact(home: Home) -> None:
    paper = village(home, 3)
    with home.store.transaction() as tx:
        tx.run("UPDATE area SET kind = 'district'")
        tx.run(
            "INSERT INTO area (code, kind, parent_id, names, method, provider, adults, joining_paused) "
            "VALUES (8, 'aul', 1, '{}', 'roll', '', 0, ?)",
            False,
        )
    enlist(home, numbers(4), area_id=2)

    assert seen(home, invite(paper.cycle)).contacts == 4


def test_an_own_text_goes_to_those_who_read_no_other_language(sqlite_home: Home) -> None:
    paper = village(sqlite_home)
    found = {
        one.language: one.text
        for one in seen(sqlite_home, invite(paper.cycle, kk="Ертең жиналыс.", ru="Завтра сход.")).versions
    }

    assert found["kk"] == "Ертең жиналыс. Тоқтату: ТОҚТА"
    assert found["ru"] == "Завтра сход. Отказаться: СТОП"
    assert found["en"] == "Ертең жиналыс. To stop these: STOP"


def test_a_text_like_a_swindlers_is_refused_in_its_language(sqlite_home: Home) -> None:
    paper = village(sqlite_home)
    with pytest.raises(Unsayable, match=r"(?s)ru: .*link.*ru: .*swindlers") as refused:
        seen(sqlite_home, invite(paper.cycle, kk="Ертең жиналыс.", ru="Код на abc.kz"))

    assert refused.value.found == {"ru": (Flaw.LINK, Flaw.CODE)}
    with pytest.raises(Unsayable, match="kk: there is no text"):
        seen(sqlite_home, invite(paper.cycle, kk=" "))


def early(home: Home, paper: Paper) -> None:
    begun(home, paper, at=OPENS - DAY)


def late(home: Home, paper: Paper) -> None:
    begun(home, paper, Kind.REMINDER, CLOSES)


def unknown_cycle(home: Home, _: Paper) -> None:
    seen(home, invite(99))


def strange_language(home: Home, paper: Paper) -> None:
    seen(home, invite(paper.cycle, uz="Ertaga yigʻilish."))


def results_before_the_end(home: Home, paper: Paper) -> None:
    seen(home, Wish(paper.cycle, Kind.RESULTS, {}))


def results_before_the_count(home: Home, paper: Paper) -> None:
    mixing.close(home, paper.poll, NOON, "akim", early=True)
    seen(home, Wish(paper.cycle, Kind.RESULTS, {}))


def results_in_own_words(home: Home, paper: Paper) -> None:
    seen(home, Wish(paper.cycle, Kind.RESULTS, {"kk": "Жеңдік"}))


def twice_a_day(home: Home, paper: Paper) -> None:
    begun(home, paper)
    begun(home, paper, at=NOON + timedelta(hours=1))


def nobody_listed(home: Home, paper: Paper) -> None:
    with home.store.transaction() as tx:
        tx.run("DELETE FROM contact")
    begun(home, paper)


def no_line(home: Home, paper: Paper) -> None:
    with home.store.transaction() as tx:
        tx.run("UPDATE area SET provider = 'africastalking'")
    begun(home, paper)


def budget_without_price(home: Home, paper: Paper) -> None:
    act(home, send, Wish(paper.cycle, Kind.INVITATION, {}, budget=100), By(NOON))


def over_budget(home: Home, paper: Paper) -> None:
    act(told(home, price=10), send, Wish(paper.cycle, Kind.INVITATION, {}, budget=170), By(NOON))


def resumed_while_sending(home: Home, paper: Paper) -> None:
    act(home, resume, begun(home, paper).id, By(NOON))


def resumed_too_late(home: Home, paper: Paper) -> None:
    one = begun(home, paper)
    act(home, pause, one.id, By(NOON))
    act(home, resume, one.id, By(CLOSES))


def paused_when_cancelled(home: Home, paper: Paper) -> None:
    one = begun(home, paper)
    act(home, cancel, one.id, By(NOON))
    act(home, pause, one.id, By(NOON))


def unknown(home: Home, _: Paper) -> None:
    act(home, pause, 5, By(NOON))


@pytest.mark.parametrize(
    ("what", "kind", "said"),
    [
        (early, NotNow, "takes votes from"),
        (late, NotNow, "takes votes from"),
        (unknown_cycle, NotThere, "no cycle 99"),
        (strange_language, Unfit, "no uz is spoken"),
        (results_before_the_end, NotNow, "after the final tally"),
        (results_before_the_count, NotNow, "after the final tally"),
        (results_in_own_words, Unfit, "no text of your own"),
        (twice_a_day, Taken, "one a day"),
        (nobody_listed, NotNow, "load a roll"),
        (no_line, Unfit, "calls nobody"),
        (budget_without_price, Unfit, "needs a price"),
        (over_budget, Unfit, "cost 180.00 tenge and may cost 170"),
        (resumed_while_sending, NotNow, "sent already"),
        (resumed_too_late, NotNow, "out of date"),
        (paused_when_cancelled, NotNow, "is cancelled"),
        (unknown, NotThere, "no announcement 5"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_is_said_in_a_sentence(sqlite_home: Home, what, kind: type[Mistake], said: str) -> None:
    with pytest.raises(kind, match=said):
        what(sqlite_home, village(sqlite_home))


def test_results_are_those_that_everybody_may_know(home: Home) -> None:
    paper = village(home)
    vote(home, paper, 25, (2,))
    tick(home, CLOSES + timedelta(minutes=1))
    one = act(home, send, Wish(paper.cycle, Kind.RESULTS, {}), By(CLOSES + DAY))

    assert (
        one.wanted.texts["en"]
        == "Area 7: voting is over. Votes: 25. Chosen projects: #2 Project 2. To stop these: STOP"
    )


def test_results_of_few_say_only_how_many_voted(sqlite_home: Home) -> None:
    paper = village(sqlite_home)
    vote(sqlite_home, paper, 4, (2,))
    tick(sqlite_home, CLOSES + timedelta(minutes=1))
    found = seen(sqlite_home, Wish(paper.cycle, Kind.RESULTS, {}), CLOSES + DAY)

    assert [one.text for one in found.versions if one.language == "en"] == [
        "Area 7: voting is over. Votes: 4. For the results ask at the akimat. To stop these: STOP"
    ]


def test_another_one_of_the_kind_may_follow_the_next_day_or_a_cancelled_one(home: Home) -> None:
    paper = village(home)
    first = begun(home, paper)
    act(home, cancel, first.id, By(NOON))
    begun(home, paper)
    begun(home, paper, Kind.REMINDER)
    begun(home, paper, at=NOON + DAY)

    with home.store.reading() as tx:
        assert [(one.wanted.kind, one.state) for one in announcements.every(tx)] == [
            (Kind.INVITATION, State.CANCELLED),
            (Kind.INVITATION, State.SENDING),
            (Kind.REMINDER, State.SENDING),
            (Kind.INVITATION, State.SENDING),
        ]


def test_acts_are_in_the_audit_log_in_counts(sqlite_home: Home) -> None:
    home = told(sqlite_home, price=8.5)
    paper = village(home)
    one = act(home, send, Wish(paper.cycle, Kind.INVITATION, {"ru": "Звоните 8 701 000 00 01."}), By(NOON, "clerk"))
    act(home, pause, one.id, By(NOON, "clerk"))
    act(home, resume, one.id, By(NOON, "clerk"), 5000)
    cancelled = act(home, cancel, one.id, By(NOON, "akim"))

    assert (cancelled.state, cancelled.reason, cancelled.wanted.budget) == (State.CANCELLED, Reason.ASKED, 5000)
    assert rows(home, "SELECT actor, act FROM audit WHERE act LIKE '%nnounce%' ORDER BY seq") == [
        ("clerk", "announce"),
        ("clerk", "pause announcement"),
        ("clerk", "resume announcement"),
        ("akim", "cancel announcement"),
    ]
    assert "701" not in str(rows(home, "SELECT facts FROM audit"))


def test_a_preview_says_how_long_the_line_sends(sqlite_home: Home) -> None:
    paper = village(sqlite_home)

    assert seen(slow(sqlite_home, 0.2), invite(paper.cycle)).lasts == timedelta(seconds=50)
    assert daily.sms_provider(slow(sqlite_home, 0.2).settings) == "africastalking"
    assert EVENING > NOON
