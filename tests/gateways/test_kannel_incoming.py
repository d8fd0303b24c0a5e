"""What a real Kannel makes of a message on its way to our hook: its second, bytes, white space, reference."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote_from_bytes, urlsplit

import pytest

from gateway.home import open_home
from gateway.providers import enabled
from gateway.providers.base import Posted
from gateway.providers.kannel import Kannel as Provider
from handlers.messages import InboundSms
from tests.gateways.centre import ANSWERS, DIALS, Centre
from tests.gateways.kannel import Kannel, Operator, Ports, until
from tests.gateways.village import home_for, opened_for, village
from tests.served import Served, document
from tests.servers import Answer, HttpServer, free_port

pytestmark = pytest.mark.gateways

PHONE, OTHER, THIRD = "+77000000001", "+77000000002", "+77000000003"


@dataclass(frozen=True, slots=True)
class Wire:
    """The operator's end of it, and ours."""

    operator: Operator
    server: HttpServer
    provider: Provider

    def brings(self, kind: str, payload: str) -> InboundSms:
        """A message of this kind, as our hook reads it."""
        before = len(self.server.requests)
        self.operator.line(PHONE, "44135", kind, payload)
        until(lambda: len(self.server.requests) > before, "Kannel hands the message over")
        query = urlsplit(self.server.requests[-1].path).query
        return self.provider.read_sms(Posted("kannel", "GET", "sms", query.encode(), b"", "", datetime.now(UTC)))


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder, ports = tmp_path_factory.mktemp("wire"), Ports.free()
    with HttpServer(lambda _request, _no: Answer(200, b"", "text/plain")) as server:
        home = home_for(folder / "home", ports, server.url)
        opened = open_home(home, os.urandom)
        provider = enabled(opened.settings)["kannel"]
        opened.close()
        assert isinstance(provider, Provider)
        with Kannel(home, folder / "kannel", ports) as _, Operator(ports.smsc) as operator:
            yield Wire(operator, server, provider)


def raw(octets: bytes) -> tuple[str, str]:
    return "data", quote_from_bytes(octets)


def ucs2(text: str) -> tuple[str, str]:
    return "ucs2", quote_from_bytes(text.encode("utf-16-be"))


UNKNOWN = "\N{REPLACEMENT CHARACTER}"
TEXTS = [
    ("repeated blanks", ("text", "3  5   2"), "3  5   2"),
    ("blanks around", ("text", " 3 "), " 3 "),
    ("what an address would read otherwise", ("text", "3&id=7+5%41#"), "3&id=7+5%41#"),
    ("blanks in UCS-2", ucs2("  Дауыс   3  "), "  Дауыс   3  "),
    ("lines", ucs2("3\n5\r\n\n2"), "3\n5\r\n\n2"),
    ("an emoji", ucs2("3 👍"), "3 👍"),
    ("eight bits that are none of ours", raw(b"3\xff\xfe"), f"3{UNKNOWN * 2}"),
    ("eight bits in an old code page", raw("№ 3".encode("cp1251")), f"{UNKNOWN} 3"),
    ("eight bits that are UTF-8", raw("Дауыс 3".encode()), "Дауыс 3"),
    ("white space in eight bits", raw(b"3  5\n\n2"), "3  5\n\n2"),
    ("a zero octet", raw(b"\x003"), ""),
]


@pytest.mark.parametrize(("sent", "expected"), [pytest.param(*row[1:], id=row[0]) for row in TEXTS])
def test_a_text_reaches_us_as_it_was_typed(wire: Wire, sent: tuple[str, str], expected: str) -> None:
    assert wire.brings(*sent).text == expected


def test_the_second_in_which_a_message_came_reaches_us(wire: Wire) -> None:
    second = timedelta(seconds=1)
    before = datetime.now(UTC) - second  # bearerbox's clock has no fractions

    sent_at = wire.brings("text", "3").sent_at

    assert sent_at is not None
    assert before <= sent_at <= datetime.now(UTC)


def test_votes_are_read_through_white_space_and_octets_that_say_nothing_are_answered(tmp_path: Path) -> None:
    with village(tmp_path, (PHONE, OTHER, THIRD)) as rig:
        rig.operator.line(PHONE, "44135", "text", "3   5")
        rig.operator.line(OTHER, "44135", *ucs2("2\n\n4\n"))
        rig.operator.line(THIRD, "44135", *raw(b"\xff\xfe\x81"))

        told = {message.phone: message.text for message in (rig.operator.delivered() for _ in range(3))}

        assert told[PHONE].startswith("Дауысыңыз қабылданды: №3, 5.")
        assert told[OTHER].startswith("Дауысыңыз қабылданды: №2, 4.")
        assert not told[THIRD].startswith("Дауысыңыз қабылданды")
        assert rig.accepted() == 2


def test_a_dialogue_that_has_a_reference_and_no_session_is_known_by_it(tmp_path: Path) -> None:
    ports, port, served = Ports.free(), free_port(), Served(tmp_path / "home")
    home_for(served.home, ports, served.url)
    opened_for(served.home, (PHONE, OTHER))
    ussd = ("--ussd", "--host", "127.0.0.1", "--ussd-port", port)
    with served, Centre(port, refers=True) as centre, Kannel(served.home, tmp_path / "kannel", ports, *ussd):
        centre.wait_for_kannel()

        asked = [centre.step(phone, "*384*44135*7*3#", DIALS, 0x26) for phone in (PHONE, OTHER)]
        done = centre.step(PHONE, "1", ANSWERS, 0x26)
        lost = centre.step(OTHER, "1", ANSWERS, 0x27)

    assert [screen.ends for screen in asked] == [False, False]
    assert (done.ends, lost.ends) == (True, False)
    assert document(served.home, "tally", 1)["accepted"] == 1
