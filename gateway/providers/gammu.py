"""A GSM modem behind gammu-smsd: its SQL inbox is polled, messages leave by its outbox. SMS only, no internet.

Tables and their columns: https://docs.gammu.org/smsd/tables.html, and what version 1.42 writes into them. The database
is ours and smsd's alone: what was read is deleted, because its rows hold phones beside texts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import (
    ColumnClause,
    Connection,
    column,
    delete,
    insert,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from gateway.providers.base import Fate, Fetched, FetchFailed, Found, Report, SendFailed
from gateway.providers.parts import Message, Part, join, read_header
from gateway.providers.reading import sms_text
from gateway.providers.repeats import Repeats
from gateway.providers.smsd import connect, instant, unsafe, words, zone_of
from gateway.settings import Settings
from handlers.messages import InboundSms
from handlers.segments import septets, split_sms

log = structlog.get_logger(__name__)

NAME = "gammu"
CREATOR = "dauys "  # and our own id: so a message that is in the outbox already is known again
AT_ONCE = 500  # rows of one look
HOPE = timedelta(hours=76)  # for a report: longer than our own outbox hopes for one
SILENT = timedelta(minutes=5)  # without a word of smsd, which writes every half a minute
LONG_AGO: ColumnClause[str] = literal_column("'2000-01-01 00:00:00'")  # due at once, whatever this box's clock says

_INBOX = table(
    "inbox", *map(column, ("ID", "ReceivingDateTime", "SenderNumber", "Coding", "UDH", "Text", "TextDecoded"))
)
_OUTBOX = table(
    "outbox",
    *map(column, ("ID", "DestinationNumber", "TextDecoded", "CreatorID", "Coding", "UDH", "MultiPart")),
    *map(column, ("DeliveryReport", "SendingDateTime", "SendingTimeOut")),
)
_MORE = table("outbox_multipart", *map(column, ("ID", "SequencePosition", "TextDecoded", "Coding", "UDH")))
_SENT = table("sentitems", *map(column, ("ID", "CreatorID", "Status", "SendingDateTime", "Text", "TextDecoded")))
_PHONES = table("phones", column("TimeOut"))

WAITING = ("SendingOK", "DeliveryPending")  # a delivery report may come: smsd needs the row
FATES: tuple[tuple[str, Fate], ...] = (  # of the parts of a message the first one found decides
    ("SendingError", Fate.UNSENT),  # no network, no credit, no modem
    ("Error", Fate.UNSENT),
    ("DeliveryFailed", Fate.DEAD),
    ("DeliveryUnknown", Fate.UNDER_WAY),  # no more will come of these two
    ("SendingOKNoReport", Fate.UNDER_WAY),
    ("DeliveryOK", Fate.DELIVERED),
)


class Gammu:
    """One database of one gammu-smsd."""

    name = NAME

    def __init__(self, settings: Settings) -> None:
        ours = settings.providers.gammu
        self.rate = ours.rate
        self.every = ours.look_every
        self._patience = timedelta(seconds=ours.part_wait)
        self._zone = ZoneInfo(ours.time_zone) if ours.time_zone else settings.gateway.zone
        self._engine = connect(ours.database)
        self._repeats = Repeats()
        self._silent = False
        self._waiting: dict[int, datetime] = {}  # first row of a message in parts -> since when

    def fetch(self, cursor: str, at: datetime) -> Fetched:
        """Messages that are whole, or wait in vain for a part; what has become of those sent."""
        try:
            with self._engine.begin() as connection:
                rows = connection.execute(select(_INBOX).order_by(_INBOX.c.ID).limit(AT_ONCE)).all()
                found = (*self._messages(tuple(map(self._part, rows)), at), *_reports(connection))
                self._listen(connection, at)
        except SQLAlchemyError as error:
            raise FetchFailed(words(error)) from error
        if not found:  # a vote that can be read must not wait for a database that cannot be written
            self._tidy(at)
        return Fetched(found, cursor, more=len(rows) == AT_ONCE and bool(found))

    def forget(self, found: Sequence[Found]) -> None:
        """Delete rows of the inbox, and of what was sent. If that fails they are found again, under the same ids."""
        taken = [row for one in found if isinstance(one.what, InboundSms) for row in one.rows]
        told = [row for one in found if isinstance(one.what, Report) for row in one.rows]
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(_INBOX).where(_INBOX.c.ID.in_(taken)))
                connection.execute(delete(_SENT).where(_SENT.c.ID.in_(told)))
        except SQLAlchemyError as error:
            raise FetchFailed(words(error)) from error

    def send(self, recipient: str, text: str, ours: str) -> str:
        """Put it into smsd's outbox, unless it is there or has left already: safe to be called again."""
        creator = CREATOR + ours
        try:
            with self._engine.begin() as connection:
                known = (select(some.c.ID).where(some.c.CreatorID == creator) for some in (_OUTBOX, _SENT))
                if not any(connection.execute(query).first() for query in known):
                    _put(connection, recipient, text, creator)
        except SQLAlchemyError as error:
            raise SendFailed(words(error)) from error
        return ours

    def _part(self, row: tuple[object, ...]) -> Part:
        number, received, sender, coding, udh, text, decoded = row
        return Part(
            row=int(str(number)),
            sender=str(sender),
            sent_at=instant(received, self._zone),
            header=read_header(str(udh or "")),
            text=_utf16("" if coding == "8bit" else str(text or ""), str(decoded or "")),
        )

    def _messages(self, parts: Sequence[Part], at: datetime) -> tuple[Found, ...]:
        joined = join(parts)
        lacking = {message.rows[0] for message in joined if not message.whole}
        self._waiting = {row: min(self._waiting.get(row, at), at) for row in lacking}
        due = (message for message in joined if message.whole or self._in_vain(message, at))
        return tuple(Found(self._inbound(message, at), tuple(message.rows)) for message in due)

    def _in_vain(self, message: Message, at: datetime) -> bool:
        return at - self._waiting[message.rows[0]] >= self._patience

    def _inbound(self, message: Message, at: datetime) -> InboundSms:
        """Its id is the operator's second and the row: the same when it is read again, another in a new database.

        Half a message holds no text: it may have said anything, and must not vote. Should its other half come when
        the first is answered but could not be deleted, the whole has an id of its own.
        """
        own = f"{message.sent_at}#{min(message.rows)}"
        if not message.whole:
            return InboundSms(NAME, f"half {own}", message.sender, "", "", at, message.sent_at)
        read = InboundSms(NAME, own, message.sender, "", sms_text(message.text), at, message.sent_at)
        return replace(read, id=self._repeats.first(read))

    def _tidy(self, at: datetime) -> None:
        """What has left needs its number for a report, but not its text; and no number without hope of one."""
        waiting = _SENT.c.CreatorID.startswith(CREATOR) & _SENT.c.Status.in_(WAITING)
        try:
            with self._engine.begin() as connection:
                ago = (at - HOPE).astimezone(zone_of(connection, self._zone))
                before: ColumnClause[str] = literal_column(f"'{ago:%Y-%m-%d %H:%M:%S}'")
                told = connection.scalars(select(_SENT.c.ID).where(waiting, _SENT.c.TextDecoded != "").limit(AT_ONCE))
                if rows := told.all():
                    connection.execute(update(_SENT).where(_SENT.c.ID.in_(rows)).values(Text="", TextDecoded=""))
                old = connection.scalars(select(_SENT.c.ID).where(waiting, _SENT.c.SendingDateTime < before))
                if rows := old.all():
                    connection.execute(delete(_SENT).where(_SENT.c.ID.in_(rows)))
        except SQLAlchemyError as error:
            raise FetchFailed(words(error)) from error

    def heard(self, at: datetime) -> datetime | None:
        """When smsd last said that it is there; None: never. Raises FetchFailed."""
        try:
            with self._engine.connect() as connection:
                return self._heard(connection, at)
        except SQLAlchemyError as error:
            raise FetchFailed(words(error)) from error

    def unsafe(self) -> tuple[str, ...]:
        """Tables that a power cut may damage. Raises FetchFailed."""
        try:
            with self._engine.connect() as connection:
                return unsafe(connection)
        except SQLAlchemyError as error:
            raise FetchFailed(words(error)) from error

    def _heard(self, connection: Connection, at: datetime) -> datetime | None:
        zone = zone_of(connection, self._zone)
        return max((instant(seen, zone) or at for (seen,) in connection.execute(select(_PHONES))), default=None)

    def _listen(self, connection: Connection, at: datetime) -> None:
        """Tell, once per change, when smsd is not there, or writes another zone's time than we read."""
        last = self._heard(connection, at)
        silent = last is None or abs(at - last) > SILENT
        if silent and not self._silent:
            log.warning("gammu-smsd is silent, or keeps the time of another zone", last=str(last or "never"))
        elif self._silent and not silent:
            log.info("gammu-smsd is heard again")
        self._silent = silent


