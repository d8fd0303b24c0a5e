"""The demo's home: complete, votable, and never made of somebody's real home."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ballots.model import Phase, PollId
from gateway import demo, passwords, schedule
from gateway.demo import OBSERVERS, PHONES
from gateway.demo_aul import AUL, PROPOSALS, VOTES
from gateway.errors import Taken
from gateway.home import create_home, open_home
from gateway.store import areas, cycles, officials, recipients, rolls, rounds, tallies

AT = datetime(2026, 5, 2, 1, 0, tzinfo=UTC)
"""06:00 in Kazakhstan."""


def test_an_aul_within_a_district_within_a_region_is_voting(tmp_path: Path) -> None:
    demo.prepare(tmp_path / "home", 8000, AT, os.urandom)
    home = open_home(tmp_path / "home", os.urandom)

    with home.store.reading() as tx:
        cycle = cycles.by_id(tx, 1)
        codes = [place.code for place in areas.every(tx)]
        on_roll = rolls.size(tx, rounds.current(tx).id, {cycle.place.id})
        counted = tallies.tally_of(tx, 1)
        observers = [each for each in recipients.every(tx, home.keys) if each.form == "observer"]
    home.close()
    assert codes == [7, 90, 900]
    assert (cycle.place.code, cycle.phase) == (AUL.code, Phase.VOTING)
    assert counted.paper.opens_at < AT < counted.paper.closes_at
    assert on_roll == len(PHONES) == 50
    assert counted.accepted == len(VOTES)
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
