"""The demo: complete, votable, served until it is ended, and never made of somebody's real home."""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

import pytest

from ballots.model import Phase, PollId
from gateway import demo, passwords, schedule
from gateway.demo import OBSERVERS, PHONES
from gateway.demo_aul import AUL, PROPOSALS, VOTES
from gateway.errors import Taken
from gateway.home import create_home, open_home
from gateway.store import areas, cycles, officials, recipients, rolls, rounds, tallies
from tests.homes import skip_or_fail
from tests.served import DAUYS
from tests.servers import free_port

AT = datetime(2026, 5, 2, 1, 0, tzinfo=UTC)
"""06:00 in Kazakhstan."""

LAST = "Ctrl-C ends the demo"


def test_an_aul_within_a_district_within_a_region_is_voting(tmp_path: Path) -> None:
    demo.prepare(tmp_path / "home", 8000, AT, os.urandom)
    home = open_home(tmp_path / "home", os.urandom)

    with home.store.reading() as tx:
        cycle = cycles.by_id(tx, 1)
        codes = [place.code for place in areas.every(tx)]
        on_roll = rolls.size(tx, rounds.current(tx).id, {cycle.place.id})
        counted = tallies.tally_of(tx, 1)
        observers = [each for each in recipients.every(tx, home.keys) if each.form == "observer"]
        replies = tx.rows("SELECT state, count(*) FROM outbox GROUP BY state")
    home.close()
    assert codes == [7, 90, 900]
    assert (cycle.place.code, cycle.phase) == (AUL.code, Phase.VOTING)
    assert counted.paper.opens_at < AT < counted.paper.closes_at
    assert on_roll == len(PHONES) == 50
    assert counted.accepted == len(VOTES)
    assert replies == [("delivered", len(VOTES))]
    assert {each.address for each in observers} == {each.address for each in OBSERVERS}


def test_the_first_evening_mixes_and_shows_a_turnout(tmp_path: Path) -> None:
    demo.prepare(tmp_path / "home", 8000, AT, os.urandom)
    home = open_home(tmp_path / "home", os.urandom)

    schedule.tick(home, AT)
    with home.store.reading() as tx:
        counted = tallies.of_poll(tx, PollId(1))
    home.close()
    assert (counted.tally.ballots, counted.pending) == (16, 10)


def test_what_is_printed_leads_to_the_aul(tmp_path: Path) -> None:
    made = demo.prepare(tmp_path / "home", 8123, AT, os.urandom)
    said = demo.words(made, "dauys")

    assert "http://127.0.0.1:8123/docs" in said
    assert "http://127.0.0.1:8123/console" in said
    assert f"name demo, password {made.password}" in said
    assert f"dauys --home {made.home} phone +77010000001" in said
    assert f"/hooks/console/{made.console_secret}/sms" in said
    assert "*384*44135*7*3#" in said
    assert PROPOSALS[2].number == 3


def test_a_kept_demo_is_found_again_with_a_new_token(tmp_path: Path) -> None:
    first = demo.prepare(tmp_path / "home", 8000, AT, os.urandom)
    again = demo.prepare(tmp_path / "home", 8000, AT + timedelta(days=1), os.urandom)
    home = open_home(tmp_path / "home", os.urandom)

    with home.store.reading() as tx:
        assert officials.by_token(tx, first.token) is None
        assert officials.by_token(tx, again.token) is not None
        official = officials.by_name(tx, "demo")
        assert official is not None
        kept = officials.password_hash(tx, official.id)
        assert passwords.fits(again.password, kept)
        assert not passwords.fits(first.password, kept)
        assert tallies.tally_of(tx, 1).accepted == len(VOTES)
    home.close()


def test_a_real_home_is_left_alone(tmp_path: Path) -> None:
    create_home(tmp_path / "home", os.urandom, AT, defaults=True).close()

    with pytest.raises(Taken, match="no demo"):
        demo.prepare(tmp_path / "home", 8000, AT, os.urandom)


@pytest.fixture
def printed() -> Iterator[str]:
    """What `dauys demo` prints, while it serves."""
    command = [DAUYS, "demo", "--port", str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = _until(process.stdout, LAST)
        _until(process.stderr, "Application startup complete")
        yield "".join(lines)
        process.terminate()
        assert process.wait(30) == 0


def test_the_three_lines_to_try_do_what_they_say(printed: str) -> None:
    phone, one_sms, tally, home = (_said_after(printed, what) for what in ("a phone", "one SMS", "the tally", "home"))
    before = json.loads(_run(tally))["accepted"]

    by_phone = _run(phone, "3\n*384*44135*7*3#\n")
    _run(one_sms)

    assert "Дауысыңыз қабылданды: №3" in by_phone
    assert "1 Иә 2 Жоқ" in by_phone
    assert (before, json.loads(_run(tally))["accepted"]) == (len(VOTES), len(VOTES) + 2)
    assert Path(home, "dauys.db").is_file()


def _until(lines: Iterable[str], last: str) -> list[str]:
    """The lines, up to and with the first one that holds `last`."""
    read: list[str] = []
    for line in lines:
        read.append(line)
        if last in line:
            return read
    raise AssertionError(f"{last!r} never came: {''.join(read)}")


def _said_after(shown: str, what: str) -> str:
    return next(line.split(what, 1)[1].strip() for line in shown.splitlines() if line.strip().startswith(what))


def _run(line: str, typed: str = "") -> str:
    """What a shell prints for this line."""
    if line.startswith("curl ") and not which("curl"):
        skip_or_fail("curl is missing: apt-get install curl")
    done = subprocess.run(line, shell=True, input=typed, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout
