"""Keys lie in files of their own, whole or not at all, for their owner only; what must go is overwritten."""

import os
from pathlib import Path

import pytest

from ballots.model import PollId
from gateway import keys
from gateway.keys import KeyMissing, Keyring, KeyTaken, Unreadable, open_export, place_keys

POLL = PollId(1)
PHONE = "+77001234567"


def ring(folder: Path) -> Keyring:
    return Keyring.create(folder / "keys", os.urandom)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_every_key_is_for_its_owner_only(tmp_path: Path) -> None:
    made = ring(tmp_path)
    made.new_round(1)
    made.new_batch(POLL, 1)

    assert made.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in made.folder.iterdir()} == {0o600}
    assert {path.stat().st_size for path in made.folder.iterdir()} == {32}
    assert names(made.folder) == {"master.key", "signing.key", "round-1.key", "batch-1-1.key"}


def test_a_folder_that_others_may_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)

    assert ring(tmp_path).folder.stat().st_mode & 0o777 == 0o700


def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    first = ring(tmp_path)
    first.new_round(1)
    first.new_batch(POLL, 1)
    before = {path: path.read_bytes() for path in first.folder.iterdir()}

    again = ring(tmp_path)
    again.new_round(1)
    again.new_batch(POLL, 1)

    assert before == {path: path.read_bytes() for path in first.folder.iterdir()}
    assert again.voter_tag(1, PHONE) == first.voter_tag(1, PHONE)


def test_of_two_processes_that_make_the_same_key_the_first_wins(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        for filling in (b"a", b"b"):
            keys._write(tmp_path / "batch-1-1.key", filling * 32)

    assert (tmp_path / "batch-1-1.key").read_bytes() == b"a" * 32
    assert names(tmp_path) == {"batch-1-1.key"}


def test_a_key_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (seen.append(names(tmp_path)), fsync(descriptor)))
    keys._write(tmp_path / "batch-1-1.key", b"k" * 32)

    assert seen == [{"batch-1-1.unfinished"}, {"batch-1-1.key"}]


def test_what_a_crash_left_of_a_key_hinders_nothing(tmp_path: Path) -> None:
    made = ring(tmp_path)
    (made.folder / "batch-1-1.unfinished").write_bytes(b"half")
    made.new_batch(POLL, 1)

    assert made.batch(POLL, 1).open(made.batch(POLL, 1).seal(b"choice")) == b"choice"
    assert names(made.folder) == {"master.key", "signing.key", "batch-1-1.key"}


def test_a_destroyed_key_is_overwritten_and_gone_from_disk_and_memory(tmp_path: Path) -> None:
    made = ring(tmp_path)
    made.new_batch(POLL, 1)
    sealed = made.batch(POLL, 1).seal(b"choice")
    held = tmp_path / "held"  # a second name of the same bytes on the disk
    held.hardlink_to(made.folder / "batch-1-1.key")

    assert made.destroy_batch(POLL, 1)
    assert held.read_bytes() == bytes(32)
    assert not (made.folder / "batch-1-1.key").exists()
    with pytest.raises(KeyMissing):
        made.batch(POLL, 1).open(sealed)
    assert not made.destroy_batch(POLL, 1)


def test_a_destroyed_round_leaves_tags_that_nobody_can_make_again(tmp_path: Path) -> None:
    made = ring(tmp_path)
    made.new_round(1)
    tag = made.voter_tag(1, PHONE)

    assert made.destroy_round(1)
    with pytest.raises(KeyMissing):
        made.voter_tag(1, PHONE)
    made.new_round(1)
    assert made.voter_tag(1, PHONE) != tag


def test_only_the_open_batches_stay_in_memory(tmp_path: Path) -> None:
    made = ring(tmp_path)
    for poll, no in ((1, 1), (1, 2), (2, 1)):
        made.new_batch(PollId(poll), no)
        made.batch(PollId(poll), no)
    made.keep_batches({PollId(1): 2})

    assert set(made._batches) == {(1, 2)}


def test_tags_differ_by_round_kind_and_identifier(tmp_path: Path) -> None:
    made = ring(tmp_path)
    made.new_round(1)
    made.new_round(2)
    tags = {
        made.voter_tag(1, PHONE),
        made.voter_tag(2, PHONE),
        made.voter_tag(1, "+77001234568"),
        made.voter_tag(1, PHONE, "slip"),
        made.phone_tag(PHONE),
    }

    assert len(tags) == 5
    assert {len(tag) for tag in tags} == {16}


def test_an_export_brings_back_all_but_the_batches(tmp_path: Path) -> None:
    made = ring(tmp_path)
    made.new_round(1)
    made.new_batch(POLL, 1)
    exported = made.export("correct horse", b"[settings]")
    opened = open_export(exported, "correct horse", os.urandom)

    assert opened.settings == b"[settings]"
    assert place_keys(opened.keys, tmp_path / "other") == [
        "master.key",
        "round-1.key",
        "signing.key",
    ]
    other = Keyring(tmp_path / "other", os.urandom)
    assert other.voter_tag(1, PHONE) == made.voter_tag(1, PHONE)
    assert other.fingerprint == made.fingerprint
    assert other.contacts.open(made.contacts.seal(b"x")) == b"x"
    assert {path.stat().st_mode & 0o777 for path in other.folder.iterdir()} == {0o600}
    secrets = [path.read_bytes() for path in made.folder.iterdir()]
    assert not [key for key in secrets if key in exported or key.hex().encode() in exported]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda exported: exported, id="wrong passphrase"),
        pytest.param(lambda exported: exported[:-1], id="cut off"),
        pytest.param(lambda exported: exported[:20], id="cut off in the salt"),
        pytest.param(lambda exported: exported[:-1] + bytes([exported[-1] ^ 1]), id="a flipped bit"),
        pytest.param(lambda exported: b"", id="empty"),
        pytest.param(lambda exported: b"PK" + exported, id="another file"),
    ],
)
def test_an_export_that_cannot_be_read_is_said(tmp_path: Path, spoil) -> None:
    exported = spoil(ring(tmp_path).export("correct horse"))

    with pytest.raises(Unreadable):
        open_export(exported, "correct house", os.urandom)


def test_an_import_replaces_no_key(tmp_path: Path) -> None:
    made, other = ring(tmp_path / "a"), ring(tmp_path / "b")
    before = (other.folder / "master.key").read_bytes()

    made.new_round(9)

    with pytest.raises(KeyTaken, match=r"master\.key, signing\.key"):
        place_keys(open_export(made.export("correct horse"), "correct horse", os.urandom).keys, other.folder)
    assert (other.folder / "master.key").read_bytes() == before
    assert names(other.folder) == {"master.key", "signing.key"}


def test_an_import_adds_what_is_missing(tmp_path: Path) -> None:
    made = ring(tmp_path)
    made.new_round(1)
    exported = open_export(made.export("correct horse"), "correct horse", os.urandom)
    (made.folder / "round-1.key").unlink()

    assert place_keys(exported.keys, made.folder) == ["round-1.key"]
    assert place_keys(exported.keys, made.folder) == []


def test_a_check_word_tells_keys_apart_and_nothing_else(tmp_path: Path) -> None:
    made = ring(tmp_path)

    assert made.check("master.key") == made.check("master.key") != made.check("signing.key")
    assert bytes.fromhex(made.check("master.key")) not in (made.folder / "master.key").read_bytes()


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    made = ring(tmp_path)
    (made.folder / "master.key").unlink()

    with pytest.raises(KeyMissing, match=r"keys/master\.key is missing"):
        Keyring(made.folder, os.urandom)
