"""`make replay`: all twelve real elections, each on a fresh home and a server of its own, with a table.

ARGS: names or parts of names of elections; --engine postgresql; --concurrency, --duplicates, --channel.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tests.elections import WHERE, folder
from tests.homes import ENGINES, Postgres, postgres_server
from tests.replay.replaying import Outcome, expected, replay
from tests.served import Served, dauys

HEAD = f"{'election':<58}{'voters':>7}{'seconds':>9}{'votes/s':>9}{'duplicates':>11}{'re-sent':>9}  votes equal  funded equal"
WORDS = {True: "yes", False: "NO", None: "other rule"}


def main() -> int:
    options = _parser().parse_args()
    found = folder()
    if found is None:
        print(WHERE, file=sys.stderr)
        return 2
    published = expected(found)
    names = [name for name in _by_size(published) if not options.names or any(part in name for part in options.names)]
    with postgres_server() if options.engine == "postgresql" else nullcontext() as postgres:
        print(f"{len(names)} elections on {options.engine}\n{HEAD}", flush=True)
        outcomes = [_one(found / name, published[name], options, postgres) for name in names]
    bad = [outcome for outcome in outcomes if not outcome.good]
    for outcome in bad:
        print(f"{outcome.name}: {outcome.facts['differences'] or outcome.facts['refusals']}")
    print(f"{len(outcomes) - len(bad)} of {len(outcomes)} as published")
    return 1 if bad else 0


def _one(file: Path, published: dict[str, object], options: argparse.Namespace, postgres: Postgres | None) -> Outcome:
    crowd = ("--channel", options.channel, "--duplicates", options.duplicates, "--concurrency", options.concurrency)
    with _fresh(postgres) as served:
        outcome = replay(served, file, published, 7, *crowd)
    print(_row(outcome), flush=True)
    return outcome


@contextmanager
def _fresh(postgres: Postgres | None) -> Iterator[Served]:
    with tempfile.TemporaryDirectory(prefix="dauys-replay-") as temporary:
        home = Path(temporary) / "home"
        dauys(home, "init", "--defaults", *(("--database", postgres.database()) if postgres else ()))
        with Served(home) as served:
            yield served


def _row(outcome: Outcome) -> str:
    facts = outcome.facts
    numbers = f"{facts['voters']:>7}{facts['seconds']:>9.1f}{facts['votes_per_second']:>9}{facts['duplicates']:>11}"
    equal = f"{WORDS[outcome.votes_equal]:<11}  {WORDS[outcome.funded_equal]}"
    return f"{outcome.name:<58}{numbers}{facts['resent']:>9}  {equal}"


def _by_size(published: dict[str, dict[str, int]]) -> list[str]:
    return sorted(published, key=lambda name: published[name]["voters"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make replay", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of file names; none: all")
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--channel", choices=("sms", "ussd", "both"), default="both")
    parser.add_argument("--duplicates", type=float, default=0.2)
    parser.add_argument("--concurrency", type=int, default=64)
    return parser


if __name__ == "__main__":
    sys.exit(main())
