"""`dauys replay` against the wrong things, and against a gateway that is killed on the way."""

import json
import random  # noqa: TID251 - invented ballots, the same at every run
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from venv import EnvBuilder

import pytest

from ballots import pabulib
from ballots.pabulib import Election, Project, Vote
from gateway.home import DATABASE, Home
from tests.elections import SMALL
from tests.served import Served, dauys, document

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "http://127.0.0.1:1"
VOTERS = 500


@pytest.fixture
def served(sqlite_home: Home) -> Iterator[Served]:
    with Served(sqlite_home.path) as running:
        yield running


@pytest.fixture
def election(tmp_path: Path) -> Path:
    """An invented election of some size."""
    chance = random.Random(1)
    projects = tuple(Project(f"P{n}", n * 100_000, {"name": f"Жоба {n}"}) for n in range(1, 8))
    ids = [project.project_id for project in projects]
    votes = tuple(Vote(str(n), tuple(chance.sample(ids, chance.randint(1, 3)))) for n in range(VOTERS))
    file = tmp_path / "invented.pb"
    file.write_bytes(pabulib.write(Election({"budget": "1000000", "max_length": "3"}, projects, votes)))
    return file


def test_without_a_gateway_nobody_votes(sqlite_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    dauys(sqlite_home.path, "load", "election", SMALL, "--aul", 7, "--open")

    dauys(sqlite_home.path, "replay", SMALL, "--cycle", 1, "--url", NOBODY, code=1)

    assert f"no gateway answers at {NOBODY}" in capsys.readouterr().err


def test_an_aggregator_without_hooks_here_is_told(sqlite_home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    dauys(sqlite_home.path, "load", "election", SMALL, "--aul", 7, "--open")

    dauys(sqlite_home.path, "replay", SMALL, "--cycle", 1, "--via", "smoke-signals", code=1)

    assert "there are no hooks for smoke-signals here: choose" in capsys.readouterr().err


def test_another_home_and_another_election_are_refused(
    served: Served, election: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    dauys(other, "init", "--defaults")
    for home in (other, served.home):
        dauys(home, "load", "election", SMALL, "--aul", 7, "--open")

    dauys(other, "replay", SMALL, "--cycle", 1, "--url", served.url, code=1)
    dauys(served.home, "replay", election, "--cycle", 1, "--url", served.url, code=1)

    errors = capsys.readouterr().err
    assert f"the gateway at {served.url} serves another home than {other}" in errors
    assert "cycle 1 does not have this file's proposals" in errors


def test_a_gateway_killed_on_the_way_loses_no_vote_and_counts_none_twice(served: Served, election: Path) -> None:
    dauys(served.home, "load", "election", election, "--aul", 7, "--open")
    crowd = ("--channel", "both", "--duplicates", "0.2", "--concurrency", "16")
    arguments = ("replay", election, "--cycle", 1, "--url", served.url, "--close", *crowd)

    with ThreadPoolExecutor(1) as elsewhere:
        replaying = elsewhere.submit(document, served.home, *arguments)
        while not replaying.done() and _votes(served.home) < VOTERS // 5:
            pass
        served.kill()
        left = VOTERS - _votes(served.home)
        served.start()
        facts = replaying.result()

    assert left > 0
    assert facts["resent"] > 0
    assert (facts["acknowledged"], facts["accepted"], facts["differences"]) == (VOTERS, VOTERS, [])
    assert facts["expected"] == facts["votes"]


def _votes(home: Path) -> int:
    with closing(sqlite3.connect(home / DATABASE, timeout=10)) as database:
        return int(database.execute("SELECT count(*) FROM participation").fetchone()[0])


def test_the_bulletin_of_a_replayed_election_is_verified_where_nothing_is_installed(
    sqlite_home: Home, election: Path, tmp_path: Path
) -> None:
    """An empty virtual environment, a copy of ballots/, and the lines of the README."""
    with Served(sqlite_home.path) as running:
        cycle = dauys(running.home, "load", "election", election, "--aul", 7, "--open").splitlines()[-1]
        document(running.home, "replay", election, "--cycle", cycle, "--url", running.url, "--close")
        counted = document(running.home, "tally", cycle, "--json")
        dauys(running.home, "export", cycle, tmp_path / "bulletin")
    EnvBuilder(with_pip=False).create(tmp_path / "venv")
    shutil.copytree(ROOT / "ballots", tmp_path / "stick" / "ballots", ignore=shutil.ignore_patterns("__pycache__"))

    def python(*arguments: str) -> str:
        done = subprocess.run(
            [tmp_path / "venv" / "bin" / "python", "-m", "ballots", *arguments],
            cwd=tmp_path / "stick",
            env={"LANG": "C.UTF-8"},
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, done
        return done.stdout

    verified = python("verify", "../bulletin", "--key", sqlite_home.keys.fingerprint, "--head", counted["head"])
    recounted = json.loads(python("recount", "../bulletin", "--json"))
    assert "WRONG" not in verified
    assert f"Ballots: {counted['ballots']}, rule: Most votes first" in verified
    assert (recounted["votes"], recounted["funded"]) == (counted["votes"], counted["funded"])
