"""A dialogue goes on in whichever process takes the next key, and leaves no choice behind."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ballots.model import PollId
from gateway import schedule
from gateway.app import open_books
from gateway.home import Home
from gateway.sessions import REMEMBERED, Dialogue
from gateway.store import dialogues
from gateway.store.dialogues import StoredSessions
from handlers.messages import Session

AT = datetime(2026, 5, 2, 9, 0, 0, 123456, tzinfo=UTC)
PHONE, OTHER = b"p" * 16, b"q" * 16
STATE = Session(
    screen="confirm",
    at=AT,
    area=7,
    poll=PollId(1),
    choices=(3, 5),
    page=2,
    changing=True,
    back=("vote 2", "main 0"),
    notice="№3?",
)
SHOWN = Dialogue("ATUid_1", "7*3", "№3 Көпір\n1 Иә 2 Жоқ", STATE, AT, "h1")


class Memory:
    """Two processes, one database."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.runner = asyncio.Runner()
        self.books = open_books(home), open_books(home)
        self.sessions = tuple(map(StoredSessions, self.books))

    def put(self, phone: bytes, dialogue: Dialogue, process: int = 0) -> None:
        self.runner.run(self.sessions[process].put(phone, dialogue))

    def get(self, phone: bytes, at: datetime, process: int = 1) -> Dialogue | None:
        return self.runner.run(self.sessions[process].get(phone, at))

    def close(self) -> None:
        for books in self.books:
            self.runner.run(books.close())
        self.runner.close()


@pytest.fixture
def memory(home: Home) -> Iterator[Memory]:
    opened = Memory(home)
    yield opened
    opened.close()


def test_another_process_goes_on_where_the_phone_stands(memory: Memory) -> None:
    memory.put(PHONE, SHOWN)

    assert memory.get(PHONE, AT) == SHOWN
    assert memory.get(OTHER, AT) is None


@pytest.mark.parametrize("state", [Session("main", AT), replace(STATE, poll=None, choices=(), back=())])
def test_any_state_comes_back_as_it_was(memory: Memory, state: Session) -> None:
    memory.put(PHONE, SHOWN)
    memory.put(PHONE, replace(SHOWN, state=state, path="7", at=AT + timedelta(seconds=9)))

    assert memory.get(PHONE, AT) == replace(SHOWN, state=state, path="7", at=AT + timedelta(seconds=9))


def test_a_dialogue_is_forgotten_after_a_while(memory: Memory) -> None:
    memory.put(PHONE, SHOWN)

    assert memory.get(PHONE, AT + REMEMBERED - timedelta(microseconds=1)) == SHOWN
    assert memory.get(PHONE, AT + REMEMBERED) is None


def test_an_ended_dialogue_keeps_its_last_screen_alone(memory: Memory) -> None:
    memory.put(PHONE, SHOWN)
    memory.put(PHONE, Dialogue("ATUid_1", "7*3*1", "Рахмет!", None, AT))
    with memory.home.store.reading() as tx:
        ((content,),) = tx.rows("SELECT content FROM ussd_session")

    found = memory.get(PHONE, AT)
    assert found is not None
    assert (found.session, found.shown, found.state) == ("ATUid_1", "Рахмет!", None)
    assert "choices" not in content
    assert "№3" not in content


def test_what_nobody_goes_on_with_is_removed(memory: Memory) -> None:
    memory.put(PHONE, SHOWN)
    memory.put(OTHER, replace(SHOWN, at=AT + timedelta(minutes=5)))
    with memory.home.store.transaction() as tx:
        assert dialogues.forget_old(tx, AT + REMEMBERED) == 0
    schedule.housekeep(memory.home, AT + REMEMBERED + timedelta(minutes=1))
    with memory.home.store.reading() as tx:
        assert [bytes(tag) for (tag,) in tx.rows("SELECT phone_tag FROM ussd_session")] == [OTHER]

    assert memory.get(OTHER, AT + timedelta(minutes=6)) is not None
