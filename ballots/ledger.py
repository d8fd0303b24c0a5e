"""The hash chain: each hash covers its entry and the hash before it, so the last one (the head) covers all.

hash = SHA-256 of the canonical bytes of {"entry": …, "previous": "<64 hex>"}. Cutting off the end is not visible from
inside: compare the head with one that others hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ballots import canonical
from ballots.errors import NotCanonical

GENESIS = "0" * 64
"""What stands before the first entry."""

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's Base32: no I, L, O, U (https://www.crockford.com/base32.html)."""

HEAD_CHARACTERS = 16

_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class Link:
    """One entry and the hash that seals it to everything before."""

    entry: Mapping[str, Any]
    hash: str  # 64 lower-case hex digits


def append(previous: str, entry: Mapping[str, Any]) -> str:
    """The hash of `entry` after the hash `previous`: 64 lower-case hex digits."""
    return canonical.sha256_hex({"entry": entry, "previous": previous})


def chain(entries: Iterable[Mapping[str, Any]], previous: str = GENESIS) -> tuple[Link, ...]:
    """The entries with their hashes, from `previous` on."""
    links = []
    for entry in entries:
        previous = append(previous, entry)
        links.append(Link(entry, previous))
    return tuple(links)


def head(links: tuple[Link, ...]) -> str:
    """The last hash; GENESIS of an empty chain."""
    return links[-1].hash if links else GENESIS


def verify(links: Iterable[Link], previous: str = GENESIS) -> int | None:
    """Where the chain breaks: the place of the first link whose hash is wrong, from 0; None if it holds."""
    for place, link in enumerate(links):
        if link.hash != append(previous, link.entry):
            return place
        previous = link.hash
    return None


def write(links: Iterable[Link]) -> bytes:
    """The chain as a file: one canonical line {"entry": …, "hash": …} per link."""
    return b"".join(canonical.write({"entry": link.entry, "hash": link.hash}) for link in links)


def read(content: bytes) -> tuple[Link, ...]:
    """The chain in a file, not yet verified. Raises NotCanonical, which names the line."""
    links = []
    for number, line in enumerate(content.splitlines(keepends=True), 1):
        try:
            value = canonical.read(line)
        except NotCanonical as error:
            raise NotCanonical(f"line {number}: {error}") from error
        match value:
            case {"entry": dict(entry), "hash": str(sealed)} if len(value) == 2:
                links.append(Link(entry, sealed))
            case _:
                raise NotCanonical(f"line {number}: a link is an entry and a hash, nothing else")
    return tuple(links)


def short_head(head: str) -> str:
    """The first 80 bits of a hash as 16 characters that can be read out and typed: the `H:…` of a digest."""
    bits = int(head, 16) >> 4 * len(head) - 5 * HEAD_CHARACTERS
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(HEAD_CHARACTERS)))


def is_head(typed: str, head: str) -> bool:
    """Does what an observer typed (short or in full, any case, O for 0, I or L for 1) name this head?"""
    short = typed.upper().removeprefix("H:").translate(_ALIKE)
    return short == short_head(head) or typed.strip().lower() == head
