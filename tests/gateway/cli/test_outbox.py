"""What an official sees of messages that do not leave, and what mends it."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from gateway.home import Home, open_home
from gateway.store import areas, audit, lines, outbox
from tests.gateway.cli.commands import Dauys
from tests.gateway.sending import put

T = TypeVar("T")
NOW = datetime.now(UTC)


AtHome = Callable[[Callable[[Home], T]], T]


@pytest.fixture
def at_home(dauys: Dauys, tmp_path: Path) -> AtHome[Any]:
    """On the home that the commands work on."""

    def use(what: Callable[[Home], Any]) -> Any:
        home = open_home(tmp_path / "home", os.urandom)
        found = what(home)
        home.close()
        return found

    return use


def waiting(home: Home, hours: float, **changes: object) -> int:
    """A message that was put in so many hours ago."""
    at = NOW - timedelta(hours=hours)
    return put(home, id=outbox.new_id(at, os.urandom), due_at=at, expires_at=NOW + timedelta(days=1), **changes)


def filled(home: Home) -> None:
    """Replies and a digest wait for a line that is down; one reply was refused, one broke off."""
    for hours in (5, 1):
        waiting(home, hours, provider="africastalking")
    waiting(home, 70, provider="africastalking", priority=3)
    dead, unknown = waiting(home, 1), waiting(home, 2)
    with home.store.transaction() as tx:
        outbox.mark_dead(tx, dead, "403 InvalidPhoneNumber")
        outbox.mark_unknown(tx, unknown, "the connection broke off", NOW)
        lines.down(tx, "africastalking", "HTTP 401", NOW - timedelta(hours=4))
        lines.down(tx, "africastalking", "405 InsufficientBalance", NOW)


def test_an_empty_outbox_is_told_in_a_sentence(dauys: Dauys) -> None:
    assert dauys("outbox").out == "Nothing waits, nothing is lost.\n"


def test_an_official_sees_what_waits_what_is_lost_and_which_line_is_down(dauys: Dauys, at_home: AtHome[Any]) -> None:
    at_home(filled)

    found, said = dauys("outbox", "--json").json, dauys("outbox").out.splitlines()

    (down,) = found["lines_down"]
    assert (down["line"], down["reason"], down["seconds"] // 3600) == ("africastalking", "405 InsufficientBalance", 4)
    piles = [
        (p["provider"], p["kind"], p["state"], p["messages"], round(p["oldest"] / 3600)) for p in found["messages"]
    ]
    assert piles == [
        ("africastalking", "replies", "due", 2, 5),
        ("console", "replies", "unknown", 1, 2),
        ("africastalking", "digests", "due", 1, 70),
    ]
    assert found["dead"] == [{"provider": "console", "reason": "403 InvalidPhoneNumber", "messages": 1}]
    assert said == [
        "Line africastalking is down for 4 h: 405 InsufficientBalance",
        "africastalking: 2 replies due, the oldest from 5 h ago",
        "console: 1 replies unknown, the oldest from 2 h ago",
        "africastalking: 1 digests due, the oldest from 2 d ago",
        "Dead: 1 by console, 403 InvalidPhoneNumber",
    ]


def test_who_has_mended_the_line_need_not_wait_for_the_next_try(dauys: Dauys, at_home: AtHome[Any]) -> None:
    def later(home: Home) -> None:
        filled(home)
        with home.store.transaction() as tx:
            tx.run("UPDATE outbox SET due_at = due_at + ? WHERE state = 'due' AND priority = 3", 90 * 3600 * 10**6)

    def mended(home: Home) -> None:
        with home.store.reading() as tx:
            assert lines.every(tx) == ()
            assert outbox.waits(tx, "africastalking", datetime.now(UTC))
            assert list(audit.entries(tx))[-1].link.entry["act"] == "try outbox now"

    at_home(later)
    ran = dauys("outbox", "--now")

    assert ran.err == "1 messages that waited for a later try are due now\n"
    assert ran.out.startswith("africastalking: 2 replies due")
    at_home(mended)


def test_an_area_is_bound_to_a_provider(dauys: Dauys, at_home: AtHome[Any]) -> None:
    dauys("area", "new", 7, "Қарауыл", "--provider", "console")
    dauys("area", "new", 8, "Ақбұлақ")
    dauys("area", "set", 8, "--provider", "africastalking")

    assert [one["provider"] for one in dauys("area", "list", "--json").json] == ["console", "africastalking"]
    assert "by console" in dauys("area", "list").out
    dauys("area", "set", 7, "--provider", "")
    assert at_home(provider_of_seven) == ""


def test_a_provider_that_is_none_is_named(dauys: Dauys) -> None:
    refused = dauys("area", "new", 7, "Қарауыл", "--provider", "pigeon", code=1)

    assert refused.err.startswith("dauys: there is no provider 'pigeon': choose one of ")
    assert dauys("area", "set", 9, "--provider", "console", code=1).err.startswith("dauys: there is no area 9")


def provider_of_seven(home: Home) -> str:
    with home.store.reading() as tx:
        return areas.by_code(tx, 7).provider
