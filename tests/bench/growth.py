"""Votes per second with a long history in the database against an empty one, alternated, a checkpoint before each."""

import os
from pathlib import Path
from statistics import median

from tests.bench import villages
from tests.bench.figures import Figure, Sizes
from tests.bench.routes import address
from tests.bench.wrk import load
from tests.served import Served

VOTERS_FROM = 5_000_000


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    voters = range(VOTERS_FROM, VOTERS_FROM + sizes.roll)
    young, (young_cycle,) = villages.made(folder / "young")
    old, (old_cycle,) = villages.made(folder / "old")
    villages.enrol(young, young_cycle, voters)
    villages.enrol(old, old_cycle, voters)
    villages.enrol(old, old_cycle, range(sizes.history))
    villages.history(old, old_cycle, sizes.history)
    os.sync()  # what the making of a million rows wrote does not wait for the disk beside the votes
    rates: dict[str, list[float]] = {"young": [], "old": []}
    at = {"young": VOTERS_FROM, "old": VOTERS_FROM}
    with Served(young.path) as served_young, Served(old.path) as served_old:
        for no in range(sizes.runs):
            pairs = [("young", young, served_young), ("old", old, served_old)]
            for name, home, served in pairs if no % 2 == 0 else reversed(pairs):
                villages.checkpoint(home)
                run = load(address(home, served, "sms"), "votes.lua", at[name], "g", sizes.seconds)
                assert run.refused + run.broken == 0, run
                at[name] = run.next
                rates[name].append(run.rate)
    ratios = [one / other for one, other in zip(rates["old"], rates["young"], strict=True)]
    seen = " ".join(f"{ratio:.2f}" for ratio in ratios)
    return [
        Figure("votes with an empty database", median(rates["young"]), "votes/s"),
        Figure(f"votes with {sizes.history:,} ballots and roll entries", median(rates["old"]), "votes/s"),
        Figure("the second to the first", median(ratios), "ratio", ">= 0.85", seen),
    ]
