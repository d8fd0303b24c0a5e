"""Passwords: what fits, what may be chosen, and that the unknown takes as long as the known."""

import os

import pytest

from gateway import passwords
from gateway.errors import Unfit


def test_a_password_fits_its_own_hash_however_its_letters_are_composed() -> None:
    kept = passwords.hashed("йод сүт тау", os.urandom)

    assert kept.startswith("$argon2id$")
    assert passwords.fits("йод сүт тау", kept)
    assert passwords.fits("\u0438\u0306од сүт тау", kept)  # й as two characters
    assert not passwords.fits("иод сүт тау", kept)
    assert passwords.hashed("йод сүт тау", os.urandom) != kept


@pytest.mark.parametrize("kept", ["", "no hash at all", passwords.NOBODY], ids=["none", "broken", "nobody's"])
def test_nothing_fits_an_account_without_a_password(kept: str) -> None:
    assert not passwords.fits("", kept)
    assert not passwords.fits("йод сүт тау", kept)


def test_the_hash_of_nobody_costs_as_much_as_a_real_one() -> None:
    assert passwords.NOBODY.split("$")[:4] == passwords.hashed("x", os.urandom).split("$")[:4]


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaabbbbccccdddd", "айгүл серікова 7"])
def test_a_password_that_is_guessed_soon_is_refused(password: str) -> None:
    with pytest.raises(Unfit):
        passwords.check(password, "Айгүл Серікова")


def test_three_words_may_be_chosen() -> None:
    passwords.check("тау су көпір", "Айгүл Серікова")