def make(settings: Settings) -> Gammu | None:
    """The modem of the settings, if it is enabled. Raises BadSettings."""
    return Gammu(settings) if settings.providers.gammu.enabled else None


def _reports(connection: Connection) -> tuple[Found, ...]:
    """Of messages none of whose parts waits any more."""
    settled = _SENT.c.CreatorID.startswith(CREATOR) & _SENT.c.Status.not_in(WAITING)
    some = connection.scalars(select(_SENT.c.ID).where(settled).distinct().order_by(_SENT.c.ID).limit(AT_ONCE)).all()
    rows = connection.execute(select(_SENT.c.ID, _SENT.c.CreatorID, _SENT.c.Status).where(_SENT.c.ID.in_(some))).all()
    statuses: dict[tuple[int, str], set[str]] = {}
    for row, creator, status in rows:
        statuses.setdefault((row, creator), set()).add(status)
    return tuple(
        Found(Report(creator.removeprefix(CREATOR), fate, word), (row,))
        for (row, creator), words in statuses.items()
        for word, fate in _fate(words)
    )


def _fate(words: set[str]) -> tuple[tuple[str, Fate], ...]:
    """The status that decides, none while a part waits: one that failed needs no other."""
    decides = next(((word, fate) for word, fate in FATES if word in words), None)
    if decides is None or (decides[1] is not Fate.UNSENT and words & set(WAITING)):
        return ()
    return (decides,)


