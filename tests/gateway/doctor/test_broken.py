"""What is broken is found, and said with its mend."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from gateway import backup
from gateway.doctor.patient import Level
from gateway.home import Home
from gateway.store import lines, migrate, states
from tests.gateway.doctor.looking import BAD, NOW, OK, WARN, configure, found, sql
from tests.gateway.sending import put
from tests.gateway.store.villages import aul, opened
from tests.modem import Modem
from tests.servers import free_port


def _spoil_pages(home: Home) -> None:
    with closing(sqlite3.connect(home.path / "dauys.db")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    home.close()
    _write(home, 2 * 4096, b"\xa5" * 40 * 4096)


def _spoil_list_of_free_pages(home: Home) -> None:
    home.close()
    _write(home, 36, (7).to_bytes(4))  # "total number of freelist pages": https://www.sqlite.org/fileformat.html


def _write(home: Home, at: int, what: bytes) -> None:
    with (home.path / "dauys.db").open("r+b") as file:
        file.seek(at)
        file.write(what)


def _open_vote_without_its_key(home: Home) -> None:
    aul(home)
    paper = opened(home)
    (home.keys.folder / f"batch-{paper.poll}-1.key").unlink()


def _wrong_key(home: Home) -> None:
    (home.keys.folder / "master.key").write_bytes(os.urandom(32))


def _log_is_no_file(home: Home) -> None:
    home.close()
    (home.path / "dauys.db-wal").mkdir()


def _key_of_another(home: Home) -> None:
    """Only root gives files away; who is not root has root's."""
    key = home.keys.folder / "signing.key"
    if os.geteuid() == 0:
        os.chown(key, home.path.stat().st_uid + 1, -1)
    else:
        key.unlink()
        key.symlink_to("/etc/passwd")


def _kannel_on(home: Home, **changes: str) -> None:
    configure(home, **{f"providers__kannel__{name}": value for name, value in {"enabled": "true", **changes}.items()})


def _silent_modem(home: Home) -> None:
    modem = Modem(f"sqlite:///{home.path / 'sms.db'}").create()
    modem.run("INSERT INTO phones VALUES ('1', '2026-05-02 10:54:00')")  # the gateway's zone
    configure(home, providers__gammu__enabled="true", providers__gammu__database=f'"{modem.url}"')


