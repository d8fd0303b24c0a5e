"""Votes through a real Kannel with the configuration that we print, in fair weather and foul."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.clock import system_clock
from gateway.doctor import examine
from gateway.doctor.patient import Level, Patient
from gateway.doctor.providers import kannel
from gateway.home import open_home
from gateway.providers import enabled
from gateway.providers.base import Posted, SendFailed
from gateway.providers.kannel import Kannel as Provider
from tests.gateways.centre import DIALS, Centre
from tests.gateways.kannel import Kannel, Operator, Ports, until
from tests.gateways.village import Rig, home_for, opened_for, village
from tests.phones.base import Screen
from tests.served import Served
from tests.servers import Answer, HttpServer, Request, free_port

pytestmark = pytest.mark.gateways

PHONES = tuple(f"+7700000000{place}" for place in range(10))
DELIVERED = "SELECT count(*) FROM outbox WHERE provider = 'kannel' AND state = 'delivered'"


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with village(tmp_path_factory.mktemp("village"), PHONES) as found:
        yield found


def test_a_vote_its_acknowledgement_and_the_report_on_it(rig: Rig) -> None:
    before = rig.rows(DELIVERED)[0][0]

    rig.operator.text("8" + PHONES[0][2:], "дауыс №3")  # as operators of the country write numbers, too

    message = rig.operator.delivered()
    assert (message.sender, message.phone) == ("44135", PHONES[0])
    assert message.text.startswith("Дауысыңыз қабылданды: №3")
    until(lambda: rig.rows(DELIVERED)[0][0] > before, "the report comes back")


def test_a_villager_who_writes_while_the_gateway_is_down_is_counted_once(rig: Rig) -> None:
    rig.served.kill()
    for phone in PHONES[1:5]:
        rig.operator.text(phone, "2")

    rig.served.start()

    assert {rig.operator.delivered().phone for _ in range(4)} == set(PHONES[1:5])
    assert rig.rows("SELECT count(*) FROM inbox")[0][0] == rig.accepted()
    until(lambda: not any(phone[2:].encode() in rig.kannel.spooled() for phone in PHONES), "the spool empties")


def test_robots_and_strangers_get_no_robot_answer(rig: Rig) -> None:
    rig.operator.text("eGov", "Your code is 3")
    rig.operator.text("1414", "3")
    rig.operator.text("44135", "3")
    rig.operator.text("+4915112345678", "3")
    rig.operator.text(PHONES[9], "5")  # behind them in the queue

    assert rig.operator.delivered().phone == PHONES[9]
    assert rig.operator.silent


def test_the_doctor_is_told_by_kannel_whether_it_knows_us(rig: Rig) -> None:
    sick = Patient.of(rig.served.home, system_clock())
    told = {(name, finding.level, finding.says) for name, finding in examine(sick) if name in {"providers", "hooks"}}
    stranger = sick.settings.providers.kannel.model_copy(update={"password": "another"})
    providers = sick.settings.providers.model_copy(update={"kannel": stranger})
    unknown = list(kannel(replace(sick, settings=sick.settings.model_copy(update={"providers": providers}))))

    assert ("providers", Level.OK, "Kannel's smsbox takes our messages") in told
    assert ("hooks", Level.OK, f"{rig.served.url}/hooks/kannel leads to this gateway") in told
    assert [(finding.level, "does not know user" in finding.says) for finding in unknown] == [(Level.BAD, True)]
    assert rig.operator.silent


def test_what_kannel_writes_down_holds_no_number_and_no_secret(rig: Rig) -> None:
    rig.operator.text(PHONES[8], "4")
    assert rig.operator.delivered().phone == PHONES[8]

    said = rig.kannel.logged() + rig.served.log.read_text(errors="replace")

    assert [phone for phone in PHONES if phone[2:] in said] == []
    assert rig.home.settings.providers.kannel.secret not in said


# Kannel alone, against a server that answers what it should not


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[tuple[HttpServer, Operator, Provider, Kannel]]:
    ports = Ports.free()
    with HttpServer(lambda _request, _no: Answer(200, b"", "text/plain")) as server:
        home = home_for(tmp_path / "home", ports, server.url)
        with Kannel(home, tmp_path / "kannel", ports) as kannel, Operator(ports.smsc) as operator:
            provider = enabled(open_home(home, os.urandom).settings)["kannel"]
            assert isinstance(provider, Provider)
            yield server, operator, provider, kannel


def test_no_villager_reads_what_kannel_thinks_of_an_answer(
    elsewhere: tuple[HttpServer, Operator, Provider, Kannel],
) -> None:
    server, operator, _, kannel = elsewhere
    answers = [
        Answer(200, b'{"a": 1}'),
        Answer(200, b"", "text/html"),
        Answer(200, b"", "image/png"),
        Answer(404, b"Not found\n", "text/plain"),
        Answer(503, b"Not taken: try again\n", "text/plain"),
        Answer(200, b"even a text", "text/plain"),
    ]

    for place, answer in enumerate(answers):
        server.answers.append(answer)
        operator.text(PHONES[place], "3")
        until(lambda place=place: any(PHONES[place][1:] in request.path for request in server.requests), "it is asked")

    again = [request for request in server.requests if PHONES[4][1:] in request.path]
    until(lambda: len([r for r in server.requests if PHONES[4][1:] in r.path]) > len(again), "503 is asked again")
    assert operator.silent
    assert len({request.path for request in server.requests if PHONES[4][1:] in request.path}) == 1
    assert [phone for phone in PHONES if phone[2:] in kannel.logged()] == []


def test_refusals_of_a_real_sendsms(elsewhere: tuple[HttpServer, Operator, Provider, Kannel]) -> None:
    _, operator, provider, kannel = elsewhere
    assert provider.send(PHONES[0], "a", "1") == "1"
    assert operator.delivered().text == "a"

    with pytest.raises(SendFailed) as raised:
        provider.send("letters", "a", "2")
    assert raised.value.permanent
    account = provider._account
    provider._account = account | {"password": "other"}
    with pytest.raises(SendFailed) as raised:
        provider.send(PHONES[0], "a", "3")
    assert raised.value.account_wide
    provider._account = account
    kannel.kill("smsbox")
    with pytest.raises(SendFailed) as raised:
        provider.send(PHONES[0], "a", "4")
    assert not (raised.value.permanent or raised.value.account_wide or raised.value.unknown)


def test_a_message_in_doubt_arrives_and_its_report_settles_it(
    elsewhere: tuple[HttpServer, Operator, Provider, Kannel],
) -> None:
    server, operator, provider, _ = elsewhere
    provider.patience = httpx.Timeout(0.0001, connect=2.0)

    with pytest.raises(SendFailed) as raised:
        provider.send(PHONES[0], "Рахмет", "77")

    assert (raised.value.unknown, raised.value.provider_id) == (True, "77")
    assert operator.delivered().text == "Рахмет"
    until(lambda: any("d=1&" in request.path and "id=77" in request.path for request in server.requests), "the report")


@pytest.mark.parametrize(
    "text", ["a" * 400, "Ә" * 250, "1 Су\n2 Mektep\n\n[3]", "€{}"], ids=["gsm", "ucs2", "lines", "escapes"]
)
def test_long_and_odd_texts_arrive_as_they_are(
    elsewhere: tuple[HttpServer, Operator, Provider, Kannel], text: str
) -> None:
    _, operator, provider, _ = elsewhere

    provider.send(PHONES[0], text, "1")

    assert operator.delivered().text == text


# an operator's SMPP link, a modem


def test_an_smpp_link_carries_a_vote_and_its_acknowledgement(tmp_path: Path) -> None:
    ports, port = Ports.free(), free_port()
    served = Served(tmp_path / "home")
    home_for(served.home, ports, served.url)
    opened_for(served.home, PHONES)
    smpp = ("--host", "127.0.0.1", "--port", port)
    with served, Centre(port) as centre, Kannel(served.home, tmp_path / "kannel", ports, *smpp, link="smpp"):
        centre.wait_for_kannel()

        answer = centre.text(PHONES[0], "дауыс №3")

    assert answer["to"] == PHONES[0][1:]
    assert answer["text"].startswith("Дауысыңыз қабылданды: №3")


def test_kannel_starts_with_the_configuration_of_a_modem(tmp_path: Path) -> None:
    ports = Ports.free()
    home = home_for(tmp_path / "home", ports, "http://127.0.0.1:1")
    password = open_home(home, os.urandom).settings.providers.kannel.password

    with Kannel(home, tmp_path / "kannel", ports, "--device", tmp_path / "modem", link="modem"):
        status = httpx.get(f"http://127.0.0.1:{ports.admin}/status.txt", params={"password": password}).text

    assert "SMS" in status, status


@pytest.mark.parametrize(
    "text", ["Ә" * 80, "a" * 182, "[" * 91, "1 Су\n2 Мектеп"], ids=["ucs2", "gsm", "escapes", "lines"]
)
def test_a_whole_screen_comes_in_one_piece(tmp_path: Path, text: str) -> None:
    ports, port = Ports.free(), free_port()
    home = home_for(tmp_path / "home", ports, "http://127.0.0.1:1")
    provider = enabled(open_home(home, os.urandom).settings)["kannel"]

    def screen(request: Request, _no: int) -> Answer:
        call = Posted("kannel", "GET", "ussd", urlsplit(request.path).query.encode(), b"", "", datetime.now(UTC))
        shown = provider.show(provider.read_ussd(call), text, ends=True)
        return Answer(
            200, shown.body, shown.content_type, {name.decode(): value.decode() for name, value in shown.headers}
        )

    with HttpServer(screen) as server:
        home_for(tmp_path / "other", ports, server.url)
        ussd = ("--ussd", "--host", "127.0.0.1", "--ussd-port", port)
        with Centre(port) as centre, Kannel(tmp_path / "other", tmp_path / "kannel", ports, *ussd):
            centre.wait_for_kannel()

            assert centre.step(PHONES[0], "*384*44135#", DIALS, 0x26) == Screen(text, ends=True)
