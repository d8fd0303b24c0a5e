"""Passwords of officials: argon2id (RFC 9106), one at a time, so that guesses cannot use up a small box's memory."""

import unicodedata
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateway.errors import Unfit
from gateway.keys import Randomness

LEAST, MOST = 10, 200  # characters
SALT = 16  # bytes, RFC 9106 section 3.1
_hasher = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)  # KiB; above OWASP's least of 19 MiB
_one_at_a_time = Lock()
NOBODY = "$argon2id$v=19$m=32768,t=2,p=1$PCh3+g/DEupKsYoMF/hD8Q$TUAXK4gVnHj28FKDcoH2ReFMCV2xahkuyGTc3rLhYH0"
"""A hash that no known password has: who is unknown is told so no sooner than who is known."""


def check(password: str, name: str) -> None:
    """May it be chosen by an official of this name? Raises Unfit."""
    password = _normal(password)
    if len(password) < LEAST:
        raise Unfit(f"a password needs {LEAST} characters or more: three words will do", "password_short", least=LEAST)
    if len(password) > MOST:
        raise Unfit(f"a password has {MOST} characters at most", "password_long", most=MOST)
    if len(set(password)) < 5 or name.casefold() in password.casefold():
        raise Unfit("this password is guessed at once: take three words that do not belong together", "password_plain")


def hashed(password: str, randomness: Randomness) -> str:
    """What is kept of a password."""
    with _one_at_a_time:
        return _hasher.hash(_normal(password), salt=randomness(SALT))


def fits(password: str, kept: str) -> bool:
    """Is it the password? It takes as long for an account that has none ('')."""
    with _one_at_a_time:
        try:
            return _hasher.verify(kept or NOBODY, _normal(password)) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def _normal(password: str) -> str:
    """The same keys give the same password on every keyboard (RFC 8265 section 4.2: NFC)."""
    return unicodedata.normalize("NFC", password)
