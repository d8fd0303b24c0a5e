"""What a provider has for us is taken once, and forgotten there only when it is durable here."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from ballots.model import Paper, Standing
from gateway.home import Home
from gateway.polling import CURSOR, Polling
from gateway.providers.base import Fate, Fetched, FetchFailed, Found, Report
from gateway.providers.gammu import Gammu
from gateway.sender import Line, Sender
from gateway.settings import Settings
from gateway.store import states
from gateway.store.writer import CannotCommit
from handlers.messages import InboundSms
from tests.gateway.field import VOTING, Field, phone
from tests.gateway.sending import NOW, put, row
from tests.gateway.store.villages import aul, opened
from tests.modem import Modem

VOTER = phone(1)


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def modem(tmp_path: Path) -> Modem:
    return Modem(f"sqlite:///{tmp_path / 'sms.db'}").create()


@pytest.fixture
def paper(field: Field) -> Paper:
    return village(field)


def village(field: Field) -> Paper:
    """An aul with an open vote and five phones on its roll."""
    aul(field.home)
    field.enrol(*(phone(number) for number in range(1, 6)))
    return opened(field.home)


def provider(modem: Modem, **more: object) -> Gammu:
    """As a process makes it at its start: it remembers nothing."""
    return Gammu(Settings(providers={"gammu": {"enabled": True, "database": modem.url, "look_every": 0.01, **more}}))


def polling(field: Field, owner: str = "one") -> Polling:
    return Polling(
        field.books,
        field.conversation,
        field.outbox,
        owner=owner,
        clock=lambda: field.now,
        randomness=bytes,  # zeros: no waiting longer than a provider wants
    )


def replies(field: Field) -> int:
    (found,) = field.rows("SELECT count(*) FROM outbox WHERE provider = 'gammu'")
    return int(found[0])


@dataclass
class Post:
    """A provider that has what a test puts there; it counts how often it is asked."""

    name: str = "gammu"
    rate: float = 0.0
    every: float = 0.01
    waiting: list[Found] = attribute(default_factory=list)
    cursors: list[str] = attribute(default_factory=list)
    forgotten: list[Found] = attribute(default_factory=list)

    def fetch(self, cursor: str, at: datetime) -> Fetched:
        self.cursors.append(cursor)
        return Fetched(tuple(self.waiting), f"c{len(self.cursors)}")

    def forget(self, found: Sequence[Found]) -> None:
        self.forgotten += found

    def send(self, recipient: str, text: str, ours: str) -> str:
        raise AssertionError("at a rate of 0 nothing is sent")


def text(id: str, sender: str = VOTER, said: str = "3") -> Found:  # noqa: A002
    return Found(InboundSms("gammu", id, sender, "", said, VOTING, VOTING))


def test_a_vote_counts_is_answered_and_is_gone_from_the_modem(field: Field, paper: Paper, modem: Modem) -> None:
    modem.receives(VOTER, "3", VOTING)

    field.run(polling(field).look(provider(modem)))

    assert field.choice(paper, VOTER) == (3,)
    assert (modem.count("inbox"), replies(field)) == (0, 1)


def test_after_a_kill_between_commit_and_delete_it_counts_once_and_is_answered_once(
    field: Field, paper: Paper, modem: Modem
) -> None:
    modem.receives(VOTER, "3", VOTING)
    modem.run("CREATE TRIGGER stays BEFORE DELETE ON inbox BEGIN SELECT RAISE(FAIL, 'the disk refuses'); END")
    with pytest.raises(FetchFailed, match="the disk refuses"):
        field.run(polling(field).look(provider(modem)))
    field.restart()
    modem.run("DROP TRIGGER stays")

    field.run(polling(field).look(provider(modem)))

    assert (modem.count("inbox"), replies(field)) == (0, 1)
    assert sum(field.votes(paper).values()) == 1
    field.invariants()


def test_a_delete_that_goes_on_failing_does_nothing_twice(sqlite_field: Field, modem: Modem) -> None:
    paper = village(sqlite_field)
    asked, mine = polling(sqlite_field), provider(modem)
    modem.run("CREATE TRIGGER stays BEFORE DELETE ON inbox BEGIN SELECT RAISE(FAIL, 'the disk refuses'); END")
    modem.receives(VOTER, "3", VOTING)
    for _ in range(5):
        with pytest.raises(FetchFailed):
            sqlite_field.run(asked.look(mine))

    modem.receives(phone(2), "2", VOTING)
    with pytest.raises(FetchFailed):
        sqlite_field.run(asked.look(mine))

    assert (replies(sqlite_field), sum(sqlite_field.votes(paper).values())) == (2, 2)


def test_what_cannot_be_committed_stays_there(sqlite_home: Home, modem: Modem) -> None:
    field = Field(sqlite_home, patience=0.01)
    paper = village(field)
    modem.receives(VOTER, "3", VOTING)
    assert field.home.store.file is not None
    other = sqlite3.connect(field.home.store.file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CannotCommit):
        field.run(polling(field).look(provider(modem)))
    assert modem.count("inbox") == 1
    other.execute("ROLLBACK")
    other.close()

    field.run(polling(field).look(provider(modem)))

    assert (modem.count("inbox"), field.choice(paper, VOTER)) == (0, (3,))
    field.close()


def test_one_that_fails_keeps_no_other_from_being_taken(sqlite_field: Field) -> None:
    paper = village(sqlite_field)
    broken = Found(Report("7", "no fate", object()))  # type: ignore[arg-type] - the database refuses this detail
    post = Post(waiting=[text("1"), broken, text("2", phone(2))])

    with pytest.raises(Exception, match="binding"):
        sqlite_field.run(polling(sqlite_field).look(post))

    assert sum(sqlite_field.votes(paper).values()) == 2
    assert post.forgotten == [post.waiting[0], post.waiting[2]]
    assert cursor(sqlite_field) is None


def test_the_cursor_goes_on_where_it_was_also_in_another_process(field: Field, paper: Paper) -> None:
    post = Post(waiting=[text("1")])
    field.run(polling(field).look(post))
    field.restart()

    field.run(polling(field, "two").look(post))

    assert (post.cursors, cursor(field)) == (["", "c1"], "c2")
    assert (replies(field), sum(field.votes(paper).values())) == (1, 1)


def test_a_cursor_that_was_lost_counts_nothing_twice(field: Field, paper: Paper) -> None:
    post = Post(waiting=[text("1"), text("2", phone(2))])
    field.run(polling(field).look(post))
    with field.home.store.transaction() as tx:
        tx.run("DELETE FROM gateway_state WHERE key = ?", CURSOR + "gammu")

    field.run(polling(field).look(post))

    assert (replies(field), sum(field.votes(paper).values())) == (2, 2)


def test_a_report_settles_its_message(field: Field, modem: Modem) -> None:
    message = put(field.home, provider="gammu")
    mine = provider(modem)
    drain(field, mine)

    modem.sends("DeliveryOK")
    field.run(polling(field).look(mine))

    assert row(field.home, message, "recipient", "content") == ("delivered", None, None)
    assert modem.count("sentitems") == 0


def test_a_message_that_never_left_is_sent_again_later_each_time(field: Field, modem: Modem) -> None:
    message = put(field.home, provider="gammu")
    mine = provider(modem)
    waited: list[timedelta] = []
    field.now = NOW
    for _ in range(7):
        assert drain(field, mine) == 1
        assert len(modem.sends("SendingError")) == 1
        field.run(polling(field).look(mine))
        state, due = row(field.home, message, "due_at")
        assert state == "due"
        waited.append(timedelta(microseconds=due - round(field.now.timestamp() * 1e6)))
        assert drain(field, mine) == 0
        field.now += waited[-1]

    assert waited == [timedelta(minutes=minutes) for minutes in (2, 4, 8, 16, 32, 60, 60)]
    assert drain(field, mine) == 1
    modem.sends("DeliveryOK")
    field.run(polling(field).look(mine))
    assert row(field.home, message)[0] == "delivered"


def test_an_unsent_message_whose_recipient_was_forgotten_stays_so(field: Field) -> None:
    message = put(field.home, provider="gammu")
    with field.home.store.transaction() as tx:
        tx.run("UPDATE outbox SET state = 'unknown', recipient = NULL, provider_id = 'x' WHERE id = ?", message)

    field.run(field.outbox.reported("gammu", Report("x", Fate.UNSENT), NOW))

    assert row(field.home, message)[0] == "unknown"


def test_a_failure_is_told_once_and_the_asking_goes_on(sqlite_field: Field, tmp_path: Path) -> None:
    paper = village(sqlite_field)
    modem = Modem(f"sqlite:///{tmp_path / 'later.db'}")
    mine = provider(modem)
    asked = Counted(mine)

    async def outage() -> None:
        async with until_cancelled(polling(sqlite_field), asked):
            await met(lambda: asked.looks >= 5)
            modem.create()
            modem.receives(VOTER, "3", VOTING)
            await met(lambda: modem.count("inbox") == 0)
            looks = asked.looks
            await met(lambda: asked.looks >= looks + 2)

    with structlog.testing.capture_logs() as logs:
        sqlite_field.run(outage())

    told = [(entry["log_level"], entry["event"]) for entry in logs if entry.get("provider") == "gammu"]
    assert told[0] == ("error", "A provider cannot be asked; what it has for us stays there")
    assert told[-1] == ("info", "A provider can be asked again")
    assert len(told) <= 3  # the tables appear one by one
    assert sqlite_field.standing(paper, VOTER) == (Standing.PENDING, "sms")
    assert VOTER not in str(logs)


def test_a_bug_of_ours_is_told_once_and_ends_nothing(sqlite_field: Field) -> None:
    post = Post(waiting=[Found(Report("7", "no fate", object()))])  # type: ignore[arg-type]

    async def some_looks() -> None:
        async with until_cancelled(polling(sqlite_field), post):
            await met(lambda: len(post.cursors) >= 5)

    with structlog.testing.capture_logs() as logs:
        sqlite_field.run(some_looks())

    assert [entry["event"] for entry in logs if entry.get("exc_info")] == ["A look at a provider failed inside"]


def test_of_several_processes_one_asks_until_it_dies(postgresql_home: Home) -> None:
    field = Field(postgresql_home)
    first, second = Post(), Post()

    async def both() -> None:
        async with until_cancelled(polling(field, "one"), first, alone=False):
            await met(lambda: len(first.cursors) >= 2)
            async with until_cancelled(polling(field, "two"), second, alone=False):
                seen = len(first.cursors)
                await met(lambda: len(first.cursors) >= seen + 5)
        assert second.cursors == []
        field.now += timedelta(minutes=2)
        async with until_cancelled(polling(field, "two"), second, alone=False):
            await met(lambda: len(second.cursors) >= 1)

    field.run(both())
    field.close()


@dataclass
class Counted:
    """A provider whose looks are counted."""

    inner: Gammu
    looks: int = 0

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def rate(self) -> float:
        return self.inner.rate

    @property
    def every(self) -> float:
        return self.inner.every

    def fetch(self, cursor: str, at: datetime) -> Fetched:
        self.looks += 1
        return self.inner.fetch(cursor, at)

    def forget(self, found: Sequence[Found]) -> None:
        self.inner.forget(found)

    def send(self, recipient: str, text: str, ours: str) -> str:
        return self.inner.send(recipient, text, ours)


class until_cancelled:  # noqa: N801 - read as a word
    """The loop of one provider, as long as the block lasts."""

    def __init__(self, asked: Polling, mine: Post | Counted, *, alone: bool = True) -> None:
        self._work = asked.run((mine,), alone=alone)

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._work)

    async def __aexit__(self, *_: object) -> None:
        assert not self._task.done()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


async def met(condition: Callable[[], bool]) -> None:
    """Wait for it, ten seconds at most."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - files and counters wake nobody
            await asyncio.sleep(0.005)


def cursor(field: Field) -> str | None:
    with field.home.store.reading() as tx:
        return states.get(tx, CURSOR + "gammu")


def drain(field: Field, mine: Gammu) -> int:
    line = Line("gammu", 1000.0, lambda letter: mine.send(letter.recipient, letter.content["text"], str(letter.id)))
    sender = Sender(
        field.outbox,
        (line,),
        owner="test",
        clock=lambda: field.now,
        randomness=os.urandom,
        zone=field.home.settings.gateway.zone,
        sms_per_day=1000,
    )
    return field.run(sender.drain())
