"""`make compare`: outcomes equal to pabutools', and the time of both side by side.

ARGS: parts (generated, real, speed; none: all); --oracle PYTHON of a venv with pabutools.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ballots import pabulib
from ballots.model import Ties
from ballots.tallying import tally
from tests.compare.elections import GENERATED, WITHOUT, contest, generate
from tests.elections import WHERE, folder

ROOT = Path(__file__).resolve().parents[2]
RULES = ("greedy", "equal-shares-plain", "equal-shares")
POLICIES = (Ties.CHEAPER, Ties.DEARER, Ties.NUMBER)
TIMED = ("poland_wieliczka_2023.pb", "poland_wroclaw_2017_.pb", "poland_warszawa_2022_wola.pb")
TIMED_RULES = {"greedy": 3, "equal-shares-plain": 3}
WANTED = 5.0
"""Times as fast as pabutools."""

Ask = Callable[[Path, str, Ties, tuple[str, ...], int], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of the median run."""

    reading: float
    counting: float


def main() -> int:
    options = _parser().parse_args()
    with _oracle(options.oracle) as ask:
        good = [PARTS[part](ask) for part in options.parts or PARTS]
    return 0 if all(good) else 1


def generated(ask: Ask) -> bool:
    """300 elections, three rules, three policies of ties."""
    same = decisive = 0
    with tempfile.TemporaryDirectory(prefix="dauys-compare-") as temporary:
        for seed in range(GENERATED):
            file = generate(seed, Path(temporary))
            election = pabulib.read(file.read_bytes())
            for rule in RULES:
                for ties in POLICIES:
                    counted = tally(*contest(election, rule, ties))
                    theirs = ask(file, rule, ties, (), 1)["selected"]
                    decisive += any(tie.decisive for tie in counted.ties)
                    if sorted(counted.funded) == theirs:
                        same += 1
                    else:
                        print(f"seed {seed}, {rule}, {ties}: ours {sorted(counted.funded)}, theirs {theirs}")
    counts = GENERATED * len(RULES) * len(POLICIES)
    print(f"generated elections: {same} of {counts} outcomes equal; a tie decided in {decisive}", flush=True)
    return same == counts


def real(ask: Ask) -> bool:
    """Every real election under every rule."""
    good = True
    print(f"{'election':<58}{'rule':<20}{'equal':<7}{'ours s':>9}{'theirs s':>10}", flush=True)
    for file in _files():
        election = pabulib.read(file.read_bytes())
        for rule in RULES:
            without = WITHOUT.get(file.name, ())
            began = time.perf_counter()
            counted = tally(*contest(election, rule, Ties.CHEAPER, without))
            ours = time.perf_counter() - began
            answer = ask(file, rule, Ties.CHEAPER, without, 1)
            equal = sorted(counted.funded) == answer["selected"]
            good &= equal
            word = "yes" if equal else "NO"
            print(f"{file.name:<58}{rule:<20}{word:<7}{ours:>9.3f}{answer['counting'][0]:>10.3f}", flush=True)
    return good


def speed(ask: Ask) -> bool:
    """Seconds, median of three, from parsed data and from the file."""
    good = True
    print(f"{'election':<30}{'rule':<20}{'from':<8}{'ours s':>9}{'theirs s':>10}{'times as fast':>15}", flush=True)
    for name in TIMED:
        file = next((file for file in _files() if file.name == name), None)
        if file is None:
            continue
        for rule, times in TIMED_RULES.items():
            ours = _ours(file, rule, times)
            answer = ask(file, rule, Ties.CHEAPER, (), times)
            theirs = Timed(statistics.median(answer["reading"]), statistics.median(answer["counting"]))
            for source, mine, other in (
                ("parsed", ours.counting, theirs.counting),
                ("file", ours.reading + ours.counting, theirs.reading + theirs.counting),
            ):
                good &= other >= WANTED * mine
                print(f"{name:<30}{rule:<20}{source:<8}{mine:>9.3f}{other:>10.3f}{other / mine:>15.1f}", flush=True)
    return good


PARTS: Mapping[str, Callable[[Ask], bool]] = {"generated": generated, "real": real, "speed": speed}


def _ours(file: Path, rule: str, times: int) -> Timed:
    reading, counting = [], []
    for _ in range(times):
        began = time.perf_counter()
        election = pabulib.read(file.read_bytes())
        paper, ballots = contest(election, rule, Ties.CHEAPER)
        read = time.perf_counter()
        tally(paper, ballots)
        counting.append(time.perf_counter() - read)
        reading.append(read - began)
    return Timed(statistics.median(reading), statistics.median(counting))


def _files() -> list[Path]:
    found = folder()
    if found is None:
        print(WHERE, file=sys.stderr)
        return []
    return sorted(found.glob("*.pb"), key=lambda file: file.stat().st_size)


@contextmanager
def _oracle(python: Path) -> Iterator[Ask]:
    command = [str(python), str(ROOT / "tests" / "compare" / "oracle.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        into, out = process.stdin, process.stdout

        def ask(file: Path, rule: str, ties: Ties, without: tuple[str, ...], times: int) -> dict[str, Any]:
            job = {"file": str(file), "rule": rule, "ties": ties, "without": without, "times": times}
            into.write(json.dumps(job) + "\n")
            into.flush()
            answer: dict[str, Any] = json.loads(out.readline())
            return answer

        yield ask
        into.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make compare", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; none: all")
    parser.add_argument("--oracle", type=Path, default=ROOT / ".compare" / "bin" / "python", metavar="PYTHON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
