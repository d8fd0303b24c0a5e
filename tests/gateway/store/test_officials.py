"""Officials sign in with tokens that the database does not hold; recipients' addresses are sealed."""

from dataclasses import replace

import pytest

from gateway.errors import NotThere, Taken, Unfit
from gateway.home import Home
from gateway.store import officials, recipients
from gateway.store.officials import Official, Role
from gateway.store.recipients import Recipient
from tests.gateway.store.villages import aul
from tests.homes import MADE

OBSERVER = Recipient(0, 1, "sms", "+77001234567", "ru", "observer", "maslikhat")


def test_a_token_names_its_official_until_it_is_renewed(home: Home) -> None:
    with home.store.transaction() as tx:
        token = officials.appoint(tx, ("Aigul", Role.CLERK), MADE, home.randomness)
        assert officials.by_token(tx, token) == Official(1, "Aigul", Role.CLERK, None) == officials.every(tx)[0]

        newer = officials.renew(tx, "Aigul", home.randomness)
        assert officials.by_token(tx, token) is None
        assert officials.by_token(tx, newer) is not None
        assert token not in str(tx.rows("SELECT * FROM official"))


def test_an_empty_token_opens_nothing(home: Home) -> None:
    with home.store.transaction() as tx:
        officials.appoint(tx, ("Aigul", Role.CLERK), MADE, home.randomness)
        assert officials.by_token(tx, "") is None


def test_names_of_officials_are_their_own(home: Home) -> None:
    with home.store.transaction() as tx:
        officials.appoint(tx, ("Aigul", Role.CLERK), MADE, home.randomness)
        with pytest.raises(Taken):
            officials.appoint(tx, ("Aigul", Role.AKIM), MADE, home.randomness)
        with pytest.raises(Unfit):
            officials.appoint(tx, (" ", Role.AKIM), MADE, home.randomness)
        with pytest.raises(NotThere):
            officials.renew(tx, "Bolat", home.randomness)


def test_a_recipient_is_sealed_and_opened_again(home: Home) -> None:
    aul(home)
    with home.store.transaction() as tx:
        kept = recipients.add(tx, home.keys, OBSERVER, home.randomness)

        assert kept == replace(OBSERVER, id=1)
        assert recipients.every(tx, home.keys, 1) == (kept,)
        assert recipients.every(tx, home.keys, 2) == ()
        assert b"+7700" not in tx.rows("SELECT address FROM recipient")[0][0]


def test_a_webhook_gets_a_secret_of_its_own(home: Home) -> None:
    aul(home)
    hook = replace(OBSERVER, channel="webhook", address="https://pb.example.kz/tally")
    with home.store.transaction() as tx:
        first, second = (recipients.add(tx, home.keys, hook, home.randomness) for _ in range(2))

        assert first.secret.startswith("whsec_")
        assert first.secret != second.secret
        assert recipients.every(tx, home.keys) == (first, second)


def test_a_removed_recipient_leaves_no_address(home: Home) -> None:
    aul(home)
    with home.store.transaction() as tx:
        recipients.add(tx, home.keys, OBSERVER, home.randomness)
        recipients.remove(tx, 1)

        assert recipients.every(tx, home.keys) == ()
        assert [bytes(address) for (address,) in tx.rows("SELECT address FROM recipient")] == [b""]
        with pytest.raises(NotThere):
            recipients.remove(tx, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"channel": "pigeon"},
        {"form": "poem"},
        {"channel": "webhook", "address": "pb.example.kz"},
        {"channel": "webhook", "address": "ftp://pb.example.kz"},
        {"channel": "email", "address": "nobody"},
        {"channel": "email", "address": "a b@example.kz"},
    ],
    ids=str,
)
def test_an_address_that_cannot_be_reached_is_refused(sqlite_home: Home, change: dict[str, str]) -> None:
    aul(sqlite_home)
    with sqlite_home.store.transaction() as tx, pytest.raises(Unfit):
        recipients.add(tx, sqlite_home.keys, replace(OBSERVER, **change), sqlite_home.randomness)
