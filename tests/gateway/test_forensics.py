"""Whoever gets hold of the box after the mix finds no phone, nobody's choice, and not the order of voting.

A village votes by SMS and USSD; then everything that lies anywhere is searched, with every key that is left. The same
search must find something as soon as the sort, the sealing or the end of the key is taken out.
"""

from collections.abc import Iterable

import pytest

from ballots.bulletin.verifying import is_sound, verify
from ballots.casting import write_plaintext
from ballots.model import Choices, PollId
from gateway import acting, mixing
from gateway.keys import Keyring
from tests.gateway.field import Field
from tests.gateway.forensics import files_of, keys_that_open, phones_in, search
from tests.gateway.store.villages import aul, opened
from tests.gateway.witness import A_DAY, MIN, Village, live, phone_of


def test_nothing_tells_who_chose_what_after_the_mix(field: Field, caplog: pytest.LogCaptureFixture) -> None:
    village = live(field)

    assert len(village.chose) == 2 * A_DAY + 16
    assert len(village.seen) > 2 * A_DAY + 24
    assert len(field.rows("SELECT 1 FROM batch WHERE size >= ?", MIN)) == 6
    assert search(village) == set()
    for files in village.published.values():
        assert is_sound(verify(files))
    assert "unconfirmed" in [finding.phrase for finding in verify(village.published[village.eight.poll])]
    for paper in (village.seven, village.eight):
        expected: dict[Choices, int] = {(choice,): 1 for choice in village.chose.values() if choice in paper.by_number}
        assert field.votes(paper) == expected
    assert not [number for number in village.chose if number[2:] in caplog.text]


def test_a_copy_from_before_the_mix_holds_envelopes_that_no_key_opens(sqlite_field: Field) -> None:
    village = live(sqlite_field)
    copy = (sqlite_field.home.backups / "by-hand-1.db").read_bytes()

    assert len([envelope for envelope in village.seen if envelope in copy]) >= A_DAY
    assert set(keys_that_open(village)) == set()


def test_the_search_notices_when_ballots_are_not_sorted_by_lot(
    sqlite_field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_the_order_of_voting(_randomness: object, choices: Iterable[Choices]) -> list[tuple[bytes, Choices]]:
        return [(b"%016d" % chosen[0], chosen) for chosen in sorted(choices)]

    monkeypatch.setattr(mixing, "_anonymous", in_the_order_of_voting)

    assert search(live(sqlite_field)) == {
        "ballots in the order of voting",
        "published ballots in the order of voting",
    }


def test_the_search_notices_when_choices_are_not_sealed(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsealed(_keys: Keyring, _poll: PollId, _tag: bytes, _batch: int, choices: Choices, weight: int) -> bytes:
        return write_plaintext(choices, weight)

    monkeypatch.setattr(acting, "seal_choices", unsealed)

    found = search(live(field))

    if field.home.store.file is not None:
        assert {"an unsealed choice in dauys.db", "an old envelope in dauys.db"} <= found
    else:
        assert {
            "an unsealed choice in tables",
            "an old envelope in tables",
            "an unsealed choice in server/log",
        } <= found


def test_the_search_notices_when_keys_are_not_destroyed(sqlite_field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Keyring, "destroy_batch", lambda *_: True)

    assert search(live(sqlite_field)) == {"a key that opens an envelope"}


@pytest.mark.parametrize("spelling", ["+7{0}{1}{2}{3}", "8{0}{1}{2}{3}", "8 {0} {1}-{2}-{3}", "+7 {0} {1} {2} {3}"])
def test_the_search_notices_a_phone_number_wherever_it_lies(sqlite_field: Field, spelling: str) -> None:
    aul(sqlite_field.home)
    paper = opened(sqlite_field.home)
    number = phone_of(3)[2:]
    parts = number[:3], number[3:6], number[6:8], number[8:]
    (sqlite_field.home.exports / "list.csv").write_text(spelling.format(*parts), encoding="utf-16-le")
    village = Village(sqlite_field, paper, paper)

    assert set(phones_in(village, files_of(village))) == {"a phone number in exports/list.csv"}
