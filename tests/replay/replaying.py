"""One election of Pabulib: loaded, voted over HTTP, closed, and held against what was published."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.served import Served, dauys, document

TERMS: Mapping[str, tuple[str, ...]] = {  # as SOURCES.md found out; all others: greedy, cheaper first
    "poland_warszawa_2018_niskie-okecie.pb": ("--ties", "dearer"),
    "poland_lodz_2022_zdrowie-mania.pb": ("--threshold", "50"),
    "poland_poznan_2023_10-swierczewo-wilda-zielony-debiec.pb": ("--rule", "greedy-no-skip"),
    "poland_wieliczka_2023.pb": ("--rule", "greedy"),
}
OTHER_RULE = frozenset({"poland_wieliczka_2023.pb"})
"""Counted there by Equal Shares: only the votes are compared."""

REPEATS = {"poland_warszawa_2022_wola.pb": 1}
"""Ballots that repeat a project, which the published figure counts twice: so many votes more there than here."""

SMALLEST = (
    "poland_warszawa_2018_niskie-okecie.pb",
    "poland_lodz_2022_zdrowie-mania.pb",
    "poland_warszawa_2019_okecie.pb",
    "poland_gdynia_2020_witomino-small.pb",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a replay printed, beside what was published."""

    name: str
    facts: Mapping[str, Any]
    expected: Mapping[str, Any]
    seconds: float  # with loading, closing and counting

    @property
    def votes_equal(self) -> bool:
        """Votes per project as expected.json has them."""
        published, counted = self.expected["votes"], self.facts["votes"]
        excess = sum(published.values()) - sum(counted.values())
        return excess == REPEATS.get(self.name, 0) and all(
            0 <= published.get(project_id, 0) - votes <= excess for project_id, votes in counted.items()
        )

    @property
    def funded_equal(self) -> bool | None:
        """None where the published count followed a rule that is not ours."""
        if self.name in OTHER_RULE:
            return None
        return sorted(self.facts["funded"]) == sorted(self.expected["selected"])

    @property
    def good(self) -> bool:
        """Is everything as published, and every vote counted once?"""
        return bool(self.facts["sound"] and self.votes_equal and self.funded_equal is not False)


def expected(folder: Path) -> dict[str, Any]:
    """File name -> what was published."""
    found: dict[str, Any] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


def replay(served: Served, file: Path, published: Mapping[str, Any], aul: int, *options: object) -> Outcome:
    """Vote an election again on a running server; `aul` is also the seed."""
    began = time.monotonic()
    loaded = dauys(served.home, "load", "election", file, "--aul", aul, "--open", *TERMS.get(file.name, ()))
    cycle = loaded.splitlines()[-1]
    arguments = ("replay", file, "--cycle", cycle, "--url", served.url, "--seed", aul, "--close", *options)
    facts = document(served.home, *arguments)
    return Outcome(file.name, facts, published, time.monotonic() - began)
