"""Votes that bearerbox or a modem kept until after closing: the operator's time decides, as far as the grace goes."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.home import Home, create_home, open_home
from gateway.store import polls, rolls
from gateway.store.polls import Opening
from handlers.phrases import PHRASES
from tests.gateway.store.villages import LANGUAGES, ROUND, aul, cycle
from tests.gateways.kannel import Kannel, Operator, Ports, until
from tests.gateways.smsd import Smsd, met, need
from tests.gateways.village import home_for
from tests.served import Served

pytestmark = pytest.mark.gateways

IN_TIME, AFTER_CLOSING, TOO_LATE = "+77000000001", "+77000000002", "+77000000003"
VOTERS = (IN_TIME, AFTER_CLOSING, TOO_LATE)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[datetime], Home]]:
    """Two auls vote until that instant: in the second a text that comes more than a second later is too late."""
    homes: list[Home] = []

    def open_until(closes_at: datetime) -> Home:
        homes.append(home := open_home(tmp_path / "home", os.urandom))
        for code, grace, voters in ((7, 3600, (IN_TIME, AFTER_CLOSING)), (8, 1, (TOO_LATE,))):
            place = aul(home, code)
            made = cycle(home, code, closes_at=closes_at, grace_seconds=grace)
            with home.store.transaction() as tx:
                rolls.add(tx, ROUND, place.id, rolls.seal(home.keys, ROUND, voters))
                polls.open_poll(
                    tx, home.keys, made.poll, closes_at - 60 * MINUTE, Opening("akim", LANGUAGES, fitted=True)
                )
        return home

    yield open_until
    for home in homes:
        home.close()


def counted(home: Home) -> list[str]:
    """Whose votes count."""
    with home.store.reading() as tx:
        tags = {bytes(tag) for (tag,) in tx.rows("SELECT tag FROM participation")}
    return [voter for voter in VOTERS if home.keys.voter_tag(ROUND, voter) in tags]


def begins(text: str) -> str:
    """Which of the two answers it is."""
    answers = {name: PHRASES["kk"][name].partition("{")[0] for name in ("sms_accepted", "voting_over")}
    return next((name for name, words in answers.items() if text.startswith(words)), text)


@pytest.mark.parametrize("smsbox", ["up", "down"])
def test_what_bearerbox_kept_is_judged_by_the_second_in_which_it_came(
    tmp_path: Path, opened: Callable[[datetime], Home], smsbox: str
) -> None:
    ports, served = Ports.free(), Served(tmp_path / "home")
    home_for(served.home, ports, served.url)
    with Kannel(served.home, tmp_path / "kannel", ports) as kannel, Operator(ports.smsc) as operator:
        if smsbox == "down":
            kannel.kill("smsbox")
        closes_at = now().replace(microsecond=0) + 3 * SECOND
        operator.text(IN_TIME, "3")
        operator.text(TOO_LATE, "3")
        until(lambda: TOO_LATE[1:].encode() in kannel.spooled(), "bearerbox keeps it")
        assert now() < closes_at
        home = opened(closes_at)
        until(lambda: now() >= closes_at + SECOND, "voting has closed")
        operator.text(AFTER_CLOSING, "3")
        until(lambda: now() >= closes_at + 2 * SECOND, "the short grace ends")

        with served:
            if smsbox == "down":
                kannel.start("smsbox")
            answers = {message.phone: message.text for message in (operator.delivered() for _ in VOTERS)}

    assert counted(home) == [IN_TIME]
    over = dict.fromkeys((AFTER_CLOSING, TOO_LATE), "voting_over")
    assert {phone: begins(text) for phone, text in answers.items()} == {IN_TIME: "sms_accepted", **over}


@pytest.mark.parametrize("smsd", ["up", "down"])
def test_what_a_modem_kept_is_judged_by_the_operators_time(
    tmp_path: Path, opened: Callable[[datetime], Home], smsd: str
) -> None:
    need()
    closes_at = now().replace(microsecond=0) - 30 * MINUTE
    with Smsd(tmp_path) as modem:
        gammu = {"enabled": True, "database": modem.url, "look_every": 0.2, "rate": 50.0}
        values = {f"providers.gammu.{name}": value for name, value in gammu.items()}
        create_home(tmp_path / "home", os.urandom, now(), values=values).close()
        home = opened(closes_at)
        if smsd == "down":
            modem.stop()
        modem.arrives(IN_TIME, "3", closes_at - SECOND)
        modem.arrives(AFTER_CLOSING, "3", closes_at)
        modem.arrives(TOO_LATE, "3", closes_at - SECOND)
        if smsd == "up":
            met(lambda: modem.count("inbox") == 3, modem.said)

        with Served(tmp_path / "home"):
            if smsd == "down":
                modem.start()
            met(lambda: modem.count("inbox") == 0 and not any(modem.sim.iterdir()), modem.said)
            met(lambda: modem.count("outbox") == 0 and modem.count("sentitems") >= 3, modem.said)
            answered = {phone for (phone,) in modem.rows("SELECT DestinationNumber FROM sentitems")}

    assert (counted(home), answered) == ([IN_TIME], set(VOTERS))
