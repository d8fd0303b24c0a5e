"""What a command dates for good waits until somebody has settled a clock in doubt."""

from datetime import timedelta

import pytest

from gateway.cli.common import now
from gateway.home import Home
from gateway.store import states
from tests.elections import SMALL
from tests.served import dauys, document

COMMANDS = (
    ("cycle", "open", 1),
    ("cycle", "extend", 1, "2030-05-25T18:00", "--reason", "snow"),
    ("mix", 1),
    ("close", 1),
    ("cycle", "certify", 1),
)


@pytest.fixture
def home(sqlite_home: Home) -> Home:
    """An open vote; an hour later was seen before."""
    dauys(sqlite_home.path, "load", "election", SMALL, "--aul", 7, "--open")
    with sqlite_home.store.transaction() as tx:
        states.see(tx, now() + timedelta(hours=1))
    return sqlite_home


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(map(str, words)))
def test_it_is_told_to_settle_the_clock_and_nothing_is_done(
    home: Home, command: tuple[object, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    before = document(home.path, "cycle", "list")

    dauys(home.path, *command, code=1)

    assert "in doubt: dauys clock tells why" in capsys.readouterr().err
    assert document(home.path, "cycle", "list") == before


def test_once_the_clock_is_settled_the_vote_can_be_closed(home: Home) -> None:
    dauys(home.path, "clock", "reset")

    assert dauys(home.path, "close", 1).startswith("Cycle 1 is closed")
