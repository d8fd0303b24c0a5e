"""The doctor finds what is broken, says how to mend it, and breaks down itself on nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.doctor import CHECKS
from gateway.home import Home
from tests.gateway.cli.commands import ran
from tests.gateway.doctor.looking import BAD, NOW, found


def test_a_home_in_order_has_nothing_bad(home: Home) -> None:
    assert [(name, finding) for name, finding in found(home.path) if finding.level is BAD] == []
    assert {name for name, _ in found(home.path)} == set(CHECKS)


def test_an_empty_folder_is_looked_at_to_the_end(tmp_path: Path) -> None:
    assert {name for name, finding in found(tmp_path) if finding.level is BAD} >= {"settings", "database", "keys"}


def test_nothing_is_changed_by_looking(home: Home) -> None:
    home.close()
    before = {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file()}
    found(home.path)

    assert {path: path.read_bytes() for path in home.path.rglob("*") if path.is_file()} == before


# the command


def test_the_command_ends_with_1_when_something_is_bad(home: Home) -> None:
    assert ran("--home", home.path, "doctor").code == (1 if _is_old() else 0)
    (home.keys.folder / "master.key").chmod(0o644)
    told = ran("--home", home.path, "doctor")

    assert told.code == 1
    assert "bad   keys" in told.out
    assert f"-> chmod 600 {home.keys.folder / 'master.key'}" in told.out


def _is_old() -> bool:
    """Does the command's own clock find the backup too old?"""
    return datetime.now(UTC) - NOW > timedelta(days=1)


def test_json_is_one_document(home: Home) -> None:
    told = ran("--home", home.path, "doctor", "--json").json

    assert set(told) == {"ok", "warn", "bad", "findings"}
    assert {finding["check"] for finding in told["findings"]} == set(CHECKS)
    assert sum(told[level] for level in ("ok", "warn", "bad")) == len(told["findings"])
