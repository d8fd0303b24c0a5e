"""An envelope says nothing by its length, and opens only for the poll, the voter and the batch it was sealed for."""

import os
from itertools import permutations
from pathlib import Path

import pytest

from ballots.casting import PLAINTEXT_BYTES, encode
from ballots.model import Choices, PollId
from gateway.envelopes import open_choices, seal_choices
from gateway.keys import Keyring, Unreadable

ALL: Choices = tuple(range(1, 128))
PLACES = [(PollId(poll), tag, batch) for poll in (1, 11) for tag in (b"a" * 16, b"b" * 16) for batch in (1, 2)]


@pytest.fixture
def keys(tmp_path: Path) -> Keyring:
    made = Keyring.create(tmp_path / "keys", os.urandom)
    for poll, _, batch in PLACES:
        made.new_batch(poll, batch)
    return made


@pytest.mark.parametrize("choices", [(), (1,), (127,), (3, 5, 99), ALL], ids=str)
def test_every_choice_comes_back_from_an_envelope_of_163_bytes(keys: Keyring, choices: Choices) -> None:
    envelope = seal_choices(keys, PollId(1), b"a" * 16, 1, choices, 2**64 - 1)

    assert len(envelope) == 163 == PLAINTEXT_BYTES + 12 + 16
    assert open_choices(keys, PollId(1), b"a" * 16, 1, envelope) == (choices, 2**64 - 1)
    assert encode(choices) not in envelope


def test_the_same_vote_sealed_twice_looks_different(keys: Keyring) -> None:
    twice = {seal_choices(keys, PollId(1), b"a" * 16, 1, (3,), 7) for _ in range(2)}

    assert len(twice) == 2


def test_no_envelope_opens_in_the_place_of_another(keys: Keyring) -> None:
    sealed = {place: seal_choices(keys, *place, (3,), 7) for place in PLACES}

    for place, other in permutations(PLACES, 2):
        with pytest.raises(Unreadable):
            open_choices(keys, *place, sealed[other])


def test_not_even_under_the_same_key(keys: Keyring) -> None:
    """What is said about an envelope binds it, too: with one key for all batches a swap would still be seen."""
    keys._batches = dict.fromkeys(((poll, batch) for poll, _, batch in PLACES), keys.contacts)

    test_no_envelope_opens_in_the_place_of_another(keys)


@pytest.mark.parametrize("place", [0, 11, 12, 80, 146, 162])
def test_a_flipped_bit_is_found(keys: Keyring, place: int) -> None:
    envelope = bytearray(seal_choices(keys, PollId(1), b"a" * 16, 1, (3,), 7))
    envelope[place] ^= 1

    with pytest.raises(Unreadable):
        open_choices(keys, PollId(1), b"a" * 16, 1, bytes(envelope))


@pytest.mark.parametrize("length", [0, 5, 12, 27, 162])
def test_an_envelope_that_was_cut_is_unreadable(keys: Keyring, length: int) -> None:
    envelope = seal_choices(keys, PollId(1), b"a" * 16, 1, (3,), 7)[:length]

    with pytest.raises(Unreadable):
        open_choices(keys, PollId(1), b"a" * 16, 1, envelope)


def test_a_box_that_holds_no_ballot_is_unreadable(keys: Keyring) -> None:
    envelope = keys.batch(PollId(1), 1).seal(b"no ballot", b"1|1|" + b"a" * 16)

    with pytest.raises(Unreadable):
        open_choices(keys, PollId(1), b"a" * 16, 1, envelope)


def test_without_its_key_an_envelope_is_unreadable(keys: Keyring) -> None:
    envelope = seal_choices(keys, PollId(1), b"a" * 16, 1, (3,), 7)
    keys.destroy_batch(PollId(1), 1)

    with pytest.raises(Unreadable):
        open_choices(keys, PollId(1), b"a" * 16, 1, envelope)
