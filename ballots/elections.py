"""Between a .pb file and our own values: its rules, its proposals and ballots; and a poll of ours as a .pb file."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from ballots.casting import cost_limit, most_choices, normalise
from ballots.errors import BadPabulib
from ballots.model import BallotForm, Choices, Paper, Proposal, Rules, Tally, Ties
from ballots.pabulib import Election, Project, Vote
from ballots.rules import RULES

PABULIB_RULES: dict[str, str] = {
    "greedy": "greedy",
    "equalshares": "equal-shares-plain",
    "equalshares/add1": "equal-shares",
}
"""META's `rule` -> our rule; our own names serve too. Pabulib's plain `greedy` skips what does not fit."""

COUNTED_VOTES = ("approval", "choose-1")
"""META's `vote_type` that a ballot of ours can hold."""


def rules_of(
    election: Election, rule: str | None = None, ties: Ties = Ties.CHEAPER, threshold: int = 0, lot_seed: str = ""
) -> Rules:
    """How the file's ballots are filled in and counted; `rule` is a key of RULES, None = as META says.

    Raises BadPabulib for a kind of vote or a rule that is not known here.
    """
    kind = election.meta.get("vote_type", "approval")
    if kind not in COUNTED_VOTES:
        raise BadPabulib(f"vote_type {kind} is not counted here; known: {', '.join(COUNTED_VOTES)}")
    most = min(election.limit("max_length") or len(election.projects), len(election.projects))
    max_cost = election.limit("max_sum_cost")
    form = BallotForm.APPROVAL if max_cost is None else BallotForm.KNAPSACK
    if kind == "choose-1" or (most == 1 and max_cost is None):
        form, most, max_cost = BallotForm.CHOOSE_1, 1, None
    return Rules(
        form=form,
        min_choices=min(max(election.limit("min_length") or 1, 1), most),
        max_choices=most,
        max_cost=max_cost,
        budget=election.budget,
        rule=_rule(election, rule),
        ties=ties,
        threshold=threshold,
        lot_seed=lot_seed,
    )


def proposals_of(election: Election, languages: Iterable[str], short_limit: int) -> tuple[Proposal, ...]:
    """The projects as proposals 1..n in the order of the file.

    A name serves every language, shortened to `short_limit` UTF-16 units for menus.
    """
    codes = tuple(languages)
    return tuple(
        Proposal(
            number=number,
            proposal_id=project.project_id,
            cost=project.cost,
            names=dict.fromkeys(codes, project.name),
            shorts=dict.fromkeys(codes, shorten(project.name, short_limit)),
            category=project.fields.get("category", ""),
        )
        for number, project in enumerate(election.projects, 1)
    )


def choices_of(election: Election) -> tuple[Choices, ...]:
    """The votes as choices among proposals 1..n, in the order of the file."""
    numbers = {project.project_id: number for number, project in enumerate(election.projects, 1)}
    return tuple(normalise(numbers[project_id] for project_id in vote.project_ids) for vote in election.votes)


def election_of(paper: Paper, ballots: Mapping[Choices, int], tally: Tally, language: str) -> Election:
    """A poll of ours for a .pb file; ballots are sorted by content and numbered anew, so their order tells nothing."""
    rules = paper.rules
    limits = {
        "min_length": rules.min_choices,
        "max_length": most_choices(rules),
        "max_sum_cost": cost_limit(rules),
    }
    meta = {
        "description": paper.title[language],
        "country": "Kazakhstan",
        "unit": paper.area.names[language],
        "instance": str(paper.opens_at.year),
        "num_projects": str(len(paper.proposals)),
        "num_votes": str(tally.ballots),
        "budget": str(rules.budget),
        "vote_type": "approval",
        "rule": {ours: theirs for theirs, ours in PABULIB_RULES.items()}.get(rules.rule, rules.rule),
        "date_begin": f"{paper.opens_at:%d.%m.%Y}",
        "date_end": f"{paper.closes_at:%d.%m.%Y}",
        "currency": "KZT",
    }
    meta |= {key: str(limit) for key, limit in limits.items() if limit is not None}
    projects = tuple(_project(proposal, tally, language) for proposal in paper.proposals)
    cast = sorted(Counter(ballots).elements())
    votes = tuple(
        Vote(str(place), tuple(paper.by_number[number].proposal_id for number in choices))
        for place, choices in enumerate(cast, 1)
    )
    return Election(meta, projects, votes)


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-16 units: cut between words if more than half remains, else between letters."""
    if _units(text) <= limit:
        return text
    end = 0
    while _units(text[: end + 1]) <= limit:
        end += 1
    while end and unicodedata.combining(text[end]):
        end -= 1
    border = end if text[end].isspace() else text.rfind(" ", 0, end)
    return text[: border if border * 2 > end else end].rstrip(" ,.;:-–—(„“\"'«")


def _rule(election: Election, rule: str | None) -> str:
    asked = rule or election.meta.get("rule", "greedy")
    named = rule or PABULIB_RULES.get(asked, asked)
    if named not in RULES:
        raise BadPabulib(f"the rule {asked} is not known here; choose one with --rule: {', '.join(RULES)}")
    return named


def _project(proposal: Proposal, tally: Tally, language: str) -> Project:
    fields = {
        "name": proposal.names[language],
        "votes": str(tally.votes[proposal.proposal_id]),
        "selected": str(int(proposal.proposal_id in tally.funded)),
        "number": str(proposal.number),
    }
    return Project(proposal.proposal_id, proposal.cost, fields)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
