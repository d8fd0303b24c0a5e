"""`dauys announce`, `dauys sitting`, `dauys cycle extend` and `certify`, as an operator types them."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway import fanout
from gateway.cli import announce, cycles, loads, sitting
from gateway.home import open_home
from tests.gateway.cli.commands import Dauys
from tests.gateway.cli.test_commands import file, opened
from tests.gateway.lists import copies

NOON = datetime(2026, 5, 2, 12, 0, tzinfo=ZoneInfo("Asia/Almaty"))


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon for the commands that ask; an election that was opened before stays open."""
    for module in (announce, cycles, loads, sitting):
        monkeypatch.setattr(module, "now", lambda: NOON)


def look(folder: Path) -> int:
    """What the schedule of a serving gateway does; how many copies wait."""
    home = open_home(folder / "home", os.urandom)
    fanout.tick(home, NOON)
    waiting = len(copies(home))
    home.close()
    return waiting


def test_an_announcement_is_looked_at_sent_and_paused(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    told = dauys("announce", "preview", cycle, "invitation", "--json").json
    assert (told["contacts"], told["parts"], told["tenge"]) == (2, 4, None)
    assert "not known" in dauys("announce", "preview", cycle, "invitation").out

    one = dauys("announce", "send", cycle, "invitation").out.strip()
    assert look(tmp_path) == 2
    assert dauys("announce", "list", "--json").json == [
        {
            "announcement": 1,
            "cycle": 1,
            "kind": "invitation",
            "day": "2026-05-02",
            "state": "sending",
            "reason": "",
            "contacts": 2,
            "copies": 2,
            "parts": 4,
            "tenge": None,
            "budget": None,
            "outbox": {"due": 2},
        }
    ]
    assert "2 of 2 in the outbox: due 2" in dauys("announce", "list").out
    assert "paused 2" in dauys("announce", "pause", one).out


def test_one_that_was_begun_is_paused_resumed_and_cancelled(dauys: Dauys, tmp_path: Path) -> None:
    one = dauys("announce", "send", opened(dauys, tmp_path), "reminder").out.strip()

    assert "paused (asked)" in dauys("announce", "pause", one).out
    assert look(tmp_path) == 0
    assert "sending" in dauys("announce", "resume", one).out
    assert "cancelled (asked)" in dauys("announce", "cancel", one).out
    assert look(tmp_path) == 0


def test_what_it_costs_is_told_before_it_is_sent(dauys: Dauys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUYS_ANNOUNCEMENTS__PRICE", "8.5")
    cycle = opened(dauys, tmp_path)

    assert "Cost: 34.00 tenge at 8.50 a part" in dauys("announce", "preview", cycle, "invitation").out
    assert "may cost 30" in dauys("announce", "send", cycle, "invitation", "--budget", 30, code=1).err
    dauys("announce", "send", cycle, "invitation", "--budget", 40)


@pytest.mark.parametrize(
    ("text", "said"),
    [("ru=Код на abc.kz", "- ru: it holds a link"), ("Ертең", "write LANG=TEXT"), ("xx=a", "choose kk")],
)
def test_an_own_text_that_cannot_be_is_refused(dauys: Dauys, tmp_path: Path, text: str, said: str) -> None:
    cycle = opened(dauys, tmp_path)

    assert said in dauys("announce", "preview", cycle, "invitation", "--text", text, code=1).err


def test_a_sitting_is_entered_and_confirmed_by_two(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)
    for name, role in (("A. Serikova", "clerk"), ("B. Omarov", "akim")):
        dauys("official", "new", name, role)
    one = dauys("sitting", "new", cycle, "--label", "club").out.strip()
    dauys("sitting", "voters", one, file(tmp_path, "phone\n+77001234567\n+77011234567\n"))
    dauys("sitting", "strike-voter", one, 2)
    dauys("sitting", "ballots", one, file(tmp_path, "choices\n1\n2\n"))
    assert "2 ballots for 1 voters" in dauys("sitting", "confirm", one, "A. Serikova", code=1).err
    dauys("sitting", "strike-ballots", one)
    assert "voters 1, ballots 1" in dauys("sitting", "ballots", one, file(tmp_path, "choices\n2\n")).out

    assert "another official must" in dauys("sitting", "confirm", one, "A. Serikova").out
    (listed,) = dauys("sitting", "list", "--json").json
    assert (listed["voters"], listed["ballots"], listed["confirmed_by"]) == (1, 1, "A. Serikova")
    assert "confirmed by A. Serikova" in dauys("sitting", "list").out
    done = dauys("sitting", "confirm", one, "B. Omarov")
    assert "1 ballots counted as batch 1001, confirmed by A. Serikova and B. Omarov" in done.out
    assert "may guess" in done.err
    assert dauys("sitting", "list", "--json").json == []
    assert dauys("tally", cycle, "--json").json["ballots"] == 1


def test_a_sitting_is_given_up(dauys: Dauys, tmp_path: Path) -> None:
    one = dauys("sitting", "new", opened(dauys, tmp_path)).out.strip()

    assert "Nothing" in dauys("sitting", "give-up", one).out
    assert "no open sitting" in dauys("sitting", "give-up", one, code=1).err


def test_a_cycle_is_extended_and_certified(dauys: Dauys, tmp_path: Path) -> None:
    cycle = opened(dauys, tmp_path)

    assert (
        "closes at 2026-06-30 18:00"
        in dauys("cycle", "extend", cycle, "2026-06-30T18:00", "--reason", "the road was closed by snow").out
    )
    dauys("close", cycle)
    assert "final tally" in dauys("cycle", "certify", cycle, code=1).err
    home = open_home(tmp_path / "home", os.urandom)
    with home.store.transaction() as tx:
        tx.run("INSERT INTO job_run (job, slot, done_at) VALUES ('tally', '1:final', 0)")
    home.close()
    assert "certified" in dauys("cycle", "certify", cycle).out
    assert dauys("cycle", "list", "--json").json[0]["phase"] == "certified"
