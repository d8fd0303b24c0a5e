"""What is new in a USSD hit, how long a dialogue is remembered, and that a phone's turns wait for each other."""

import asyncio
import gc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ballots.model import PollId
from gateway import sessions
from gateway.home import Home
from gateway.sessions import REMEMBERED, Dialogue, Hit, MemorySessions, Sessions, Turnstile, advance
from gateway.store import dialogues
from gateway.store.dialogues import StoredSessions
from gateway.store.pooled import PostgresBooks
from handlers.messages import Session, UssdTurn

AT = datetime(2026, 5, 2, 9, 0, tzinfo=UTC)
SENDER = "+77000000001"
PHONE = b"p" * 16
STATE = Session("confirm", AT, area=7, poll=PollId(1), choices=(3, 5), page=1, back=("vote 2", "main 0"), notice="!")


def hit(path: str | None, key: str = "", session: str = "s1", hit_id: str = "") -> Hit:
    return Hit(session, SENDER, path, key, AT, hit_id)


def opening(hit_id: str) -> Hit:
    return Hit("s1", SENDER, None, "", AT, hit_id, opens=True)


def dialogue(path: str, state: Session | None = STATE, at: datetime = AT, hit: str = "") -> Dialogue:
    return Dialogue("s1", path, "screen", state, at, hit)


def turn(key: str, *, first: bool, session: str = "s1") -> UssdTurn:
    return UssdTurn(session, SENDER, key, first=first, at=AT)


@pytest.mark.parametrize(
    ("before", "new", "expected"),
    [
        pytest.param(None, hit(""), turn("", first=True), id="the first hit"),
        pytest.param(None, hit("7*3"), turn("7*3", first=True), id="a direct dial"),
        pytest.param(None, hit("1*2*1"), turn("1*2*1", first=True), id="a session that we lost"),
        pytest.param(dialogue(""), hit(""), None, id="the first hit again"),
        pytest.param(dialogue(""), hit("1"), turn("1", first=False), id="the first key"),
        pytest.param(dialogue("1"), hit("1*3"), turn("3", first=False), id="the next key"),
        pytest.param(dialogue("7*3"), hit("7*3*1"), turn("1", first=False), id="a key after a direct dial"),
        pytest.param(dialogue("1*3"), hit("1*3"), None, id="a key again"),
        pytest.param(dialogue("1"), hit("1*3*1"), turn("3*1", first=False), id="a step that never came"),
        pytest.param(dialogue("1"), hit("1*"), turn("", first=False), id="an empty key"),
        pytest.param(dialogue("1"), hit("1*7*3"), turn("7*3", first=False), id="a star as a part of the key"),
        pytest.param(dialogue("1*3"), hit("1"), turn("1", first=True), id="a shorter way is a restart"),
        pytest.param(dialogue("1*3"), hit(""), turn("", first=True), id="no way is a restart"),
        pytest.param(dialogue("1*3"), hit("1*4"), turn("1*4", first=True), id="another way is a restart"),
        pytest.param(dialogue("1"), hit("12"), turn("12", first=True), id="a longer number is another way"),
        pytest.param(dialogue("1"), hit("1", session="s2"), turn("1", first=True, session="s2"), id="another session"),
        pytest.param(dialogue("7*3*1", None), hit("7*3*1"), None, id="the last hit again"),
        pytest.param(dialogue("", None), hit("7*3*1"), None, id="the last hit again where its keys were not kept"),
        pytest.param(dialogue("7*3*1", None), hit("7*3*1*1"), None, id="a key after the end"),
        pytest.param(dialogue("7*3*1", None), hit(""), turn("", first=True), id="a new beginning after the end"),
        pytest.param(dialogue("", hit="h1"), opening("h2"), turn("", first=True), id="dialled anew under a number used before"),
        pytest.param(dialogue("", hit="h1"), opening("h1"), None, id="the dialling again"),
        pytest.param(None, hit(None, "7*3"), turn("7*3", first=True), id="the first key, alone"),
        pytest.param(dialogue(""), hit(None, "1"), turn("1", first=False), id="a key, alone"),
        pytest.param(dialogue("", None), hit(None, "1"), turn("1", first=True), id="a key after the end, alone"),
        pytest.param(dialogue("", hit="h1"), hit(None, "1", hit_id="h1"), None, id="a key again, alone"),
        pytest.param(dialogue("", hit="h1"), hit(None, "1", hit_id="h2"), turn("1", first=False), id="the same key once more"),
        pytest.param(dialogue("", None, hit="h1"), hit(None, "1", hit_id="h1"), None, id="the last key again, alone"),
    ],
)  # fmt: skip
def test_what_is_new_in_a_hit(before: Dialogue | None, new: Hit, expected: UssdTurn | None) -> None:
    assert advance(before, new) == expected


