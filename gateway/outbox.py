"""The outbox of a running gateway: sealed going in, opened when it leaves; every mark is durable when it returns."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ballots.model import Paper, PollId
from gateway.envelopes import open_choices
from gateway.keys import Keyring, Unreadable
from gateway.providers.base import Report
from gateway.retrying import Dead, Decision, Retry, Unknown
from gateway.store import counters, lines, reports
from gateway.store import outbox as rows
from gateway.store.engine import Tx
from gateway.store.lines import Down
from gateway.store.types import to_flat_json
from gateway.store.writer import Books, CannotCommit, OutcomeUnknown, Work
from handlers.messages import Outcome
from handlers.sms.acknowledging import acknowledgement

log = structlog.get_logger(__name__)

ABOUT = b"outbox"
SMS = "sms"
PapersByPoll = Callable[[PollId], Paper | None]


@dataclass(frozen=True, slots=True)
class Letter:
    """A message opened for sending. `content` is what its channel needs; an SMS has a `text`."""

    id: int
    recipient: str
    content: Mapping[str, str]
    tries: int  # this one included
    expires_at: datetime
    repeatable: bool


class Outbox:
    """What leaves, and what becomes of it."""

    def __init__(self, books: Books, keys: Keyring, paper_of: PapersByPoll = lambda _: None) -> None:
        self._books = books
        self._keys = keys
        self._paper_of = paper_of

    async def reported(self, provider: str, report: Report, at: datetime) -> None:
        """Keep a delivery report. Raises CannotCommit, OutcomeUnknown."""
        about = self._keys.phone_tag(report.phone) if report.phone else None
        await self._books.write(
            lambda tx: reports.report(tx, provider, report.provider_id, report.fate, report.detail, at, about)
        )

    async def claim(  # noqa: PLR0913 - one question
        self, provider: str, owner: str, *, now: datetime, lease: timedelta, limit: int, day: str, per_day: int
    ) -> list[Letter]:
        """Up to `limit` messages to send now. When `per_day` SMS have left on `day`, bulk waits."""

        def work(tx: Tx) -> tuple[list[rows.Claimed], int]:
            spent = counters.times(tx, "sent", SMS.encode(), day) >= per_day
            return rows.claim(tx, provider, owner, now, now + lease, limit, rows.BULK if spent else rows.BULK + 1)

        letters: list[Letter] = []
        while not letters and await self._books.read(lambda tx: rows.waits(tx, provider, now)):
            claimed, gone = await self._books.write(work)
            opened = [await self._opened(one) for one in claimed]
            letters = [letter for letter in opened if letter is not None]
            if not claimed and not gone:  # what waits is held back, or another process has it
                break
        return letters

    async def sent(self, provider: str, letter: Letter, provider_id: str, *, now: datetime, day: str) -> None:
        """The provider took it: a report will tell more."""

        def work(tx: Tx) -> None:
            reports.sent(tx, provider, letter.id, provider_id, now)
            counters.bump(tx, "sent", SMS.encode(), day)

        await self._keep(work)

    async def arrived(self, letter: Letter) -> None:
        """The receiver itself has confirmed it."""
        await self._keep(lambda tx: rows.mark_delivered(tx, letter.id))

    async def failed(self, letter: Letter, owner: str, decision: Decision, now: datetime) -> None:
        """It did not leave, or nobody knows."""
        match decision:
            case Retry(at, reason, doubtful):
                await self._keep(lambda tx: rows.retry_at(tx, letter.id, owner, at, reason, doubtful=doubtful))
            case Dead(reason):
                await self._keep(lambda tx: rows.mark_dead(tx, letter.id, reason))
            case Unknown(reason, provider_id):
                await self._keep(lambda tx: reports.missing(tx, letter.id, provider_id, reason, now))

    async def put_back(self, letter: Letter, owner: str) -> None:
        """Nobody tried to send it."""
        await self._keep(lambda tx: rows.put_back(tx, letter.id, owner))

    async def fail_over(self, line: str, to: str, now: datetime, *, replies: bool) -> int:
        """SMS that wait for a line and certainly did not leave go by another one; how many."""
        if not await self._books.read(lambda tx: rows.movable(tx, line, replies=replies)):
            return 0
        return await self._books.write(lambda tx: rows.fail_over(tx, line, to, now, replies=replies))

    async def down(self, line: str) -> Down | None:
        """Since when and why a line takes no messages; None if it does."""
        return await self._books.read(lambda tx: lines.of(tx, line))

    async def is_down(self, line: str, reason: str, now: datetime) -> None:
        """Tell the officials and all processes that a line takes no messages."""
        await self._keep(lambda tx: lines.down(tx, line, reason, now))

    async def is_up(self, line: str) -> None:
        """It works again."""
        await self._keep(lambda tx: lines.up(tx, line))

    async def _opened(self, claimed: rows.Claimed) -> Letter | None:
        try:
            return self._open(claimed)
        except Unreadable:
            log.exception("A message in the outbox is sealed under another key", id=claimed.id)
        await self._keep(lambda tx: rows.mark_dead(tx, claimed.id, "unreadable"))
        return None

    def _open(self, claimed: rows.Claimed) -> Letter:
        content: dict[str, str] = json.loads(self._keys.contacts.open(claimed.content, ABOUT))
        if claimed.ballot is not None:
            content["text"] = self._echo(claimed, content) or content["text"]
        return Letter(
            id=claimed.id,
            recipient=self._keys.contacts.open(claimed.recipient, ABOUT).decode(),
            content=content,
            tries=claimed.tries,
            expires_at=claimed.expires_at,
            repeatable=claimed.repeatable,
        )

    def _echo(self, claimed: rows.Claimed, content: Mapping[str, str]) -> str:
        """The sentence with the choice, while the envelope can be opened; else ''."""
        assert claimed.poll is not None
        assert claimed.tag is not None
        assert claimed.ballot is not None
        paper = self._paper_of(claimed.poll)
        if paper is None or not paper.echo:
            return ""
        try:
            choices, _ = open_choices(
                self._keys, claimed.poll, claimed.tag, claimed.ballot.batch, claimed.ballot.envelope
            )
        except Unreadable:  # mixed a moment ago: nobody can tell any more
            return ""
        return acknowledgement(paper, content["language"], choices, content["receipt"], Outcome(content["outcome"]))

    async def _keep(self, work: Work[None]) -> None:
        try:
            await self._books.write(work)
        except (CannotCommit, OutcomeUnknown) as error:
            log.error("What became of a message could not be kept: its lease runs out", reason=str(error))  # noqa: TRY400


def seal(keys: Keyring, recipient: str, content: Mapping[str, str]) -> tuple[bytes, bytes]:
    """Recipient and content as they lie in the outbox."""
    return keys.contacts.seal(recipient.encode(), ABOUT), keys.contacts.seal(to_flat_json(content).encode(), ABOUT)


def phone_tag_of(keys: Keyring, recipient: bytes) -> bytes | None:
    """Whom a sealed recipient names, as a tag; None if it is sealed under another key."""
    try:
        return keys.phone_tag(keys.contacts.open(recipient, ABOUT).decode())
    except Unreadable:
        return None
