"""A bulletin that is in order, every byte that could be changed in it, and what no bulletin can show."""

import random  # noqa: TID251 - seeded: the same flips in every run

import pytest

from ballots.bulletin import files
from ballots.bulletin.findings import Asked, State
from ballots.bulletin.phrases import LANGUAGES, tell
from ballots.bulletin.verifying import BEYOND, CHECKS, is_sound, verify
from ballots.ledger import short_head
from tests.ballots.bulletin.conftest import Closed
from tests.bulletins import of, resealed, wrong

FLIPS = 500
HOLD = {
    "files_hold",
    "signed",
    "chain_holds",
    "paper_holds",
    "batches_hold",
    "receipts_hold",
    "ballots_hold",
    "choices_hold",
    "tally_holds",
    "days_hold",
    "election_holds",
    "page_holds",
}


def test_a_bulletin_as_it_was_published_holds_in_every_check(closed: Closed) -> None:
    found = verify(closed.files)

    assert is_sound(found)
    assert set(of(found, State.HOLDS)) == HOLD
    assert set(of(found, State.UNKNOWN)) == {"key_alone", "head_alone", *BEYOND}


def test_the_key_of_the_poster_and_the_heads_of_observers_bind_it(closed: Closed) -> None:
    heads = tuple(short_head(day.head) for day in closed.whole.days)

    found = verify(closed.files, Asked(closed.home.keys.fingerprint, heads))

    assert is_sound(found)
    assert of(found, State.HOLDS).count("head_given") == 3
    assert set(of(found, State.UNKNOWN)) == set(BEYOND)


@pytest.mark.parametrize("spelling", [str.upper, lambda key: " ".join(key[i : i + 4] for i in range(0, 32, 4))])
def test_a_key_may_be_typed_as_it_is_printed(closed: Closed, spelling) -> None:
    assert wrong(closed.files, key=spelling(closed.home.keys.fingerprint)) == []
    assert wrong(closed.files, key=closed.whole.key) == []


def test_another_key_and_a_head_of_somewhere_else_are_named(closed: Closed) -> None:
    assert wrong(closed.files, key="0" * 32) == ["other_key"]
    assert wrong(closed.files, heads=("0" * 16,)) == ["other_head"]


def test_any_flipped_bit_is_found_and_its_file_is_named(closed: Closed) -> None:
    draw = random.Random(20261126)
    names = sorted(closed.files)
    missed = []
    for flip in range(FLIPS):
        name = names[flip % len(names)]
        content = bytearray(closed.files[name])
        place = draw.randrange(len(content))
        content[place] ^= 1 << draw.randrange(8)
        named = [
            finding.facts.values()
            for finding in verify({**closed.files, name: bytes(content)})
            if finding.state is State.WRONG
        ]
        if not any(name in facts for facts in named):
            missed.append((name, place))

    assert missed == []


@pytest.mark.parametrize("change", ["cut", "grown", "emptied", "removed"])
def test_a_file_that_is_cut_grown_emptied_or_removed_is_named(closed: Closed, change: str) -> None:
    for name, content in closed.files.items():
        changed = dict(closed.files)
        changed[name] = {"cut": content[:-1], "grown": content + b"\n", "emptied": b""}.get(change, content)
        if change == "removed":
            del changed[name]
        if changed == closed.files:
            continue  # an empty file cannot be emptied

        found = [finding for finding in verify(changed) if finding.state is State.WRONG]

        assert any(name in finding.facts.values() for finding in found), name


def test_a_stray_file_is_said_and_breaks_nothing(closed: Closed) -> None:
    found = verify({**closed.files, "Thumbs.db": b"x"})

    assert is_sound(found)
    assert "stray_file" in of(found, State.UNKNOWN)


FREE = {files.ABOUT, files.DAYS, files.ELECTION}
"""In these a word may stand that no other file tells: the program's version, a voter_id of election.pb."""


def test_a_signed_bulletin_of_another_shape_is_refused_and_breaks_nothing(closed: Closed) -> None:
    """Whoever holds the key may sign anything."""
    draw = random.Random(7)
    lists = [name for name in sorted(closed.files) if name.endswith((".json", ".jsonl", ".txt", ".pb", "audit.sig"))]
    names = [name for name in lists if name != files.KEY and not name.startswith("README")]
    for turn in range(300):
        name = names[turn % len(names)]
        content = closed.files[name]
        place = draw.randrange(len(content))
        spoilt = content[:place] + bytes([draw.choice(b'0123456789"{}[],:x\n')]) + content[place + 1 :]

        found = verify(resealed({**closed.files, name: spoilt}, closed.key))

        assert name in FREE or spoilt == content or not is_sound(found), (name, place)


def test_every_check_says_its_findings_in_every_language(closed: Closed) -> None:
    for language in LANGUAGES:
        for finding in verify(closed.files):
            assert "{" not in tell(language, finding)
    assert len(CHECKS) == len(set(CHECKS.values()))
