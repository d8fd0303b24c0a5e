"""A home is made once, with keys that nobody else reads, and opened with clear words when something is missing."""

import os
from pathlib import Path

import pytest

from gateway.home import BadHome, Home, create_home, open_home
from gateway.settings import BadSettings
from gateway.store import rounds, states
from tests.homes import MADE


def test_a_new_home_has_all_its_parts(home: Home) -> None:
    files = {path.name for path in home.path.iterdir()}
    assert {"config.toml", "keys", "exports", "backups"} <= files
    assert ("dauys.db" in files) == (home.store.dialect == "sqlite")
    with home.store.reading() as tx:
        assert len(states.instance(tx)) == 32
        assert states.catalogue_version(tx) == 0
        assert [known.label for known in rounds.every(tx)] == ["2026"]


def test_keys_and_settings_are_for_the_owner_only(sqlite_home: Home) -> None:
    keys = sqlite_home.path / "keys"

    assert keys.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in keys.iterdir()} == {"master.key", "signing.key", "round-1.key"}
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}
    assert (sqlite_home.path / "config.toml").stat().st_mode & 0o777 == 0o600


def test_defaults_take_hooks_and_call_nobody(sqlite_home: Home) -> None:
    providers = sqlite_home.settings.providers

    assert providers.africastalking.enabled
    assert providers.console.enabled
    assert providers.africastalking.api_key == ""
    secrets = {
        providers.africastalking.secret,
        providers.kannel.secret,
        providers.kannel.password,
        providers.console.secret,
    }
    assert len(secrets) == 4


def test_a_home_is_not_made_twice(sqlite_home: Home) -> None:
    before = (sqlite_home.path / "config.toml").read_bytes()

    with pytest.raises(BadHome, match="already"):
        create_home(sqlite_home.path, os.urandom, MADE)
    assert (sqlite_home.path / "config.toml").read_bytes() == before


def test_a_failed_beginning_may_be_repeated(tmp_path: Path) -> None:
    with pytest.raises(BadHome, match="does not answer"):
        create_home(tmp_path, os.urandom, MADE, values={"database.url": "postgresql+psycopg://nobody@127.0.0.1:1/none"})

    create_home(tmp_path, os.urandom, MADE).close()


def test_a_folder_without_settings_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="init"):
        open_home(tmp_path, os.urandom)


def test_a_missing_key_is_named(sqlite_home: Home) -> None:
    (sqlite_home.path / "keys" / "master.key").unlink()

    with pytest.raises(BadHome, match=r"master\.key"):
        open_home(sqlite_home.path, os.urandom)


def test_a_missing_database_is_not_replaced_by_an_empty_one(sqlite_home: Home) -> None:
    sqlite_home.close()
    (sqlite_home.path / "dauys.db").unlink()

    with pytest.raises(BadHome, match="restore"):
        open_home(sqlite_home.path, os.urandom, migrating=True)
    assert not (sqlite_home.path / "dauys.db").exists()