def _put(connection: Connection, recipient: str, text: str, creator: str) -> None:
    """One row, and one in another table for each further part. smsd sees all of them at once, or none."""
    parts = split_sms(text)
    coding = "Unicode_No_Compression" if septets(text) is None else "Default_No_Compression"
    reference = int(creator.removeprefix(CREATOR)) & 0xFF
    headers = [f"050003{reference:02X}{len(parts):02X}{number:02X}" for number in range(1, len(parts) + 1)]
    first = {
        "DestinationNumber": recipient,
        "TextDecoded": parts[0],
        "CreatorID": creator,
        "Coding": coding,
        "UDH": headers[0] if len(parts) > 1 else "",
        "MultiPart": literal_column("'true'" if len(parts) > 1 else "'false'"),
        "DeliveryReport": "yes",
        "SendingDateTime": LONG_AGO,
        "SendingTimeOut": LONG_AGO,
    }
    connection.execute(insert(_OUTBOX).values(first))
    row = connection.scalars(select(_OUTBOX.c.ID).where(_OUTBOX.c.CreatorID == creator)).one()
    for position, (part, header) in enumerate(zip(parts[1:], headers[1:], strict=True), 2):
        more = {"ID": row, "SequencePosition": position, "TextDecoded": part, "Coding": coding, "UDH": header}
        connection.execute(insert(_MORE).values(more))


def _utf16(text: str, decoded: str) -> bytes:
    """smsd writes what a part says as UCS-2 in hex; `decoded`, for long messages, holds all of it in the first part."""
    try:
        return bytes.fromhex(text) or decoded.encode("utf-16-be", "replace")
    except ValueError:
        return decoded.encode("utf-16-be", "replace")
