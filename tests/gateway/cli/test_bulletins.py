"""`dauys export` and `dauys verify`, as they are typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ballots import canonical
from ballots.bulletin import files, reading
from ballots.bulletin.digest import parse
from ballots.ledger import short_head
from gateway.home import open_home
from gateway.store import audit, bulletins
from tests.bulletins import MIX_MIN, end, lived, village, vote
from tests.gateway.cli.commands import Dauys


@pytest.fixture
def closed(dauys: Dauys, tmp_path: Path) -> Path:
    """A closed vote at the home of `dauys`, exported."""
    home = open_home(tmp_path / "home", os.urandom)
    lived(home)
    home.close()
    dauys("export", 1, tmp_path / "out")
    return tmp_path / "out"


def test_an_exported_bulletin_holds_with_key_head_and_sms(dauys: Dauys, closed: Path) -> None:
    found = reading.read({path.relative_to(closed).as_posix(): path.read_bytes() for path in closed.rglob("*.*")})
    key = files.fingerprint(bytes.fromhex(found.key))
    head = short_head(found.days[0].head)

    said = dauys("verify", closed, "--key", key, "--head", head, "--language", "en").out

    assert f"The key is the one that you gave: {key}" in said
    assert f"The head {head} is entry" in said
    assert "WRONG" not in said
    assert canonical.read((closed / files.TALLY).read_bytes()) == dauys("tally", 1, "--json").json


def test_an_export_stands_in_the_log_once_and_says_how_to_check(dauys: Dauys, closed: Path, tmp_path: Path) -> None:
    again = dauys("export", 1, tmp_path / "again")

    assert again.out.strip() == str(tmp_path / "again")
    assert "python -m ballots verify" in again.err
    assert (tmp_path / "again" / files.SUMS).read_bytes() == (closed / files.SUMS).read_bytes()
    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        assert [signed.link.entry["act"] for signed in audit.entries(tx)].count("export") == 1
    home.close()


def test_a_changed_bulletin_ends_with_an_error_that_names_the_file(dauys: Dauys, closed: Path) -> None:
    (closed / "tally.json").write_bytes((closed / "tally.json").read_bytes().replace(b'"ballots":30', b'"ballots":31'))

    said = dauys("verify", closed, "--language", "en", code=1).out

    assert "WRONG: tally.json was changed" in said
    assert said.splitlines()[-1] == "THIS BULLETIN IS NOT IN ORDER. What is wrong: 1"


def test_an_observers_sms_finds_its_bulletin_and_agrees(dauys: Dauys, closed: Path, tmp_path: Path) -> None:
    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        (*_, (_, last, _)) = bulletins.archived(tx, 1)
    home.close()
    sms = f"A7 FIN N30 P1:15 P2:18 P3:12 H:{short_head(last['head'])}"

    assert parse(sms).votes == {1: 15, 2: 18, 3: 12}
    assert "agrees with the bulletin" in dauys("verify", "--digest", sms, "--language", "en").out
    assert "agrees with the bulletin" in dauys("verify", closed, "--digest", sms.lower(), "--language", "en").out
    assert (
        "the SMS says 16, the bulletin 15"
        in dauys("verify", closed, "--digest", sms.replace("P1:15", "P1:16"), "--language", "en", code=1).out
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "name a bulletin"),
        (("--digest", "A8 FIN N1 H:0123456789ABCDEF"), "no vote of area 8 is closed here"),
        (("--digest", "hello"), "is no part of an observer's SMS"),
        (("--digest", "A7 N1 H:0123456789ABCDEF"), "'D' is no part"),
        (("--language", "fr"), "choose kk, ru, en"),
    ],
    ids=["nothing", "another area", "no SMS", "a part is missing", "a language it does not speak"],
)
def test_what_cannot_be_verified_is_said_with_what_to_do(
    dauys: Dauys, arguments: tuple[str, ...], expected: str
) -> None:
    assert expected in dauys("verify", *arguments, code=1).err


def test_a_folder_that_is_no_bulletin_is_said(dauys: Dauys, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()

    assert "is no bulletin" in dauys("verify", tmp_path / "photos", code=1).err


def test_few_ballots_are_written_out_for_two_officials_only_when_asked(dauys: Dauys, tmp_path: Path) -> None:
    home = open_home(tmp_path / "home", os.urandom)
    paper = village(home, mix_min=MIX_MIN)
    vote(home, paper, [(1,), (2,)])
    end(home, paper)
    home.close()

    public = dauys("export", 1, tmp_path / "public")
    for_two = dauys("export", 1, tmp_path / "two", "--with-few")

    assert "tells how many voted, and no more" in public.err
    assert "two officials only" in for_two.err
    assert canonical.read((tmp_path / "public" / files.TALLY).read_bytes())["votes"] is None
    assert canonical.read((tmp_path / "two" / files.TALLY).read_bytes())["votes"] == {"1": 1, "2": 1, "3": 0}
    assert "totals so small" in dauys("verify", tmp_path / "public", "--language", "en").out
    dauys("verify", tmp_path / "two")
    home = open_home(tmp_path / "home", os.urandom)
    with home.store.reading() as tx:
        assert "read totals of few" in [signed.link.entry["act"] for signed in audit.entries(tx)]
    home.close()


def test_the_verifier_is_one_file_that_python_alone_runs(dauys: Dauys, closed: Path, tmp_path: Path) -> None:
    said = dauys("verifier", tmp_path / "ballots.pyz")

    run = [sys.executable, "-S", "-I", tmp_path / "ballots.pyz"]
    verified = subprocess.run([*run, "verify", closed], env={}, check=False, capture_output=True, encoding="utf-8")
    assert said.out.strip() == str(tmp_path / "ballots.pyz")
    assert (verified.returncode, "Nothing is wrong." in verified.stdout) == (0, True), verified
    assert "is there already" in dauys("verifier", tmp_path / "ballots.pyz", code=1).err
    dauys("verifier", tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == (tmp_path / "ballots.pyz").read_bytes()
