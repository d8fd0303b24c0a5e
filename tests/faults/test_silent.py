"""What I6 looks for after every fault is found: a phone, a secret, an open choice, a voter in the log, a key left behind."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ballots.casting import write_plaintext
from ballots.model import Choices, PollId
from gateway import drafting, mixing
from gateway.home import Home
from gateway.keys import Keyring
from gateway.store import states
from tests import invariants
from tests.faults import village
from tests.gateway.field import Field

pytestmark = pytest.mark.faults

VOTES = 24


def logs(home: Home, line: str) -> None:
    (home.path / "serve.log").write_text(f"level=info event='A vote' {line}\n", encoding="utf-8")


def voter(home: Home, column: str) -> object:
    with home.store.reading() as tx:
        ((found,),) = tx.rows(f"SELECT {column} FROM participation ORDER BY receipt LIMIT 1")
    return found


def stores(home: Home, value: str) -> None:
    with home.store.transaction() as tx:
        states.put(tx, "leak", value)


def copies(home: Home, content: bytes) -> None:
    (home.backups / "mine.db").write_bytes(content)


def hook(home: Home) -> str:
    return str(home.settings.providers.africastalking.secret)


LEAKS: dict[str, tuple[Callable[[Home], None], str]] = {
    "a phone in the log": (lambda home: logs(home, f"phone={village.phone(3)}"), "a phone number lies in the log"),
    "a phone in groups": (lambda home: logs(home, "phone='8 (700) 000-00-03'"), "a phone number lies in the log"),
    "a phone in the database": (lambda home: stores(home, village.phone(3)), "a phone number lies in dauys.db"),
    "a phone in a copy": (lambda home: copies(home, village.phone(3).encode()), "a phone number lies in mine.db"),
    "a hook's secret in the log": (
        lambda home: logs(home, f"path=/hooks/{hook(home)}/sms"),
        "a secret lies in the log",
    ),
    "a hook's secret in the database": (lambda home: stores(home, hook(home)), "a secret lies in dauys.db"),
    "a key in a copy": (
        lambda home: copies(home, b"SQLite" + (home.keys.folder / "round-1.key").read_bytes()),
        "a secret lies in mine.db",
    ),
    "a key in the log": (
        lambda home: logs(home, f"key={(home.keys.folder / 'master.key').read_bytes().hex()}"),
        "a secret lies in the log",
    ),
    "a voter's tag in the log": (lambda home: logs(home, f"tag={voter(home, 'tag')!r} choice=3"), "tells of a voter"),
    "a receipt in the log": (lambda home: logs(home, f"receipt={voter(home, 'receipt')} choice=3"), "tells of a voter"),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return village.made(tmp_path / "home", VOTES)


def voted(home: Home) -> None:
    field = Field(home)
    field.now = village.now()
    for number in range(VOTES):
        field.sms(village.phone(number), str(village.choice(number)[0]), village.message_id(number))
    field.close()


def check(path: Path) -> None:
    with village.opened(path) as home:
        assert village.check(home, range(VOTES), range(VOTES)) == VOTES


@pytest.mark.parametrize("leak", LEAKS)
def test_a_leak_is_found_and_without_it_nothing(home: Home, leak: str) -> None:
    voted(home)
    check(home.path)
    leaks, found = LEAKS[leak]
    leaks(home)

    with pytest.raises(AssertionError, match=re.escape(found)):
        check(home.path)


def test_choices_that_are_not_sealed_are_found(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsealed(_keys: Keyring, _poll: PollId, _tag: bytes, _batch: int, choices: Choices, weight: int) -> bytes:
        return write_plaintext(choices, weight)

    monkeypatch.setattr(drafting, "seal_choices", unsealed)
    voted(home)

    with home.store.reading() as tx, pytest.raises(AssertionError, match=r"an open choice lies in dauys\.db"):
        invariants.silent(tx, home, [])


def test_a_key_that_outlives_its_mix_is_found(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    voted(home)
    mixing.mix(home, village.POLL, "slot 1", village.now())
    check(home.path)
    monkeypatch.setattr(Keyring, "destroy_batch", lambda *_: True)
    mixing.close(home, village.POLL, village.now(), "operator", early=True)

    with pytest.raises(AssertionError, match="a mixed batch's key is left"):
        check(home.path)
