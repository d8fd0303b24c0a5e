"""What sheets are made of is what the books say, on both engines."""

from dataclasses import replace

import pytest

from gateway import daily, mixing
from gateway.errors import NotThere
from gateway.home import Home
from gateway.identity import Identity
from gateway.loads.paper import Sitting, load_paper_voters, load_paper_votes
from gateway.loads.roll import Onto, load_roll, read_roll
from gateway.printing.collecting import Asked, Press, board_sheet_of, minutes_of, poster_of
from gateway.printing.minutes import minutes
from gateway.printing.minutes_facts import Commission, Turnout
from gateway.sheets import read
from gateway.store import areas, jobs
from tests.gateway.printing.conftest import check, said
from tests.gateway.voting import CLOSES, EVENING, OPENS, open_vote, vote

ASKED = Asked(1, ("ru",), EVENING)
PHONES = [f"+7700123456{digit}" for digit in range(4)]


def sheet(header: str, *lines: str) -> tuple[object, ...]:
    return read("\n".join((header, *lines)).encode())


def on_paper(home: Home) -> None:
    """Four residents vote on paper, in one sitting."""
    with home.store.reading() as tx:
        place = areas.by_code(tx, 7)
    load_roll(home, Onto(1, place), read_roll(sheet("phone", *PHONES), Identity()), OPENS)
    sitting = Sitting(1, ("A", "B"))
    load_paper_voters(home, sitting, sheet("phone", *PHONES), OPENS)
    load_paper_votes(home, sitting, sheet("choices", "1", "2", "2", "3"), OPENS)


def test_minutes_hold_telephones_and_paper(home: Home) -> None:
    paper = open_vote(home, mix_min=2)
    vote(home, paper, 5)
    on_paper(home)
    mixing.close(home, paper.poll, CLOSES, "test")

    with home.store.reading() as tx:
        facts = minutes_of(tx, Press.of(home), ASKED, Commission())
    assert facts.turnout == Turnout(4, (("sms", 5), ("paper", 4)), unreadable=0, held=0)
    assert [(batch.no, batch.size, batch.paper) for batch in facts.batches] == [(1, 5, False), (1001, 4, True)]
    assert facts.counted.tally.ballots == 9
    assert (facts.method, facts.dial, facts.planned_end, facts.for_two) == ("roll", "*384*44135*7#", CLOSES, False)
    printed = minutes(facts)
    check(printed)
    assert "1001 (бумага)" in said(printed)
    assert "По SMS 5 На бумаге 4" in said(printed)


def test_the_board_is_told_what_the_evening_s_tally_said(home: Home) -> None:
    paper = open_vote(home, mix_min=2)
    vote(home, paper, 5)
    with home.store.reading() as tx:
        (watched,) = jobs.watched(tx)
    daily.tally(home, watched, "2026-05-01", EVENING)

    with home.store.reading() as tx:
        board, office = (board_sheet_of(tx, Press.of(home), ASKED, office=office) for office in (False, True))
    assert (board.accepted, board.ballots, board.day, board.final, board.votes) == (5, 3, 1, False, None)
    assert office.votes == {1: 3, 2: 0, 3: 0}
    assert board.head == office.head != ""


def test_a_poster_names_what_is_above_the_aul(home: Home) -> None:
    open_vote(home)
    with home.store.transaction() as tx:
        district = areas.create(tx, replace(areas.by_code(tx, 7).area, code=90, names={"kk": "Аудан", "ru": "Район"}))
        tx.run("UPDATE area SET parent_id = ? WHERE code = 7", district.id)
        facts = poster_of(tx, Press.of(home), ASKED)
        with pytest.raises(NotThere, match="no cycle 2"):
            poster_of(tx, Press.of(home), replace(ASKED, cycle=2))

    assert facts.imprint.above == ({"kk": "Аудан", "ru": "Район"},)
    assert facts.imprint.address == ""
    assert (facts.short_code, facts.service_code) == ("44135", "*384*44135#")


def test_a_vote_in_which_nobody_voted_has_minutes_for_two(home: Home) -> None:
    paper = open_vote(home)
    mixing.close(home, paper.poll, CLOSES, "test")
    with home.store.reading() as tx:
        facts = minutes_of(tx, Press.of(home), ASKED, Commission())

    told = said(minutes(facts))
    assert facts.for_two
    assert "Ни один проект не прошёл." in told
    assert "Проголосовало 0 Учтено голосов 0" in told
    assert "не показаны" not in told
