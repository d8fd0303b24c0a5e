"""The card of the box dies in the middle of a vote: a new home from a backup and the keys, walked through by commands."""

import os
import shutil
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from gateway.clock import system_clock
from gateway.home import open_home
from gateway.schedule import tick
from gateway.store import audit
from tests import invariants
from tests.served import Served, dauys, document
from tests.servers import webhook_receiver

pytestmark = pytest.mark.faults

PROPOSALS = """number;name_kk;name_ru;cost
1;Су құбыры;Водопровод;4500000
2;Мектеп шатыры;Крыша школы;3000000
"""
PHONES = [f"+7701000{number:04}" for number in range(1, 21)]


def voting(home: Path, files: Path, receiver: str) -> None:
    """A home with an open vote; its tallies go to one webhook."""
    (files / "proposals.csv").write_text(PROPOSALS, encoding="utf-8")
    (files / "roll.csv").write_text("\n".join(["phone", *PHONES]), encoding="utf-8")
    dauys(home, "init", "--defaults")
    dauys(home, "area", "new", 7, "Ақбұлақ")
    dauys(home, "cycle", "new", 7, "Budget", "--budget", 5_000_000)
    dauys(home, "cycle", "set", 1, "--closes-at", "2099-05-20T18:00", "--mix-min", 3)
    dauys(home, "load", "proposals", files / "proposals.csv", "--cycle", 1)
    dauys(home, "load", "roll", files / "roll.csv", "--cycle", 1)
    dauys(home, "recipient", "add", 7, "webhook", receiver)
    dauys(home, "cycle", "open", 1)


def texts(served: Served, voter: int, text: str, message: str) -> int:
    """A phone's SMS, as the provider posts it; the status of the answer."""
    hook = document(served.home, "info")["hooks"]["africastalking"]["sms"]
    fields = {"id": message, "from": PHONES[voter - 1], "to": "44135", "text": text}
    address = served.url + hook[hook.index("/hooks/") :]
    with urlopen(address, urlencode(fields).encode(), timeout=10) as answer:
        return int(answer.status)


def acts(home: Path) -> list[str]:
    opened = open_home(home, os.urandom)
    with opened.store.reading() as tx:
        assert audit.verify(tx, opened.keys) is None
        found = [str(signed.link.entry["act"]) for signed in audit.entries(tx)]
    opened.close()
    return found


def test_voting_goes_on_after_the_card_died(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAUYS_PASSPHRASE", "a sentence that nobody guesses")
    card, new, stick = tmp_path / "card", tmp_path / "new", tmp_path / "stick"
    stick.mkdir()
    with webhook_receiver() as receiver:
        voting(card, tmp_path, receiver.url)
        with Served(card) as served:
            hook = document(card, "info")["hooks"]
            for voter in range(1, 9):
                assert texts(served, voter, "1", f"m{voter}") == 200
            dauys(card, "backup", stick / "copy.db")
            dauys(card, "keys", "export", stick / "keys")
            dauys(card, "restore", stick / "copy.db", code=1)  # while it serves: refused
            dauys(card, "mix", 1)
            assert document(card, "tally", 1)["ballots"] == 5
            for voter in range(9, 13):
                assert texts(served, voter, "1", f"m{voter}") == 200
            served.kill()
        shutil.rmtree(card)

        dauys(new, "restore", stick / "copy.db", code=1)  # without the keys: it asks for them
        said = dauys(new, "restore", stick / "copy.db", "--keys", stick / "keys")
        assert "Epoch 2 begins" in said
        assert "8 sealed votes cannot be opened" in said
        assert "ӨЗГЕРТУ" in said

        with Served(new) as served:
            assert {name: list(what) for name, what in document(new, "info")["hooks"].items()} == {
                name: list(what) for name, what in hook.items()
            }
            for voter in range(1, 13):  # the provider sends again what it still has
                assert texts(served, voter, "1", f"m{voter}") == 200
            assert document(new, "tally", 1)["accepted"] == 12
            assert texts(served, 1, "ӨЗГЕРТУ 2", "n1") == 200  # before the mix a change mends what cannot be opened
            assert texts(served, 13, "2", "n13") == 200
            dauys(new, "close", 1)
        told = document(new, "tally", 1)

    assert (told["accepted"], told["pending"], told["ballots"]) == (6, 0, 6)
    assert told["votes"] == {"1": 4, "2": 2}
    opened = open_home(new, os.urandom)
    for _ in range(2):
        tick(opened, system_clock())
    with opened.store.reading() as tx:
        assert tx.row("SELECT count(*) FROM unreadable_envelope") == (7,)
        assert tx.row("SELECT unreadable FROM batch WHERE slot = 'final'") == (7,)
        assert tx.rows("SELECT slot FROM bulletin") == [("final",)]
        assert tx.row("SELECT count(*) FROM outbox WHERE channel = 'webhook'") == (1,)
        invariants.whole(tx)
        invariants.books(tx)
        invariants.silent(tx, opened, PHONES)
    opened.close()
    assert acts(new).count("restore") == 1
