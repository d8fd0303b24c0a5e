"""Providers are asked whether they know us, and nothing costs or is sent."""

from pathlib import Path

import pytest

from gateway.doctor import providers
from gateway.doctor.patient import Level
from gateway.doctor.providers import PROVIDER_CHECKS
from gateway.home import Home
from gateway.providers import PROVIDERS
from tests.gateway.doctor.looking import BAD, OK, WARN, configure, of
from tests.modem import Modem
from tests.servers import Answer, HttpServer, free_port


def test_africas_talking_is_asked_for_the_account_with_its_key(home: Home, api: HttpServer) -> None:
    configure(
        home,
        providers__africastalking__api_key='"atsk_1"',
        providers__africastalking__base_url=f'"{api.url}"',
        providers__africastalking__username='"aul"',
    )

    assert (OK, "Africa's Talking knows us; balance KZT 1785.50") in of(home.path, "providers")
    (request,) = api.requests
    assert (request.method, request.path) == ("GET", "/version1/user?username=aul")
    assert request.headers["apikey"] == "atsk_1"


@pytest.mark.parametrize(
    ("answer", "level", "says"),
    [
        (Answer(401, b"The supplied authentication is invalid", "text/plain"), BAD, "does not know the user name"),
        (Answer(500, b"oops"), WARN, "answers 500"),
        (Answer(200, b"<html>"), WARN, "cannot be read"),
        (Answer(200, b'{"UserData": {"balance": "KZT 0.00"}}'), BAD, "the account is empty"),
        (Answer(200, b'{"UserData": {"balance": "none"}}'), OK, "balance none"),
        (Answer(200, b"[]"), WARN, "cannot be read"),
    ],
    ids=lambda value: str(getattr(value, "status", value))[:30],
)
def test_every_answer_of_africas_talking_is_understood(
    home: Home, api: HttpServer, answer: Answer, level: Level, says: str
) -> None:
    configure(
        home,
        providers__africastalking__api_key='"k"',
        providers__africastalking__base_url=f'"{api.url}"',
        providers__console__enabled="false",
    )
    api.answers.append(answer)

    ((found_level, said),) = of(home.path, "providers")
    assert found_level is level
    assert says in said


def test_a_provider_that_is_not_reached_is_a_warning(home: Home) -> None:
    configure(
        home,
        providers__africastalking__api_key='"k"',
        providers__africastalking__base_url=f'"http://127.0.0.1:{free_port()}"',
    )

    assert any(level is WARN and "is not reached" in said for level, said in of(home.path, "providers"))


def _kannel(home: Home, api: HttpServer) -> list[tuple[Level, str]]:
    configure(home, providers__africastalking__enabled="false", providers__console__enabled="false")
    configure(home, providers__kannel__enabled="true", providers__kannel__sendsms_url=f'"{api.url}/cgi-bin/sendsms"')
    return of(home.path, "providers")


@pytest.mark.parametrize(
    ("answer", "level", "says"),
    [
        (Answer(400, b"Missing receiver number, rejected"), OK, "takes our messages"),
        (Answer(403, b"Authorization failed for sendsms"), BAD, "does not know user and password"),
        (Answer(200, b"<html>"), BAD, "does not know user and password"),
    ],
    ids=["known", "unknown", "another program"],
)
def test_kannel_is_asked_without_a_message_leaving(
    home: Home, api: HttpServer, answer: Answer, level: Level, says: str
) -> None:
    api.answers.append(answer)

    ((found_level, said),) = _kannel(home, api)
    assert found_level is level
    assert says in said
    assert "to=" not in api.requests[0].path


def test_an_access_log_of_kannel_is_found(
    home: Home, api: HttpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(providers, "KANNEL_FOLDER", tmp_path)
    (tmp_path / "kannel.conf").write_text(
        "group = smsbox\n# access-log = /no\naccess-log = /var/log/kannel/access.log\n"
    )
    api.answers.append(Answer(400))

    assert any(level is BAD and "keeps an access log" in said for level, said in _kannel(home, api))


def _gammu(home: Home, modem: Modem) -> list[tuple[Level, str]]:
    configure(home, providers__africastalking__enabled="false", providers__console__enabled="false")
    configure(home, providers__gammu__enabled="true", providers__gammu__database=f'"{modem.url}"')
    return of(home.path, "providers")


def test_gammu_s_database_is_looked_at(home: Home, tmp_path: Path) -> None:
    modem = Modem(f"sqlite:///{tmp_path / 'sms.db'}").create()
    (tmp_path / "sms.db").chmod(0o604)
    never, open_to_all = _gammu(home, modem)
    modem.run("INSERT INTO phones VALUES ('1', '2026-05-02 11:00:20')")  # the gateway's zone
    (tmp_path / "sms.db").chmod(0o660)

    assert never == (BAD, "gammu-smsd was never heard")
    assert open_to_all[0] is BAD
    assert of(home.path, "providers") == [(OK, "gammu-smsd is heard")]


def test_gammu_without_its_database_is_said(home: Home, tmp_path: Path) -> None:
    ((level, said),) = _gammu(home, Modem(f"sqlite:///{tmp_path / 'missing.db'}"))

    assert (level, said.startswith("gammu-smsd cannot be looked at: gammu's database: ")) == (BAD, True)


def test_every_check_of_a_provider_names_one() -> None:
    assert set(PROVIDER_CHECKS) <= set(PROVIDERS)
