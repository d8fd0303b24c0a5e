"""`dauys backup`, `restore`, `epoch`, `keys import`: what they say, and what they refuse."""

import os
import shutil
from pathlib import Path

import pytest

from gateway.home import open_home
from gateway.store import states
from tests.gateway.cli.commands import Dauys, ran
from tests.gateway.sending import put

PASSPHRASE = "a sentence that nobody guesses"


@pytest.fixture(autouse=True)
def _passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUYS_PASSPHRASE", PASSPHRASE)


def test_a_backup_is_written_and_remembered(dauys: Dauys, tmp_path: Path) -> None:
    said = dauys("backup", tmp_path / "copy.db").out

    assert "whole" in said
    assert "keys export" in said
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        assert states.get(tx, states.BACKUP) is not None
    home.close()


@pytest.mark.parametrize(
    ("file", "said"),
    [("nowhere/copy.db", "is the disk mounted"), ("home", "is a folder"), ("home/config.toml", "not overwritten")],
)
def test_a_backup_goes_nowhere_else(dauys: Dauys, tmp_path: Path, file: str, said: str) -> None:
    assert said in dauys("backup", tmp_path / file, code=1).err


def test_a_restore_tells_what_it_means(dauys: Dauys, tmp_path: Path) -> None:
    home = open_home(tmp_path / "home", os.urandom)
    put(home)
    put(home, channel="webhook", provider="webhook", dedupe="1")
    home.close()
    dauys("backup", tmp_path / "copy.db")
    done = dauys("restore", tmp_path / "copy.db")

    assert "Epoch 2 begins." in done.out
    assert "backups/before-restore-001" in done.out
    assert "1 messages by SMS or e-mail" in done.out
    assert "1 webhooks leave once more" in done.out
    assert "cannot be opened" not in done.out
    assert "The backup was made at" in done.err


def test_a_home_in_use_is_not_restored(dauys: Dauys, tmp_path: Path) -> None:
    dauys("backup", tmp_path / "copy.db")
    home = open_home(tmp_path / "home", os.urandom)

    assert "stop the gateway" in dauys("restore", tmp_path / "copy.db", code=1).err
    home.close()
    dauys("restore", tmp_path / "copy.db")


def test_a_new_home_grows_out_of_a_backup_and_the_keys(dauys: Dauys, tmp_path: Path) -> None:
    dauys("backup", tmp_path / "copy.db")
    dauys("keys", "export", tmp_path / "keys.out")
    new = tmp_path / "new"

    assert "--keys EXPORT" in ran("--home", new, "restore", tmp_path / "copy.db").err
    done = ran("--home", new, "restore", tmp_path / "copy.db", "--keys", tmp_path / "keys.out")
    assert done.code == 0
    assert "Keys from the export: master.key, round-1.key, signing.key." in done.out
    assert "the addresses of the hooks are the old ones" in done.out
    assert ran("--home", new, "info", "--json").json["hooks"] == dauys("info", "--json").json["hooks"]


def test_a_wrong_passphrase_is_a_sentence(dauys: Dauys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dauys("backup", tmp_path / "copy.db")
    dauys("keys", "export", tmp_path / "keys.out")
    monkeypatch.setenv("DAUYS_PASSPHRASE", "something else")
    done = ran("--home", tmp_path / "new", "restore", tmp_path / "copy.db", "--keys", tmp_path / "keys.out")

    assert "the passphrase does not open this export" in done.err
    assert not (tmp_path / "new" / "dauys.db").exists()


def test_missing_keys_come_back_from_their_export(dauys: Dauys, tmp_path: Path) -> None:
    dauys("keys", "export", tmp_path / "keys.out")
    shutil.rmtree(tmp_path / "home" / "keys")
    assert dauys("tally", 1, code=1).err.startswith("dauys: ")

    assert "master.key, round-1.key, signing.key" in dauys("keys", "import", tmp_path / "keys.out").out
    assert "here already" in dauys("keys", "import", tmp_path / "keys.out").out
    dauys("cycle", "list")


def test_keys_of_another_home_are_refused(dauys: Dauys, tmp_path: Path) -> None:
    ran("--home", tmp_path / "stranger", "init")
    ran("--home", tmp_path / "stranger", "keys", "export", tmp_path / "theirs")
    shutil.rmtree(tmp_path / "home" / "keys")
    refused = dauys("keys", "import", tmp_path / "theirs", code=1).err

    assert "belong to another database: master.key, signing.key, round-1.key" in refused
    assert not (tmp_path / "home" / "keys").exists()


def test_a_file_needs_no_word_of_an_epoch(dauys: Dauys) -> None:
    assert "dauys restore FILE" in dauys("epoch", code=1).err
