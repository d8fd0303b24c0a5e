"""What is compared: the real elections, and small generated ones that are full of ties."""

from dataclasses import replace
from pathlib import Path
from random import Random  # noqa: TID251 - seeded: the same elections on every machine

from ballots import pabulib
from ballots.elections import choices_of, proposals_of, rules_of
from ballots.model import Choices, Paper, Ties
from ballots.pabulib import Election, Project, Vote
from tests.papers import aul_paper

GENERATED = 300
WITHOUT = {"poland_wieliczka_2023.pb": ("66", "67")}
"""Projects of the same village as a winner, which the regulation excluded (SOURCES.md beside the files)."""


def generate(seed: int, folder: Path) -> Path:
    """An election as a .pb file: few voters, round costs and correlated ballots make for many ties."""
    chance = Random(seed)
    costs = [1, 2, 3, 4, 6, 10, 12, 25] if seed % 3 else list(range(1, 80))
    projects = tuple(Project(f"p{number}", chance.choice(costs)) for number in range(1, chance.randint(3, 13)))
    ids = [project.project_id for project in projects]
    favourites = [chance.sample(ids, chance.randint(0, min(4, len(ids)))) for _ in range(chance.randint(1, 5))]
    votes = []
    for voter in range(chance.randint(1, 50)):
        chosen = set(chance.choice(favourites)) if chance.random() < 0.6 else set()
        chosen |= {name for name in ids if chance.random() < 0.15}
        votes.append(Vote(str(voter), tuple(name for name in ids if name in chosen)))
    budget = max(chance.randint(1, max(1, sum(project.cost for project in projects))), 1)
    meta = {"description": f"generated {seed}", "country": "none", "unit": "none", "instance": str(seed)}
    meta |= {"num_projects": str(len(projects)), "num_votes": str(len(votes)), "budget": str(budget)}
    meta |= {"vote_type": "approval", "rule": "greedy"}
    file = folder / f"generated-{seed}.pb"
    file.write_bytes(pabulib.write(Election(meta, projects, tuple(votes))))
    return file


def contest(
    election: Election, rule: str, ties: Ties, without: tuple[str, ...] = ()
) -> tuple[Paper, tuple[Choices, ...]]:
    """The paper and the ballots of a file under a rule. Without a threshold: pabutools' greedy rule funds what nobody chose."""
    rules = rules_of(election, rule, ties)
    proposals = proposals_of(election, ("ru",), 30)
    proposals = tuple(replace(p, withdrawn=p.proposal_id in without) for p in proposals)
    return aul_paper(rules, proposals=proposals), choices_of(election)
