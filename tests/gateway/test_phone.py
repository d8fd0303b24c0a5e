import asyncio
import io
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl

import pytest

from ballots.receipts import LENGTH
from gateway.home import Home
from gateway.phone import WIDTH, Network, NoAnswer, Phone, Said, frame, header, record
from handlers.messages import KAZAKHSTAN
from tests.dialogues import read, show
from tests.elections import SMALL
from tests.served import Served, dauys
from tests.wire import HANG_UP, Wire, said, serving

T = TypeVar("T")

AT = datetime(2026, 5, 2, 4, 0, tzinfo=UTC)
NUMBER = "+77010000001"
SCREEN, MESSAGE, REMARK = "screen", "message", "remark"


class Gateway:
    """Answers as the console's hooks do."""

    def __init__(self, *screens: tuple[str, bool], messages: tuple[str, ...] = ()) -> None:
        self.screens, self.messages = list(screens), list(messages)
        self.calls: list[tuple[str, dict[str, str]]] = []

    async def __call__(self, target: str, body: bytes) -> bytes:
        what = target.partition("?")[0].rpartition("/")[2]
        if what == "inbox":
            waiting, self.messages = self.messages, []
            return said(json.dumps(waiting).encode())
        self.calls.append((what, dict(parse_qsl(body.decode(), keep_blank_values=True))))
        if what == "sms":
            return said(b"")
        text, ends = self.screens.pop(0)
        return said(json.dumps({"text": text, "ends": ends}).encode())


def used(gateway: Callable[[str, bytes], Awaitable[bytes | None]], *typed: str) -> list[tuple[Said, ...]]:
    """What a phone shows for each line typed."""

    async def use() -> list[tuple[Said, ...]]:
        async with serving(gateway) as wire:
            phone = _phone(wire)
            try:
                return [await phone.act(line) for line in typed]
            finally:
                phone.close()

    return asyncio.run(use())


def _phone(wire: Wire) -> Phone:
    numbers = iter(range(100))
    return Phone(
        NUMBER, Network(f"{wire.origin}/hooks/console/s"), lambda: AT, lambda n: bytes([next(numbers)] * n), 0.3
    )


def test_a_dial_begins_a_session_and_keys_follow_until_it_ends() -> None:
    gateway = Gateway(("main", False), ("list", False), ("Thank you", True))

    shown = used(gateway, "*384*44135#", "1", "3 5")

    assert [(one.text, one.kind) for (one,) in shown] == [("main", SCREEN), ("list", SCREEN), ("Thank you", SCREEN)]
    assert [(what, fields["key"]) for what, fields in gateway.calls] == [("ussd", ""), ("ussd", "1"), ("ussd", "3 5")]
    assert {("00" * 16, NUMBER)} == {(fields["session"], fields["from"]) for _, fields in gateway.calls}


def test_a_direct_dial_carries_its_rest() -> None:
    gateway = Gateway(("confirm", False), ("other", False))

    used(gateway, "*384*44135*7*3#", "*384*44135*8*1#")

    assert [fields["key"] for _, fields in gateway.calls] == ["7*3", "8*1"]
    assert len({fields["session"] for _, fields in gateway.calls}) == 2


def test_another_service_is_not_dialled() -> None:
    gateway = Gateway()

    ((shown,),) = used(gateway, "*384*441356#")

    assert shown.kind == REMARK
    assert gateway.calls == []


def test_after_hanging_up_a_text_is_a_message_again() -> None:
    gateway = Gateway(("main", False), messages=("Accepted",))

    shown = used(gateway, "*384*44135#", "#", "дауыс 3")

    assert [one.kind for (one,) in shown] == [SCREEN, REMARK, MESSAGE]
    assert gateway.calls[-1][1] == {
        "id": "02" * 16,
        "from": NUMBER,
        "to": "44135",
        "text": "дауыс 3",
        "date": "2026-05-02T04:00:00Z",
    }


def test_silence_is_told() -> None:
    assert [(Said("", "no reply", REMARK),)] == used(Gateway(), "3")


@pytest.mark.parametrize("answer", [HANG_UP, said(b"", 404), said(b"", 503)], ids=["gone", "404", "503"])
def test_a_gateway_that_takes_nothing_is_told(answer: bytes) -> None:
    async def answering(_target: str, _body: bytes) -> bytes:
        return answer

    with pytest.raises(NoAnswer):
        used(answering, "3")


def test_a_frame_holds_every_line() -> None:
    framed = frame(Said("SMS 44135", "Дауысыңыз қабылданды: №3 Ауылға су құбыры.\n\nТүбіртек 482 177 3529", MESSAGE))

    assert {WIDTH + 4} == {len(line) for line in framed.split("\n")}
    assert [line[0] for line in framed.split("\n")] == ["┌", "│", "│", "│", "│", "└"]


def test_a_record_is_a_transcript(tmp_path: Path) -> None:
    file = tmp_path / "t.txt"
    exchanges = [
        ("dials", "*384*44135#", (Said("", "1 Қазақша\n3 Русский", SCREEN),)),
        ("keys", "1", (Said("", "one\n\ntwo", SCREEN),)),
        ("hangs", "#", (Said("", "the dialogue was ended", REMARK),)),
        (">", "ТІЗІМ", (Said("", "1 Су құбыры\n2 Мектеп", MESSAGE),)),
        (">", "рахмет", (Said("", "no reply", REMARK),)),
    ]

    file.write_text(header(AT, KAZAKHSTAN) + "".join(record(NUMBER, *one) for one in exchanges), encoding="utf-8")

    assert file.read_text(encoding="utf-8") == show(read(file))
    assert [step.does for step in read(file)] == ["#", "at", "dials", "keys", ">", ">"]
    assert [step.said for step in read(file)] == [
        None,
        None,
        "1 Қазақша\n3 Русский",
        "one\n\ntwo",
        "1 Су құбыры\n2 Мектеп",
        "",
    ]


# the command, against a real server


@pytest.fixture
def served(sqlite_home: Home) -> Iterator[Served]:
    with Served(sqlite_home.path) as running:
        yield running


def test_a_dialogue_from_a_pipe_votes_and_is_recorded(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll, transcript = tmp_path / "roll.csv", tmp_path / "dialogue.txt"
    roll.write_text(f"phone\n{NUMBER}\n", encoding="utf-8")
    dauys(served.home, "load", "election", SMALL, "--aul", 7, "--open")
    dauys(served.home, "load", "roll", roll, "--cycle", 1)
    monkeypatch.setattr("sys.stdin", io.StringIO("*384*44135*7*3#\n1\n\nТЕКСЕРУ\n"))

    shown = dauys(served.home, "phone", "8 701 000 00 01", "--url", served.url, "--record", transcript)

    steps = {step.does: step.said or "" for step in read(transcript)}
    assert json.loads(dauys(served.home, "tally", 1, "--json"))["accepted"] == 1
    assert sum(sign.isdigit() for sign in steps["keys"].partition("Түбіртек")[2]) == LENGTH
    assert steps["keys"].partition("Түбіртек ")[2][:12] in steps[">"]
    assert "> *384*44135*7*3#" in shown.split("\n")


def test_without_a_gateway_the_phone_says_so(sqlite_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    dauys(sqlite_home.path, "phone", NUMBER, "--url", "http://127.0.0.1:1", code=1)

    assert "dauys: no gateway answers at http://127.0.0.1:1" in capsys.readouterr().err