@pytest.fixture(params=["memory", "postgresql"])
def kept(request: pytest.FixtureRequest) -> Iterator[tuple[Sessions, asyncio.Runner]]:
    """Both places where dialogues are kept."""
    with asyncio.Runner() as runner:
        if request.param == "memory":
            yield MemorySessions(), runner
            return
        home: Home = request.getfixturevalue("postgresql_home")
        books = PostgresBooks(home.store.url.set(drivername="postgresql").render_as_string(hide_password=False))
        yield StoredSessions(books), runner
        runner.run(books.close())


def test_a_dialogue_comes_back_as_it_was(kept: tuple[Sessions, asyncio.Runner]) -> None:
    place, runner = kept
    runner.run(place.put(PHONE, dialogue("7*3")))

    assert runner.run(place.get(PHONE, AT)) == dialogue("7*3")
    assert runner.run(place.get(b"q" * 16, AT)) is None


def test_a_newer_dialogue_takes_the_place_of_the_older(kept: tuple[Sessions, asyncio.Runner]) -> None:
    place, runner = kept
    runner.run(place.put(PHONE, dialogue("")))
    runner.run(place.put(PHONE, dialogue("1*3")))

    assert runner.run(place.get(PHONE, AT)) == dialogue("1*3")


def test_a_dialogue_is_forgotten_after_a_while(kept: tuple[Sessions, asyncio.Runner]) -> None:
    place, runner = kept
    runner.run(place.put(PHONE, dialogue("1")))

    assert runner.run(place.get(PHONE, AT + REMEMBERED - timedelta(microseconds=1))) == dialogue("1")
    assert runner.run(place.get(PHONE, AT + REMEMBERED)) is None
    assert runner.run(place.get(PHONE, AT - timedelta(hours=1))) == dialogue("1")


def test_a_dialogue_that_ended_keeps_no_choice_on_disk(postgresql_home: Home) -> None:
    with postgresql_home.store.transaction() as tx:
        dialogues._put(tx, PHONE, dialogue("7*113*1", None))
        ((content,),) = tx.rows("SELECT content FROM ussd_session")

    assert "113" not in content


def test_memory_forgets_what_is_old_and_never_holds_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "MOST", 3)
    place = MemorySessions()

    async def fill() -> list[bool]:
        for number in range(5):
            await place.put(b"%d" % number, dialogue(""))
        await place.put(b"9", dialogue("", at=AT + REMEMBERED * 2))
        return [await place.get(b"%d" % number, AT) is not None for number in (3, 4, 9)]

    assert asyncio.run(fill()) == [False, False, True]


def test_turns_of_one_phone_wait_for_each_other_and_those_of_others_do_not() -> None:
    turnstile, order = Turnstile(), []

    async def pass_through(phone: bytes, name: str) -> None:
        async with turnstile.of(phone):
            order.append(f"{name} in")
            await asyncio.sleep(0)
            order.append(f"{name} out")

    async def crowd() -> None:
        await asyncio.gather(pass_through(b"a", "1"), pass_through(b"a", "2"), pass_through(b"b", "3"))

    asyncio.run(crowd())
    gc.collect()

    assert order == ["1 in", "3 in", "1 out", "3 out", "2 in", "2 out"]
    assert not turnstile._locks
