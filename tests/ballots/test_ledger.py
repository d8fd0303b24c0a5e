from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import ledger
from ballots.errors import NotCanonical

ENTRIES = tuple({"act": act, "by": "akim", "at": f"2026-05-0{day}"} for day, act in enumerate(["open", "mix", "close"]))
CHAIN = ledger.chain(ENTRIES)
HEAD = "9f" * 32


def test_a_chain_holds_and_its_head_is_the_last_hash():
    assert ledger.verify(CHAIN) is None
    assert ledger.head(CHAIN) == CHAIN[-1].hash == ledger.append(CHAIN[1].hash, ENTRIES[2])


def test_an_empty_chain_holds_too():
    assert ledger.verify(()) is None
    assert ledger.head(()) == ledger.GENESIS


@pytest.mark.parametrize(
    ("links", "place"),
    [
        pytest.param((CHAIN[0], replace(CHAIN[1], entry=ENTRIES[0]), CHAIN[2]), 1, id="another entry"),
        pytest.param((CHAIN[0], replace(CHAIN[1], hash=CHAIN[0].hash), CHAIN[2]), 1, id="another hash"),
        pytest.param(CHAIN[1:], 0, id="the first taken out"),
        pytest.param((CHAIN[0], CHAIN[2]), 1, id="one taken out"),
        pytest.param((CHAIN[0], CHAIN[2], CHAIN[1]), 1, id="two exchanged"),
        pytest.param((*CHAIN, CHAIN[2]), 3, id="one put in"),
    ],
)
def test_a_broken_chain_says_where(links, place):
    assert ledger.verify(links) == place


def test_a_chain_can_be_continued_from_a_known_hash():
    assert ledger.verify(CHAIN[1:], previous=CHAIN[0].hash) is None


def test_a_chain_comes_back_from_its_file():
    assert ledger.read(ledger.write(CHAIN)) == CHAIN


@given(st.integers(0, len(ledger.write(CHAIN)) - 1), st.integers(1, 255))
def test_any_flipped_byte_is_found(place, flip):
    content = bytearray(ledger.write(CHAIN))
    content[place] ^= flip

    try:
        found = ledger.verify(ledger.read(bytes(content))) is not None
    except NotCanonical:
        found = True

    assert found


@pytest.mark.parametrize(
    "line",
    [b"[]\n", b'{"entry":{},"hash":"","more":1}\n', b'{"entry":1,"hash":""}\n'],
    ids=["a list", "more", "no entry"],
)
def test_a_line_that_is_no_link_is_named(line):
    with pytest.raises(NotCanonical, match="line 2"):
        ledger.read(ledger.write(CHAIN[:1]) + line)


def test_a_short_head_is_the_first_80_bits_in_letters_without_look_alikes():
    # Crockford's Base32 of 9f9f9f9f9f 9f9f9f9f9f, five bits each
    assert ledger.short_head(HEAD) == "KYFSZ7WZKYFSZ7WZ"
    assert ledger.short_head("0" * 64) == "0" * 16
    assert not set(ledger.ALPHABET) & set("ILOU")


@pytest.mark.parametrize(
    "typed",
    ["KYFSZ7WZKYFSZ7WZ", "H:KYFSZ7WZKYFSZ7WZ", "kyfs z7wz kyfs-z7wz", HEAD, HEAD.upper() + "\n"],
    ids=["short", "as in a digest", "spaced", "in full", "in capitals"],
)
def test_an_observer_may_type_a_head_in_many_ways(typed):
    assert ledger.is_head(typed, HEAD)


def test_look_alikes_are_read_as_meant():
    assert ledger.is_head("ooooooooooooooo0", "0" * 64)
    assert not ledger.is_head("KYFSZ7WZKYFSZ7WA", HEAD)
