"""The daily sheet: of a running vote only the turnout hangs on the board, as on the public page."""

from datetime import date, timedelta

import pytest

from gateway.errors import NotNow, NotThere
from gateway.home import Home
from gateway.printing.board import BoardSheet, board_sheet, percent
from gateway.printing.collecting import Press, board_sheet_of
from gateway.store import bulletins
from tests.gateway.pages.conftest import AT, CLOSED, tick
from tests.gateway.printing.conftest import ASKED, check, said

EVENING = AT + timedelta(hours=10)


def facts_of(home: Home, on: date | None = None, *, office: bool = False) -> BoardSheet:
    with home.store.reading() as tx:
        return board_sheet_of(tx, Press.of(home), ASKED, on, office=office)


def test_a_running_vote_tells_its_turnout_and_no_project_s_votes(village: Home) -> None:
    tick(village, EVENING)
    sheet = board_sheet(facts_of(village))

    check(sheet)
    told = said(sheet)
    assert "Дауыс берудің 2-күні / 2-й день голосования" in told
    assert "Проголосовало 26" in told
    assert "Явка 52,0 %" in told
    assert "Ещё не вскрыто голосов: 10." in told
    assert "Голоса по проектам объявят после окончания голосования." in told
    assert "Водопровод" not in told


def test_the_sheet_carries_the_head_that_observers_got_by_sms(village: Home) -> None:
    tick(village, EVENING)
    facts = facts_of(village)
    with village.store.reading() as tx:
        (_, content, _) = bulletins.archived(tx, 1)[-1]

    assert facts.head == content["head"]
    assert content["head"] in said(board_sheet(facts))


def test_the_office_reads_totals_where_the_visibility_lets_it(village: Home) -> None:
    tick(village, EVENING)
    sheet = board_sheet(facts_of(village, office=True))

    check(sheet)
    told = said(sheet)
    assert "Қызметтік пайдалану үшін. Ілуге болмайды." in told
    assert "Для служебного пользования. Не вывешивать." in told
    assert "Водопровод на Новую улицу" in told
    assert "Пока проходит" in told
    assert "Итоги" not in told  # nothing is decided before the end


def test_nobody_reads_totals_of_a_vote_that_shows_only_its_turnout(village: Home) -> None:
    with village.store.transaction() as tx:
        tx.run('UPDATE poll SET manifest = replace(manifest, \'"visibility":"daily"\', \'"visibility":"turnout"\')')
    tick(village, EVENING)

    facts = facts_of(village, office=True)
    assert facts.imprint.paper.visibility == "turnout"
    assert facts.votes is None
    assert "Водопровод" not in said(board_sheet(facts))


def test_after_closing_the_board_shows_the_results(village: Home) -> None:
    tick(village, CLOSED)
    facts = facts_of(village)
    sheet = board_sheet(facts)

    check(sheet)
    told = said(sheet)
    assert facts.final
    assert "Голосование завершено" in told
    assert "1 Жаңа көшеге су құбыры Водопровод на Новую улицу 13 ✓ Өтті ✓ Прошёл" in told
    assert "Өтпеді Не прошёл" in told


def test_results_of_few_do_not_hang_on_the_board(village: Home) -> None:
    with village.store.transaction() as tx:
        tx.run("UPDATE cycle SET mix_min = 27")
        tx.run("UPDATE poll SET manifest = replace(manifest, '\"mix_min\":10', '\"mix_min\":27')")
    tick(village, CLOSED)

    for office in (False, True):
        told = said(board_sheet(facts_of(village, office=office)))
        assert "подробные итоги не публикуются" in told
        assert "Водопровод" not in told


def test_an_earlier_day_is_printed_as_it_was(village: Home) -> None:
    for days in range(3):
        tick(village, EVENING + timedelta(days=days))
    first = facts_of(village, date(2026, 5, 2))

    assert [day.on.isoformat() for day in first.days] == ["2026-05-01", "2026-05-02"]
    assert len(facts_of(village).days) == 4
    assert facts_of(village).head != "" != first.head
    with pytest.raises(NotThere, match="no tally of 2026-04-01; there are 2026-05-01"):
        facts_of(village, date(2026, 4, 1))


def test_before_the_first_tally_there_is_nothing_to_hang_up(village: Home) -> None:
    with pytest.raises(NotNow, match="20:00"):
        facts_of(village)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (26, 50, "52,0\u00a0%"),
        (1, 3, "33,3\u00a0%"),
        (2, 3, "66,7\u00a0%"),
        (1, 2000, "0,1\u00a0%"),
        (0, 5, "0,0\u00a0%"),
        (3, 0, ""),
    ],
    ids=["half and more", "a third", "rounded up", "half a tenth", "nobody", "nobody on the roll"],
)
def test_shares_are_rounded_in_whole_numbers(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown
