"""Runs in the venv of `make compare`, the only place where pabutools is: jobs as JSON lines in, answers out.

A job: {"file", "rule", "ties", "without": [ids], "times", "alike": true to put alike ballots together first, which is
faster for Equal Shares and no call that pabutools makes by itself}.
An answer: {"selected": [ids], "reading": [seconds], "counting": [seconds]}, the putting together included.
"""

import json
import sys
import time
from pathlib import Path

from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule

POLICIES = {
    "cheaper": lambda order: TieBreakingRule(lambda _i, _p, project: (project.cost, order[project.name])),
    "dearer": lambda order: TieBreakingRule(lambda _i, _p, project: (-project.cost, order[project.name])),
    "number": lambda order: TieBreakingRule(lambda _i, _p, project: order[project.name]),
}

RULES = {
    "greedy": lambda instance, profile, ties: greedy_utilitarian_welfare(
        instance, profile, sat_class=Cost_Sat, tie_breaking=ties
    ),
    "equal-shares-plain": lambda instance, profile, ties: method_of_equal_shares(
        instance, profile, sat_class=Cost_Sat, tie_breaking=ties
    ),
    "equal-shares": lambda instance, profile, ties: method_of_equal_shares(
        instance, profile, sat_class=Cost_Sat, tie_breaking=ties, voter_budget_increment=1
    ),
}


def main():
    for line in sys.stdin:
        job = json.loads(line)
        reading, counting, selected = [], [], []
        for _ in range(job["times"]):
            began = time.perf_counter()
            instance, profile = parse_pabulib(job["file"])
            read = time.perf_counter()
            order = _order(job["file"])
            for project in [project for project in instance if project.name in job["without"]]:
                instance.remove(project)
                for ballot in profile:
                    ballot.discard(project)
            ties = POLICIES[job["ties"]](order)
            start = time.perf_counter()
            ballots = profile.as_multiprofile() if job["alike"] else profile
            chosen = RULES[job["rule"]](instance, ballots, ties)
            counting.append(time.perf_counter() - start)
            reading.append(read - began)
            selected = sorted(project.name for project in chosen)
        print(json.dumps({"selected": selected, "reading": reading, "counting": counting}), flush=True)


def _order(file):
    """Project id -> its place in the file: pabutools keeps a set."""
    with Path(file).open(encoding="utf-8") as lines:
        names, inside = [], None
        for line in lines:
            word = line.strip()
            if word in {"META", "PROJECTS", "VOTES"}:
                inside = word
            elif inside == "PROJECTS":
                names.append(word)
    column = names[0].split(";").index("project_id")
    return {row.split(";")[column].strip(): place for place, row in enumerate(names[1:])}


if __name__ == "__main__":
    main()
