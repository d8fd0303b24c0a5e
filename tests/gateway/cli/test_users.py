"""People get links to the console from the command line, and the first one gets a link by starting the gateway."""

import os
import re
from pathlib import Path

import pytest

from gateway import passwords
from gateway.claiming import FIRST, claim
from gateway.home import Home, create_home, open_home
from gateway.store import invitations, officials
from gateway.store.officials import Role
from tests.gateway.cli.commands import Dauys
from tests.homes import MADE

LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/console/welcome/([0-9a-f]{64})")


def test_an_added_user_gets_a_link_and_a_reset_one_another(dauys: Dauys, tmp_path: Path) -> None:
    dauys("area", "new", 7, "Ақбұлақ")
    dauys("area", "new", 8, "Жаңаауыл")
    first = LINK.fullmatch(dauys("user", "add", "A. Serikova", "clerk", "--area", 7, "--area", 8).out.strip())
    again = LINK.fullmatch(dauys("user", "reset-password", "a. serikova").out.strip())
    assert first is not None
    assert again is not None

    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        assert invitations.by_token(tx, first[2], MADE) is None
        official = invitations.by_token(tx, again[2], MADE)
        acts = [act for (act,) in tx.rows("SELECT act FROM audit ORDER BY seq DESC LIMIT 2")]
    home.close()
    assert official is not None
    assert (official.name, official.role, len(official.areas or ())) == ("A. Serikova", Role.CLERK, 2)
    assert acts == ["reset password", "new official"]
    assert dauys("official", "list", "--json").json[-1]["areas"] == [7, 8]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "A", "clerk", "--area", 99), "no area 99"),
        (("add", " ", "clerk"), "needs a name"),
        (("reset-password", "Nobody"), "see dauys official list"),
    ],
    ids=["an unknown area", "no name", "nobody"],
)
def test_a_mistake_is_a_sentence(dauys: Dauys, arguments: tuple[object, ...], said: str) -> None:
    assert said in dauys("user", *arguments, code=1).err


def test_the_console_is_where_info_says(dauys: Dauys) -> None:
    assert dauys("info", "--json").json["console"].endswith(":8000/console")


def test_the_first_start_shows_a_link_until_an_administrator_has_a_password(home: Home) -> None:
    first, second = claim(home, MADE), claim(home, MADE)
    assert first is not None
    assert second is not None
    with home.store.transaction() as tx:
        assert invitations.by_token(tx, first.rpartition("/")[2], MADE) is None
        administrator = invitations.by_token(tx, second.rpartition("/")[2], MADE)
        assert administrator is not None
        assert (administrator.name, administrator.role, administrator.areas) == (FIRST, Role.ADMINISTRATOR, None)
        assert len(officials.every(tx)) == 1
        officials.set_password(tx, administrator.id, passwords.hashed("тау су көпір", os.urandom))

    assert claim(home, MADE) is None


def test_the_link_is_for_the_administrator_whom_init_appointed(tmp_path: Path) -> None:
    home = create_home(tmp_path / "home", os.urandom, MADE)
    with home.store.transaction() as tx:
        officials.appoint(tx, ("Of one aul", Role.CLERK), MADE, os.urandom)
        officials.appoint(tx, ("Айгүл", Role.ADMINISTRATOR), MADE, os.urandom)
    link = claim(home, MADE)

    with home.store.reading() as tx:
        invited = invitations.by_token(tx, str(link).rpartition("/")[2], MADE)
    home.close()
    assert invited is not None
    assert invited.name == "Айгүл"
