"""A modem's database as gammu-smsd 1.42 keeps it, without smsd: what it writes, and what it does with what we write."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import NullPool, create_engine, text

from handlers.messages import KAZAKHSTAN
from handlers.segments import septets, split_sms

SCHEMA = """
CREATE TABLE inbox ("UpdatedInDB" timestamp DEFAULT CURRENT_TIMESTAMP, "ReceivingDateTime" timestamp NOT NULL,
  "Text" text NOT NULL, "SenderNumber" varchar(20) NOT NULL, "Coding" varchar(255) NOT NULL, "UDH" text NOT NULL,
  "TextDecoded" text NOT NULL DEFAULT '', "ID" {serial});
CREATE TABLE outbox ("InsertIntoDB" timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "SendingDateTime" timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, "Text" text, "DestinationNumber" varchar(20) NOT NULL,
  "Coding" varchar(255) NOT NULL, "UDH" text, "TextDecoded" text NOT NULL, "ID" {serial},
  "MultiPart" {boolean} NOT NULL DEFAULT 'false', "SendingTimeOut" timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "DeliveryReport" varchar(10) DEFAULT 'default', "CreatorID" text NOT NULL);
CREATE TABLE outbox_multipart ("Text" text, "Coding" varchar(255) NOT NULL, "UDH" text, "TextDecoded" text,
  "ID" integer, "SequencePosition" integer NOT NULL, PRIMARY KEY ("ID", "SequencePosition"));
CREATE TABLE sentitems ("SendingDateTime" timestamp NOT NULL, "Text" text NOT NULL, "DestinationNumber" varchar(20) NOT NULL,
  "Coding" varchar(255) NOT NULL, "UDH" text NOT NULL, "TextDecoded" text NOT NULL, "ID" integer,
  "SequencePosition" integer NOT NULL, "Status" varchar(255) NOT NULL, "CreatorID" text NOT NULL,
  PRIMARY KEY ("ID", "SequencePosition"));
CREATE TABLE phones ("IMEI" varchar(35) PRIMARY KEY NOT NULL, "TimeOut" timestamp NOT NULL)
"""
WORDS = {
    "sqlite": {"serial": "INTEGER PRIMARY KEY AUTOINCREMENT", "boolean": "text"},
    "postgresql": {"serial": "serial PRIMARY KEY", "boolean": "boolean"},
}

QUOTES = {"init_command": "SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')"}  # MySQL reads "ID" as a text


class Sent(NamedTuple):
    """A part that left."""

    to: str
    text: str
    coding: str
    udh: str


class Modem:
    """The database of one smsd at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = create_engine(url, poolclass=NullPool, connect_args=QUOTES if url.startswith("mysql") else {})

    def create(self) -> "Modem":
        """Make its tables."""
        schema = SCHEMA.format(**WORDS[self._engine.dialect.name])
        with self._engine.begin() as connection:
            for statement in schema.split(";"):
                connection.execute(text(statement))
        return self

    def receives(self, phone: str, said: str, at: datetime, udh: str = "", *, decoded: str | None = None) -> None:
        """A row of the inbox; `decoded` of a long message is all of it in the first part and nothing in the others."""
        self.run(
            'INSERT INTO inbox ("ReceivingDateTime", "Text", "SenderNumber", "Coding", "UDH", "TextDecoded") '
            "VALUES (:at, :hex, :phone, :coding, :udh, :decoded)",
            at=f"{at.astimezone(KAZAKHSTAN):%Y-%m-%d %H:%M:%S}",
            hex=said.encode("utf-16-be", "surrogatepass").hex().upper(),
            phone=phone,
            coding=coding_of(said),
            udh=udh,
            decoded=said if decoded is None else decoded,
        )

    def hands_over(self, phone: str, said: str, at: datetime) -> None:
        """A message as its phone sends it, each part twice: a fault seen in the field."""
        for place, (part, udh) in enumerate(parts_of(said)):
            for _ in range(2):
                self.receives(phone, part, at, udh, decoded="" if place else said)

    def sends(self, status: str = "SendingOK", at: str = "2026-05-02 11:00:00") -> tuple[Sent, ...]:
        """What waits in the outbox leaves; all parts, the oldest message first."""
        rows = self.rows('SELECT "ID", "CreatorID", "DestinationNumber" FROM outbox ORDER BY "ID"')
        found: list[Sent] = []
        for number, creator, to in rows:
            parts = self.rows(
                'SELECT 1, "TextDecoded", "Coding", "UDH" FROM outbox WHERE "ID" = :row UNION ALL '
                'SELECT "SequencePosition", "TextDecoded", "Coding", "UDH" FROM outbox_multipart WHERE "ID" = :row ORDER BY 1',
                row=number,
            )
            for position, said, coding, udh in parts:
                found.append(Sent(to, said, coding, udh or ""))
                self.run(
                    "INSERT INTO sentitems VALUES (:at, :hex, :to, :coding, :udh, :said, :row, :position, :status, :creator)",
                    at=at,
                    hex=said.encode("utf-16-be").hex().upper(),
                    to=to,
                    coding=coding,
                    udh=udh or "",
                    said=said,
                    row=number,
                    position=position,
                    status=status,
                    creator=creator,
                )
            self.run('DELETE FROM outbox WHERE "ID" = :row', row=number)
            self.run('DELETE FROM outbox_multipart WHERE "ID" = :row', row=number)
        return tuple(found)

    def reports(self, status: str) -> None:
        """A delivery report came for all that wait for one."""
        self.run('UPDATE sentitems SET "Status" = :status WHERE "Status" = \'SendingOK\'', status=status)

    def run(self, sql: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(sql), values)

    def rows(self, sql: str, **values: Any) -> Sequence[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(sql), values)]

    def count(self, name: str) -> int:
        """Rows of a table."""
        return int(self.rows(f"SELECT count(*) FROM {name}")[0][0])


def coding_of(said: str) -> str:
    """In which alphabet a phone sends it."""
    return "Unicode_No_Compression" if septets(said) is None else "Default_No_Compression"


def parts_of(said: str, reference: int = 0x11) -> list[tuple[str, str]]:
    """The parts in which a phone sends it, each with its user data header."""
    parts = split_sms(said)
    if len(parts) == 1:
        return [(said, "")]
    return [(part, f"050003{reference:02X}{len(parts):02X}{number:02X}") for number, part in enumerate(parts, 1)]
