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
from dataclasses import asdict, dataclass
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
RUNS = 3
TIMED = {
    "poland_wieliczka_2023.pb": RULES,
    "poland_wroclaw_2017_.pb": RULES,
    "poland_warszawa_2022_wola.pb": ("greedy", "equal-shares-plain"),
}
WANTED = 5.0
"""Times as fast as pabutools."""


@dataclass(frozen=True, slots=True)
class Job:
    """What the oracle is asked."""

    file: Path
    rule: str
    ties: Ties = Ties.CHEAPER
    without: tuple[str, ...] = ()
    times: int = 1
    alike: bool = True  # alike ballots are put together first

    def line(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self) | {"file": str(self.file)})


Ask = Callable[[Job], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Timed:
    """Seconds of the median run."""

    reading: float
    counting: float

    def seconds(self, source: str) -> float:
        """From parsed data, or from the file."""
        return self.counting if source == "parsed" else self.reading + self.counting


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
                    theirs = ask(Job(file, rule, ties, alike=rule != "greedy"))["selected"]
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
            answer = ask(Job(file, rule, without=without, alike=rule != "greedy"))
            equal = sorted(counted.funded) == answer["selected"]
            good &= equal
            word = "yes" if equal else "NO"
            print(f"{file.name:<58}{rule:<20}{word:<7}{ours:>9.3f}{answer['counting'][0]:>10.3f}", flush=True)
    return good


def speed(ask: Ask) -> bool:
    """Seconds, median of three, from parsed data and from the file.

    Where pabutools is faster with alike ballots put together beforehand, that is shown beside.
    """
    good = True
    print(
        f"{'election':<30}{'rule':<20}{'from':<8}{'ours s':>9}{'theirs s':>10}{'times':>7}{'  if put together':>17}",
        flush=True,
    )
    for file in _files():
        for rule in TIMED.get(file.name, ()):
            ours, theirs = _ours(file, rule), _theirs(ask, file, rule, alike=False)
            together = _theirs(ask, file, rule, alike=True) if rule != "greedy" else theirs
            for source in ("parsed", "file"):
                mine, other, best = (timed.seconds(source) for timed in (ours, theirs, together))
                good &= other >= WANTED * mine
                row = f"{file.name:<30}{rule:<20}{source:<8}{mine:>9.3f}{other:>10.3f}{other / mine:>7.1f}{best / mine:>17.1f}"
                print(row, flush=True)
    return good


PARTS: Mapping[str, Callable[[Ask], bool]] = {"generated": generated, "real": real, "speed": speed}


def _ours(file: Path, rule: str) -> Timed:
    reading, counting = [], []
    for _ in range(RUNS):
        began = time.perf_counter()
        election = pabulib.read(file.read_bytes())
        paper, ballots = contest(election, rule, Ties.CHEAPER)
        read = time.perf_counter()
        tally(paper, ballots)
        counting.append(time.perf_counter() - read)
        reading.append(read - began)
    return Timed(statistics.median(reading), statistics.median(counting))


def _theirs(ask: Ask, file: Path, rule: str, *, alike: bool) -> Timed:
    answer = ask(Job(file, rule, times=RUNS, alike=alike))
    return Timed(statistics.median(answer["reading"]), statistics.median(answer["counting"]))


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

        def ask(job: Job) -> dict[str, Any]:
            into.write(job.line() + "\n")
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
