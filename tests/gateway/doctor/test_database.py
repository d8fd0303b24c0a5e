"""The database's settings, as they are read back."""

import pytest

from gateway.doctor import database
from gateway.home import Home
from gateway.store.engine import PRAGMAS
from tests.gateway.doctor.looking import BAD, OK, WARN, found, of


def test_a_postgresql_that_does_not_wait_for_the_disk_is_bad(postgresql_home: Home) -> None:
    said = of(postgresql_home.path, "database")

    assert [(level, "fsync" in says) for level, says in said if level is BAD][:1] == [(BAD, True)]


def test_postgresql_is_looked_at_by_what_it_can_tell(careful_postgresql_home: Home) -> None:
    levels = {name: finding.level for name, finding in found(careful_postgresql_home.path)}

    assert levels["database"] is levels["migrations"] is levels["backup"] is levels["keys"] is OK
    assert "integrity" not in levels


def test_an_old_postgresql_is_said(careful_postgresql_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST", 99)

    assert [level for level, _ in of(careful_postgresql_home.path, "database")] == [WARN]


def test_settings_that_sqlite_does_not_keep_are_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRAGMAS, "secure_delete", ("OFF", 1))
    told = [finding for name, finding in found(home.path) if name == "database"]

    assert [(one.level, "SQLite keeps secure_delete at 0, 1 is needed" in one.says) for one in told] == [(BAD, True)]
    assert "a disk of this box" in told[0].mend


def test_what_sqlite_refuses_is_mended_by_its_kind(home: Home) -> None:
    home.close()
    log = home.path / "dauys.db-wal"
    log.mkdir()
    assert "end what else holds dauys.db" in _mend(home)
    log.rmdir()
    (home.path / "dauys.db").write_bytes(b"x" * 9000)

    assert "dauys restore FILE" in _mend(home)


def _mend(home: Home) -> str:
    return next(finding.mend for name, finding in found(home.path) if name == "database")
