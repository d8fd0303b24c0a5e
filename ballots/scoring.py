"""Elections of Pabulib whose ballots hold ranks or points, counted by the sum of points.

Our own polls take no such ballots: their envelopes hold a choice. The sums are handed to the greedy rules, which take
the most points first; Equal Shares is about who chose what, and refuses.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from ballots.elections import proposals_of
from ballots.errors import BadPabulib
from ballots.model import Rules, Tally
from ballots.pabulib import Election, Vote
from ballots.rules import borda, greedy, greedy_no_skip, phases
from ballots.rules.walk import Contest, Method

METHODS: Mapping[str, Method] = {"greedy": greedy.method, "greedy-no-skip": greedy_no_skip.method}
"""Key of RULES -> its way through sums of points."""


def count(election: Election, rules: Rules) -> Tally:
    """The tally of a file of `vote_type` ordinal, cumulative or scoring; its `votes` are sums of points.

    Raises BadPabulib for another kind of vote, for points that do not go with their projects, for another rule.
    """
    score = SCORES.get(election.meta.get("vote_type", ""))
    method = METHODS.get(rules.rule)
    if score is None:
        raise BadPabulib(f"vote_type {election.meta.get('vote_type', 'approval')} has no points to be summed")
    if method is None:
        raise BadPabulib(f"the rule {rules.rule} does not count points; choose {' or '.join(METHODS)}")
    sums: Counter[str] = Counter()
    for vote in election.votes:
        sums.update(score(election, vote))
    proposals = proposals_of(election, ("en",), len(election.projects))
    points = {proposal.number: sums[proposal.proposal_id] for proposal in proposals}
    outcome = phases.decide(Contest(rules, proposals, points), method)
    return Tally(
        ballots=len(election.votes),
        votes={proposal.proposal_id: points[proposal.number] for proposal in proposals},
        funded=outcome.funded,
        rule=rules.rule,
        ties=outcome.ties,
        steps=outcome.steps,
    )


def _ranked(election: Election, vote: Vote) -> dict[str, int]:
    return borda.points(vote.project_ids, election.limit("max_length") or len(election.projects))


def _given(_: Election, vote: Vote) -> dict[str, int]:
    """The voter's own points, as they stand beside the projects."""
    given = [part.strip() for part in vote.fields.get("points", "").split(",")] if vote.project_ids else []
    try:
        return dict(zip(vote.project_ids, map(int, given), strict=True))
    except ValueError as error:
        raise BadPabulib(
            f"the points of voter {vote.voter_id} are {vote.fields.get('points', '')!r}: write one whole number for "
            f"each of the {len(vote.project_ids)} projects"
        ) from error


SCORES: Mapping[str, Callable[[Election, Vote], dict[str, int]]] = {
    "ordinal": _ranked,
    "cumulative": _given,
    "scoring": _given,
}
"""META's `vote_type` -> the points that one ballot gives."""
