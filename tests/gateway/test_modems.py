"""The configuration that is printed for gammu-smsd."""

import configparser
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.errors import Unfit
from gateway.modems import Device, smsdrc

MODEM = Device("/dev/serial/by-id/usb-x", "at115200")


def read(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


BACKENDS = [
    (
        "sqlite:////srv/dauys/sms.db",
        {"driver": "sqlite3", "database": "sms.db", "dbdir": "/srv/dauys"},
        "sqlite3 /srv/dauys/sms.db < /usr/share/doc/gammu-smsd/examples/sqlite.sql",
    ),
    (
        "postgresql+psycopg://aul:p%40ss@db:5433/sms",
        {"driver": "native_pgsql", "database": "sms", "host": "db:5433", "user": "aul", "password": "p@ss"},
        "psql sms < /usr/share/doc/gammu-smsd/examples/pgsql.sql",
    ),
    (
        "postgresql+psycopg://dauys@/sms?host=/run/postgresql",
        {"driver": "native_pgsql", "database": "sms", "host": "/run/postgresql", "user": "dauys"},
        "psql sms < /usr/share/doc/gammu-smsd/examples/pgsql.sql",
    ),
    (
        "mysql+pymysql://aul@/sms",
        {"driver": "native_mysql", "database": "sms", "host": "localhost", "user": "aul"},
        "sed s/MyISAM/InnoDB/ /usr/share/doc/gammu-smsd/examples/mysql.sql | mysql sms",
    ),
]


@pytest.mark.parametrize(("url", "expected", "creation"), BACKENDS)
def test_a_database_is_the_one_of_the_settings(url: str, expected: dict[str, str], creation: str) -> None:
    text = smsdrc(url, MODEM)

    smsd = read(text)["smsd"]
    keys = ("driver", "database", "dbdir", "host", "user", "password")
    assert {key: smsd[key] for key in keys if key in smsd} == expected
    assert f"#   {creation}\n" in text


def test_a_modem_is_named_and_nothing_is_logged_about_villagers() -> None:
    found = read(smsdrc("sqlite:////srv/dauys/sms.db", MODEM))

    assert found["gammu"] == {"device": MODEM.path, "connection": "at115200", "logformat": "nothing"}
    assert found["smsd"]["debuglevel"] == "0"
    assert "logfile" not in found["smsd"]
    assert int(found["smsd"]["deliveryreportdelay"]) == 3 * 24 * 3600


def test_a_log_is_kept_where_somebody_looks_for_a_fault() -> None:
    found = read(smsdrc("sqlite:////srv/dauys/sms.db", replace(MODEM, log="/run/smsd.log")))

    assert found["smsd"]["logfile"] == "/run/smsd.log"


def test_the_unit_of_the_docs_keeps_nothing_that_the_daemon_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "box-with-modem.md").read_text(encoding="utf-8")

    assert "\nStandardOutput=null\nStandardError=null\n" in page


@pytest.mark.parametrize("url", ["no address", "oracle://host/name"])
def test_a_database_that_smsd_cannot_use_is_refused(url: str) -> None:
    with pytest.raises(Unfit, match=r"providers\.gammu\.database"):
        smsdrc(url, MODEM)
