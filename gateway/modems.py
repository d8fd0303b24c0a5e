"""The configuration of a gammu-smsd that serves this gateway: its database is ours, its log keeps no villager."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from gateway.errors import Unfit

EXAMPLES = "/usr/share/doc/gammu-smsd/examples"
DRIVERS = {"sqlite": "sqlite3", "postgresql": "native_pgsql", "mysql": "native_mysql"}


@dataclass(frozen=True, slots=True)
class Device:
    """What smsd talks to."""

    path: str
    connection: str  # at115200 for nearly every modem; 'none' for the phone that is only a folder
    log: str = ""  # a file, or syslog; '' = none


def smsdrc(database: str, device: Device) -> str:
    """A gammu-smsdrc for this database and this modem. Raises Unfit for a database that smsd cannot use."""
    url = _url(database)
    dummy = ["model = dummy"] if device.connection == "none" else []
    return "\n".join(
        (
            "# gammu-smsd for Dauys, as `dauys gammu-config` prints it.",
            "# Its database, once; the tables come with the package gammu-smsd:",
            f"#   {_creation(url)}",
            "",
            "[gammu]",
            f"device = {device.path}",
            f"connection = {device.connection}",
            *dummy,
            "logformat = nothing",
            "",
            "[smsd]",
            "service = sql",
            *_backend(url),
            "phoneid = dauys",
            *SMSD,
            "# No log: a statement that the database refuses is told there whole, with number and text.",
            *([f"logfile = {device.log}"] if device.log else ["# logfile = PATH    to find a fault; then delete it"]),
            "debuglevel = 0",
            "",
        )
    )


SMSD = (
    "# pin = 1234",
    "checksecurity = 0",
    "checkbattery = 0",
    "hangupcalls = 1",
    "# Seconds: between two looks at modem and database, for one answer, for one message to leave.",
    "loopsleep = 1",
    "receivefrequency = 2",
    "statusfrequency = 30",
    "commtimeout = 20",
    "sendtimeout = 30",
    "# The modem is addressed anew every quarter of an hour, and when it has failed three times.",
    "resetfrequency = 900",
    "maxretries = 1",
    "# Parts of a long message are handed over together, or after five minutes; then Dauys waits, too.",
    "multiparttimeout = 300",
    "# A report may come three days late, when the phone is switched on again.",
    "deliveryreport = log",
    "deliveryreportdelay = 259200",
    "# If reports come from another centre than messages leave by: skipsmscnumber = +7…",
)


def _url(database: str) -> URL:
    try:
        url = make_url(database)
    except ArgumentError as error:
        raise Unfit(f"providers.gammu.database: {error}") from error
    if url.get_backend_name() not in DRIVERS:
        raise Unfit(f"providers.gammu.database: gammu-smsd keeps its tables in {', '.join(DRIVERS)}")
    return url


def _creation(url: URL) -> str:
    match url.get_backend_name():
        case "sqlite":
            return f"sqlite3 {url.database} < {EXAMPLES}/sqlite.sql"
        case "postgresql":
            return f"psql {url.database} < {EXAMPLES}/pgsql.sql"
        case _:
            return f"sed s/MyISAM/InnoDB/ {EXAMPLES}/mysql.sql | mysql {url.database}"


def _backend(url: URL) -> tuple[str, ...]:
    driver = f"driver = {DRIVERS[url.get_backend_name()]}"
    if url.get_backend_name() == "sqlite":
        file = Path(url.database or "").absolute()
        return driver, f"database = {file.name}", f"dbdir = {file.parent}"
    port = f":{url.port}" if url.port else ""
    host = url.host or url.query.get("host", "localhost")  # a folder of sockets
    named = {"host": f"{host}{port}", "user": url.username, "password": url.password}
    return driver, f"database = {url.database}", *(f"{name} = {value}" for name, value in named.items() if value)