BROKEN: dict[str, tuple[Callable[[Home], Any], str, Level, str]] = {
    "no config": (lambda h: (h.path / "config.toml").unlink(), "settings", BAD, "config.toml is missing"),
    "a config that is no TOML": (lambda h: (h.path / "config.toml").write_bytes(b"\xff["), "settings", BAD, "config.toml"),
    "an unknown setting": (lambda h: configure(h, port='"eight"'), "settings", BAD, "server.port"),
    "a config for all": (lambda h: (h.path / "config.toml").chmod(0o644), "settings", BAD, "others may read it (0644)"),
    "no database": (lambda h: (h.path / "dauys.db").unlink(), "database", BAD, "dauys.db is missing"),
    "no SQLite": (lambda h: (h.path / "dauys.db").write_bytes(b"x" * 9000), "database", BAD, "file is not a database"),
    "a database for all": (lambda h: (h.path / "dauys.db").chmod(0o640), "database", BAD, "others may read the database"),
    "a database that SQLite cannot open": (_log_is_no_file, "database", BAD, "unable to open database file"),
    "PostgreSQL is off": (
        lambda h: configure(h, database__url=f'"postgresql+psycopg://d@127.0.0.1:{free_port()}/d"'),
        "database",
        BAD,
        "PostgreSQL is not reached",
    ),
    "damaged pages": (_spoil_pages, "integrity", BAD, ""),
    "free pages that are not there": (_spoil_list_of_free_pages, "integrity", BAD, "the database is damaged: "),
    "orphans": (
        lambda h: _unchecked(h, "INSERT INTO roll VALUES (99, x'00', 99, 'roll')"),
        "integrity",
        BAD,
        "rows of roll miss what they refer to",
    ),
    "a newer database": (
        lambda h: sql(h, "UPDATE alembic_version SET version_num = '9999'"),
        "migrations",
        BAD,
        "newer version",
    ),
    "an older database": (
        lambda h: sql(h, "UPDATE alembic_version SET version_num = ?", migrate.revisions()[-2]),
        "migrations",
        BAD,
        "the database waits for a migration",
    ),
    "no ballast": (lambda h: (h.path / "ballast").unlink(), "disk", WARN, "there is no ballast"),
    "no keys": (lambda h: shutil.rmtree(h.path / "keys"), "keys", BAD, "keys/ is missing"),
    "a key is gone": (lambda h: (h.keys.folder / "round-1.key").unlink(), "keys", BAD, "keys are missing: round-1.key"),
    "a key for all": (lambda h: (h.keys.folder / "master.key").chmod(0o644), "keys", BAD, "others may read master.key (0644)"),
    "a folder of keys for all": (lambda h: h.keys.folder.chmod(0o755), "keys", BAD, "others may read keys (0755)"),
    "a key of another user": (_key_of_another, "keys", BAD, "signing.key belongs to another user than the home"),
    "half a key": (lambda h: os.truncate(h.keys.folder / "signing.key", 7), "keys", BAD, "signing.key is no whole key"),
    "another home's key": (_wrong_key, "keys", BAD, "keys of another database: master.key"),
    "a batch without its key": (_open_vote_without_its_key, "keys", BAD, "batch-1-1.key is missing"),
    "never exported": (lambda h: sql(h, "DELETE FROM gateway_state WHERE key = ?", states.EXPORTED), "key export", BAD, "never"),
    "a new round": (
        lambda h: sql(h, "INSERT INTO round (id, label, created_at) VALUES (2, '2027', 0)"),
        "key export",
        BAD,
        "not in the last export of the keys: round-2.key",
    ),
    "never backed up": (lambda h: sql(h, "DELETE FROM gateway_state WHERE key = 'backup'"), "backup", BAD, "no backup yet"),
    "a backup of a clock that ran ahead": (
        lambda h: backup.make(h, h.backups / "two.db", NOW.replace(year=2036)),
        "backup",
        BAD,
        "dated 2036-05-02 06:00 UTC, which is still to come",
    ),
    "a zone that nobody knows": (lambda h: configure(h, time_zone='"Asia/Atlantis"'), "clock", BAD, "is not known here"),
    "a clock that went back": (
        lambda h: sql(h, "INSERT INTO gateway_state VALUES ('clock', ?)", "1790000000000000"),
        "clock",
        BAD,
        "the clock is in doubt (it stepped back)",
    ),
    "TLS is missing": (lambda h: configure(h, public_url='"http://votes.example.kz"'), "network", BAD, "in the clear"),
    "open to the network": (lambda h: configure(h, host='"0.0.0.0"'), "network", BAD, "listens on 0.0.0.0 without TLS"),
    "open to the network behind a proxy": (
        lambda h: configure(h, host='"0.0.0.0"', public_url='"https://127.0.0.1:1"'),
        "network",
        WARN,
        "listens on 0.0.0.0 without TLS",
    ),
    "the console is on": (
        lambda h: configure(h, public_url='"https://127.0.0.1:1"'),
        "network",
        BAD,
        "speaks as any phone",
    ),
    "never served": (
        lambda h: sql(h, "DELETE FROM gateway_state WHERE key = ?", states.ADDRESS),
        "gateway",
        WARN,
        "this home was never served",
    ),
    "not served now": (
        lambda h: sql(h, "INSERT INTO gateway_state VALUES ('address', ?)", f"http://127.0.0.1:{free_port()}"),
        "gateway",
        WARN,
        "nobody answers on http://127.0.0.1:",
    ),
    "no address for the providers": (
        lambda h: configure(h, public_url='""'),
        "hooks",
        WARN,
        "server.public_url is not set: whether africastalking reaches us is not known",
    ),
    "an address that leads nowhere": (
        lambda h: configure(h, public_url='"https://127.0.0.1:1"'),
        "hooks",
        BAD,
        "is not reached from here",
    ),
    "no provider": (
        lambda h: configure(h, providers__africastalking__enabled="false", providers__console__enabled="false"),
        "hooks",
        WARN,
        "no phone can vote",
    ),
    "Africa's Talking without a key": (
        lambda h: configure(h, providers__africastalking__api_key='""'),
        "providers",
        WARN,
        "Africa's Talking: no api_key",
    ),
    "Kannel without a password": (lambda h: _kannel_on(h, password='""'), "providers", WARN, "Kannel: no password"),
    "Kannel is off": (
        lambda h: _kannel_on(h, password='"p"', sendsms_url=f'"http://127.0.0.1:{free_port()}"'),
        "providers",
        BAD,
        "Kannel's smsbox is not reached",
    ),
    "a modem that is silent": (_silent_modem, "providers", BAD, "gammu-smsd was last heard at 2026-05-02 05:54 UTC"),
    "an account that refuses": (
        lambda h: _down(h, "405 InsufficientBalance"),
        "outbox",
        BAD,
        "africastalking takes no message since 3 h: 405",
    ),
    "messages that wait": (lambda h: put(h, due_at=NOW - timedelta(hours=30)), "outbox", WARN, "the oldest for 30 h"),
    "messages that died": (
        lambda h: sql(h, "UPDATE outbox SET state = 'dead' WHERE id = ?", put(h)),
        "outbox",
        WARN,
        "1 messages of console will never leave",
    ),
}  # fmt: skip


def _down(home: Home, reason: str) -> None:
    with home.store.transaction() as tx:
        lines.down(tx, "africastalking", reason, NOW - timedelta(hours=3))


def _unchecked(home: Home, statement: str) -> None:
    with closing(sqlite3.connect(home.path / "dauys.db")) as raw, raw:
        raw.execute(statement)


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_said_with_its_mend(home: Home, what: str) -> None:
    spoil, check, level, says = BROKEN[what]
    spoil(home)
    told = found(home.path)

    matching = [finding for name, finding in told if name == check and finding.level is level and says in finding.says]
    assert matching, told
    assert all(finding.mend for _, finding in told if finding.level is not OK)
    assert all("Traceback" not in finding.says for _, finding in told)
