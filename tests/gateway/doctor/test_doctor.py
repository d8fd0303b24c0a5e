"""The doctor finds what is broken, says how to mend it, and breaks down itself on nothing."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway import backup, ballast
from gateway.app import Gateway, build
from gateway.doctor import CHECKS, examine, providers
from gateway.doctor.patient import Finding, Level, Patient
from gateway.doctor.providers import PROVIDER_CHECKS
from gateway.home import Home, open_home
from gateway.providers import PROVIDERS
from gateway.store import lines, states
from tests.gateway.cli.commands import ran
from tests.gateway.sending import put
from tests.gateway.store.villages import aul, opened
from tests.homes import Postgres
from tests.modem import Modem
from tests.servers import Answer, HttpServer, free_port

NOW = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)
OK, WARN, BAD = Level.OK, Level.WARN, Level.BAD


@pytest.fixture
def home(sqlite_home: Home) -> Home:
    """A home as a careful operator keeps it, not served now."""
    with sqlite_home.store.transaction() as tx:
        states.put(tx, states.EXPORTED, NOW.isoformat())
        states.put(tx, states.EXPORTED_KEYS, ",".join(sqlite_home.keys.names()))
    backup.make(sqlite_home, sqlite_home.backups / "one.db", NOW)
    assert ballast.lay(sqlite_home.path, sqlite_home.settings.database.ballast)
    (sqlite_home.path / "dauys.db").chmod(0o600)  # as the command's umask makes it
    return sqlite_home


def found(path: Path, now: datetime = NOW) -> list[tuple[str, Finding]]:
    return list(examine(Patient.of(path, now)))


def of(path: Path, check: str, now: datetime = NOW) -> list[tuple[Level, str]]:
    """What one check says."""
    return [(finding.level, finding.says) for name, finding in found(path, now) if name == check]


def configure(home: Home, **changes: str) -> None:
    """Lines of config.toml, replaced: `host = "…"` by host='…'. The first of that name, after a section if one is given."""
    config = home.path / "config.toml"
    text = config.read_text(encoding="utf-8")
    for name, value in changes.items():
        section, _, key = name.rpartition("__")
        start = text.index(f"[{section.replace('__', '.')}]") if section else 0
        at = text.index(f"\n{key} = ", start) + 1
        text = f"{text[:at]}{key} = {value}{text[text.index(chr(10), at) :]}"
    config.write_text(text, encoding="utf-8")


def sql(home: Home, statement: str, *params: object) -> None:
    with home.store.transaction() as tx:
        tx.run(statement, *params)


@pytest.fixture
def careful_postgresql_home(postgres: Postgres, postgresql_home: Home) -> Iterator[Home]:
    """On PostgreSQL as it is installed: other tests have it hurried."""
    postgres.hurry(on=False)
    yield postgresql_home
    postgres.hurry(on=True)


def test_a_home_in_order_has_nothing_bad(home: Home) -> None:
    assert [(name, finding) for name, finding in found(home.path) if finding.level is BAD] == []
    assert {name for name, _ in found(home.path)} == set(CHECKS)


def test_a_postgresql_that_does_not_wait_for_the_disk_is_bad(postgresql_home: Home) -> None:
    said = of(postgresql_home.path, "database")

    assert [(level, "fsync" in says) for level, says in said if level is BAD][:1] == [(BAD, True)]


def test_postgresql_is_looked_at_by_what_it_can_tell(careful_postgresql_home: Home) -> None:
    levels = {name: finding.level for name, finding in found(careful_postgresql_home.path)}

    assert levels["database"] is levels["migrations"] is levels["backup"] is levels["keys"] is OK
    assert "integrity" not in levels


# what is broken: a home, what is done to it, which check says what


def _spoil_pages(home: Home) -> None:
    with closing(sqlite3.connect(home.path / "dauys.db")) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    home.close()
    with (home.path / "dauys.db").open("r+b") as file:
        file.seek(2 * 4096)
        file.write(b"\xa5" * 40 * 4096)


def _open_vote_without_its_key(home: Home) -> None:
    aul(home)
    paper = opened(home)
    (home.keys.folder / f"batch-{paper.poll}-1.key").unlink()


def _wrong_key(home: Home) -> None:
    (home.keys.folder / "master.key").write_bytes(os.urandom(32))


BROKEN: dict[str, tuple[Callable[[Home], Any], str, Level, str]] = {
    "no config": (lambda h: (h.path / "config.toml").unlink(), "settings", BAD, "config.toml is missing"),
    "a config that is no TOML": (lambda h: (h.path / "config.toml").write_bytes(b"\xff["), "settings", BAD, "config.toml"),
    "an unknown setting": (lambda h: configure(h, port='"eight"'), "settings", BAD, "server.port"),
    "a config for all": (lambda h: (h.path / "config.toml").chmod(0o644), "settings", BAD, "others may read it (0644)"),
    "no database": (lambda h: (h.path / "dauys.db").unlink(), "database", BAD, "dauys.db is missing"),
    "no SQLite": (lambda h: (h.path / "dauys.db").write_bytes(b"x" * 9000), "database", BAD, "file is not a database"),
    "a database for all": (lambda h: (h.path / "dauys.db").chmod(0o640), "database", BAD, "others may read the database"),
    "damaged pages": (_spoil_pages, "integrity", BAD, ""),
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
    "no ballast": (lambda h: (h.path / "ballast").unlink(), "disk", WARN, "there is no ballast"),
    "no keys": (lambda h: shutil.rmtree(h.path / "keys"), "keys", BAD, "keys/ is missing"),
    "a key is gone": (lambda h: (h.keys.folder / "round-1.key").unlink(), "keys", BAD, "keys are missing: round-1.key"),
    "a key for all": (lambda h: (h.keys.folder / "master.key").chmod(0o644), "keys", BAD, "others may read master.key (0644)"),
    "a folder of keys for all": (lambda h: h.keys.folder.chmod(0o755), "keys", BAD, "others may read keys (0755)"),
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
    "the console is on": (
        lambda h: configure(h, public_url='"https://127.0.0.1:1"'),
        "network",
        BAD,
        "speaks as any phone",
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


@pytest.mark.parametrize(("hours", "level"), [(0, OK), (2, OK), (4, WARN), (23, WARN), (25, BAD)], ids=str)
def test_a_backup_grows_old(home: Home, hours: int, level: Level) -> None:
    assert [found[0] for found in of(home.path, "backup", NOW + timedelta(hours=hours))] == [level]


def test_a_backup_by_a_clock_that_is_ahead_by_seconds_is_new(home: Home) -> None:
    assert of(home.path, "backup", NOW - timedelta(seconds=30)) == [(OK, "the last backup is 0 min old")]


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


# what is asked over the network


@pytest.fixture
def api() -> Iterator[HttpServer]:
    """An account with money on it."""
    good = Answer(200, b'{"UserData": {"balance": "KZT 1785.50"}}')
    with HttpServer(lambda _request, _no: good) as server:
        yield server


def test_africas_talking_is_asked_for_the_account_with_its_key(home: Home, api: HttpServer) -> None:
    configure(
        home,
        providers__africastalking__api_key='"atsk_1"',
        providers__africastalking__base_url=f'"{api.url}"',
        providers__africastalking__username='"aul"',
    )

    assert (OK, "Africa's Talking knows us; balance KZT 1785.50") in of(home.path, "providers")
    (request,) = api.requests
    assert (request.method, request.path) == ("GET", "/version1/user?username=aul")
    assert request.headers["apikey"] == "atsk_1"


@pytest.mark.parametrize(
    ("answer", "level", "says"),
    [
        (Answer(401, b"The supplied authentication is invalid", "text/plain"), BAD, "does not know the user name"),
        (Answer(500, b"oops"), WARN, "answers 500"),
        (Answer(200, b"<html>"), WARN, "cannot be read"),
        (Answer(200, b'{"UserData": {"balance": "KZT 0.00"}}'), BAD, "the account is empty"),
        (Answer(200, b'{"UserData": {"balance": "none"}}'), OK, "balance none"),
        (Answer(200, b"[]"), WARN, "cannot be read"),
    ],
    ids=lambda value: str(getattr(value, "status", value))[:30],
)
def test_every_answer_of_africas_talking_is_understood(
    home: Home, api: HttpServer, answer: Answer, level: Level, says: str
) -> None:
    configure(
        home,
        providers__africastalking__api_key='"k"',
        providers__africastalking__base_url=f'"{api.url}"',
        providers__console__enabled="false",
    )
    api.answers.append(answer)

    ((found_level, said),) = of(home.path, "providers")
    assert found_level is level
    assert says in said


def test_a_provider_that_is_not_reached_is_a_warning(home: Home) -> None:
    configure(
        home,
        providers__africastalking__api_key='"k"',
        providers__africastalking__base_url=f'"http://127.0.0.1:{free_port()}"',
    )

    assert any(level is WARN and "is not reached" in said for level, said in of(home.path, "providers"))


def _kannel(home: Home, api: HttpServer) -> list[tuple[Level, str]]:
    configure(home, providers__africastalking__enabled="false", providers__console__enabled="false")
    configure(home, providers__kannel__enabled="true", providers__kannel__sendsms_url=f'"{api.url}/cgi-bin/sendsms"')
    return of(home.path, "providers")


@pytest.mark.parametrize(
    ("answer", "level", "says"),
    [
        (Answer(400, b"Missing receiver number, rejected"), OK, "takes our messages"),
        (Answer(403, b"Authorization failed for sendsms"), BAD, "does not know user and password"),
        (Answer(200, b"<html>"), BAD, "does not know user and password"),
    ],
    ids=["known", "unknown", "another program"],
)
def test_kannel_is_asked_without_a_message_leaving(
    home: Home, api: HttpServer, answer: Answer, level: Level, says: str
) -> None:
    api.answers.append(answer)

    ((found_level, said),) = _kannel(home, api)
    assert found_level is level
    assert says in said
    assert "to=" not in api.requests[0].path


def test_an_access_log_of_kannel_is_found(
    home: Home, api: HttpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "KANNEL_FOLDER", tmp_path)
    (tmp_path / "kannel.conf").write_text(
        "group = smsbox\n# access-log = /no\naccess-log = /var/log/kannel/access.log\n"
    )
    api.answers.append(Answer(400))

    assert any(level is BAD and "keeps an access log" in said for level, said in _kannel(home, api))


def _gammu(home: Home, modem: Modem) -> list[tuple[Level, str]]:
    configure(home, providers__africastalking__enabled="false", providers__console__enabled="false")
    configure(home, providers__gammu__enabled="true", providers__gammu__database=f'"{modem.url}"')
    return of(home.path, "providers")


def test_gammu_s_database_is_looked_at(home: Home, tmp_path: Path) -> None:
    modem = Modem(f"sqlite:///{tmp_path / 'sms.db'}").create()
    (tmp_path / "sms.db").chmod(0o604)
    never, open_to_all = _gammu(home, modem)
    modem.run("INSERT INTO phones VALUES ('1', '2026-05-02 11:00:20')")  # the gateway's zone
    (tmp_path / "sms.db").chmod(0o660)

    assert never == (BAD, "gammu-smsd was never heard")
    assert open_to_all[0] is BAD
    assert of(home.path, "providers") == [(OK, "gammu-smsd is heard")]


def test_gammu_without_its_database_is_said(home: Home, tmp_path: Path) -> None:
    ((level, said),) = _gammu(home, Modem(f"sqlite:///{tmp_path / 'missing.db'}"))

    assert (level, "cannot be looked at" in said) == (BAD, True)


def test_every_check_of_a_provider_names_one() -> None:
    assert set(PROVIDER_CHECKS) <= set(PROVIDERS)


def test_another_program_on_our_port_is_told_apart(home: Home, api: HttpServer) -> None:
    sql(home, "INSERT INTO gateway_state VALUES ('address', ?)", api.url)

    ((level, said),) = of(home.path, "gateway")
    assert (level, "another gateway or program" in said) == (BAD, True)


def test_a_proxy_that_leads_elsewhere_is_told(home: Home, api: HttpServer) -> None:
    configure(home, public_url=f'"{api.url}"')

    assert any(level is BAD and "does not lead to this gateway" in said for level, said in of(home.path, "hooks"))


@pytest.fixture
def served(home: Home) -> Iterator[str]:
    """The address of the real gateway of this home, in a thread."""
    from threading import Thread  # noqa: PLC0415

    import uvicorn  # noqa: PLC0415 - only here

    mine = open_home(home.path, os.urandom)
    gateway: Gateway = build(mine, lambda: NOW)
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(gateway, host="127.0.0.1", port=port, log_config=None, access_log=False))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    mine.close()


def test_a_served_home_is_reached_by_its_address_and_by_its_hooks(home: Home, served: str) -> None:
    sql(home, "INSERT INTO gateway_state VALUES ('address', ?)", served)
    configure(home, public_url=f'"{served}"')

    assert of(home.path, "gateway") == [(OK, f"the gateway answers on {served}")]
    assert of(home.path, "hooks") == [(OK, f"{served}/hooks/africastalking leads to this gateway")]
