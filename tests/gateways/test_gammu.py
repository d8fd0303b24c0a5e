"""A real gammu-smsd with a dummy phone: what lies on the SIM card counts once and is answered."""

import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from gateway.providers.gammu import Gammu
from gateway.settings import Settings
from handlers.messages import InboundSms
from tests.dialogues import read, show, village_of
from tests.gateway.asked import TEXTED, asked
from tests.gateway.playing import laid_in, opened, played
from tests.gateways.smsd import PATIENCE, Smsd, accepted, answered, met, need, opened_over, waits
from tests.served import Served

pytestmark = pytest.mark.gateways

AT_A_TIME = 12  # daemons: a message takes one some seconds of waiting, and a tenth of a processor meanwhile
VOTERS = tuple(f"+7701{number:07d}" for number in range(1, 13))
LONG = "Ауылымызға су құбыры керек, сондықтан мен осы жобаға дауыс беремін! " * 2 + "1"


@pytest.fixture(autouse=True, scope="module")
def _programs() -> None:
    need()


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[Smsd]:
    with Smsd(tmp_path) as started:
        yield started


@pytest.fixture
def home(modem: Smsd, tmp_path: Path) -> Path:
    """An open vote, twelve phones on its roll."""
    return opened_over(modem, tmp_path / "home", VOTERS, part_wait=1.0)


def now() -> datetime:
    return datetime.now(UTC)


def test_votes_in_every_script_count_are_answered_and_leave_no_trace(modem: Smsd, home: Path) -> None:
    texts = ["1", "Дауыс 1", "дауыс №1", "голосую за 1", "vote 1", "dauys 1", "за 1"]
    with Served(home):
        for voter, text in zip(VOTERS, texts, strict=False):
            modem.arrives(voter, text, now())
        met(lambda: accepted(home) == len(texts), modem.said)
        met(lambda: sum(answered(modem).values()) == len(texts), modem.said)
        met(lambda: modem.rows("SELECT DISTINCT TextDecoded FROM sentitems") == [("",)], modem.said)

    assert Counter(VOTERS[: len(texts)]) == answered(modem)
    assert modem.count("inbox") == 0
    content = Path(modem.url.removeprefix("sqlite:///")).read_bytes()
    assert "Дауыс 1".encode() not in content
    assert "Дауыс".encode("utf-16-be").hex().upper().encode() not in content
    assert "\nlogfile" not in modem.configuration.read_text(encoding="utf-8")


def test_everything_twice_under_new_rows_counts_once(modem: Smsd, home: Path) -> None:
    at = now()
    with Served(home):
        for _ in range(2):  # the SIM card could not delete: it hands the same messages over again
            for voter in VOTERS[:4]:
                for _ in range(2):
                    modem.arrives(voter, "1", at)
            met(lambda: modem.count("inbox") == 0 and not any(Path(modem.sim).iterdir()), modem.said)
        met(lambda: not waits(home), modem.said)

    assert (accepted(home), answered(modem)) == (4, Counter(VOTERS[:4]))


def test_a_gateway_killed_between_commit_and_delete_counts_once_and_answers_once(modem: Smsd, home: Path) -> None:
    for voter in VOTERS[:5]:
        modem.arrives(voter, "1", now())
    met(lambda: modem.count("inbox") == 5, modem.said)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.gateways.dying", home], capture_output=True, timeout=PATIENCE, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-2000:]
    assert (accepted(home), modem.count("inbox")) == (5, 5)

    with Served(home):
        met(lambda: modem.count("inbox") == 0, modem.said)
        met(lambda: not waits(home), modem.said)

    assert (accepted(home), answered(modem)) == (5, Counter(VOTERS[:5]))


def test_a_delete_that_fails_counts_once_and_ends_nothing(modem: Smsd, home: Path) -> None:
    modem.run("CREATE TRIGGER stays BEFORE DELETE ON inbox BEGIN SELECT RAISE(FAIL, 'the disk refuses'); END")
    with Served(home) as served:
        modem.arrives(VOTERS[0], "1", now())
        met(lambda: "the disk refuses" in served.log.read_text(), modem.said)
        modem.arrives(VOTERS[1], "1", now())
        met(lambda: accepted(home) == 2, modem.said)
        modem.run("DROP TRIGGER stays")
        met(lambda: modem.count("inbox") == 0, modem.said)
        met(lambda: not waits(home), modem.said)

    assert answered(modem) == Counter(VOTERS[:2])
    assert served.log.read_text().count("the disk refuses") == 1


def test_long_messages_are_joined_and_halves_are_asked_for_again(modem: Smsd, home: Path) -> None:
    modem.stop()
    with Served(home):
        modem.long(VOTERS[0], LONG, now())
        modem.long(VOTERS[1], "1" + " " * 160 + "and more", now(), only=1)
        modem.shorten("multiparttimeout = 300", "multiparttimeout = 2")
        modem.start()
        met(lambda: modem.count("inbox") == 0 and not any(Path(modem.sim).iterdir()), modem.said)
        met(lambda: not waits(home), modem.said)

    assert accepted(home) == 0  # a whole sentence is no plain vote either: both are asked back
    assert answered(modem) == Counter(VOTERS[:2])


def test_a_message_three_days_late_keeps_its_time(modem: Smsd) -> None:
    sent = now().replace(microsecond=0) - timedelta(days=3)
    modem.arrives(VOTERS[0], "Дауыс 1", sent)
    modem.long(VOTERS[1], LONG, sent)
    met(lambda: modem.count("inbox") == 4, modem.said)

    mine = Gammu(Settings(providers={"gammu": {"enabled": True, "database": modem.url}}))
    with structlog.testing.capture_logs() as logs:
        found = mine.fetch("", now()).found

    told = [(one.what.sender, one.what.text, one.what.sent_at) for one in found if isinstance(one.what, InboundSms)]
    assert [(VOTERS[0], "Дауыс 1", sent), (VOTERS[1], LONG, sent)] == told
    assert logs == []  # smsd is heard, and in our zone


def test_phones_behind_a_real_modem_read_what_every_transcript_says(tmp_path: Path) -> None:
    laid = laid_in(tmp_path)
    for path in TEXTED:
        laid(village_of(read(path)))

    def differs(path: Path) -> str:
        steps = read(path)
        folder = tmp_path / "played" / path.stem
        shutil.copytree(laid(village_of(steps)), folder / "home")
        with Smsd(folder) as modem, asked(opened(folder / "home", 2), steps, modem) as village:
            said, heard = played(steps, village)
        return "" if show(said) == show(heard) else f"{path.stem}:\n{show(heard)}"

    longest_first = sorted(TEXTED, key=lambda path: -path.stat().st_size)
    with structlog.testing.capture_logs(), ThreadPoolExecutor(AT_A_TIME) as threads:
        different = [found for found in threads.map(differs, longest_first) if found]

    assert different == []
