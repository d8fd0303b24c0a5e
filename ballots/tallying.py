"""From ballots to a tally, and a tally as plain values for JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ballots.casting import normalise
from ballots.model import Choices, Paper, Tally
from ballots.polls import POLLS
from ballots.rules import RULES
from ballots.rules.walk import Outcome, votes_of

NOTHING = Outcome(funded=(), steps=(), ties=())

_SOMETIMES = ("pays", "reserved")
"""Fields of a step that are left out where they are 0 or false."""


def tally(paper: Paper, ballots: Iterable[Choices] | Mapping[Choices, int]) -> Tally:
    """Count `ballots`: one by one in any order, or as distinct ballot -> how many.

    Without a ballot nothing is funded, and a poll that hands out no budget (polls.py) is only added up. Raises
    StrayNumber for a number that is not on the paper.
    """
    alike = distinct(ballots)
    cast = sum(alike.values())
    votes = votes_of(paper, alike)
    rule = paper.rules.rule if POLLS[paper.kind].funds else ""
    outcome = RULES[rule](paper, alike) if rule and cast else NOTHING
    return Tally(
        ballots=cast,
        votes={proposal.proposal_id: votes[proposal.number] for proposal in paper.proposals},
        funded=outcome.funded,
        rule=rule,
        ties=outcome.ties,
        steps=outcome.steps,
    )


def distinct(ballots: Iterable[Choices] | Mapping[Choices, int]) -> Counter[Choices]:
    """Distinct ballot -> how many voters cast it; a number that a ballot repeats is taken once."""
    alike: Counter[Choices] = Counter()
    for choices, times in Counter(ballots).items():
        alike[normalise(choices)] += times
    return alike


def as_plain(tally: Tally, *, cycle: int, accepted: int, pending: int, head: str) -> dict[str, Any]:
    """What `dauys tally --json` prints and an export holds. `accepted` = `pending` + the ballots; `head`: 64 hex."""
    plain = asdict(tally)
    return {
        "cycle": cycle,
        "accepted": accepted,
        "pending": pending,
        "ballots": tally.ballots,
        "votes": dict(tally.votes),
        "funded": list(tally.funded),
        "rule": tally.rule,
        "ties": [tie | {"proposal_ids": list(tie["proposal_ids"])} for tie in plain["ties"]],
        "steps": [_told(step) for step in plain["steps"]],
        "head": head,
    }


def _told(step: dict[str, Any]) -> dict[str, Any]:
    """Without what only some rules know."""
    return {name: value for name, value in step.items() if value or name not in _SOMETIMES}
