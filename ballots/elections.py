"""Between a .pb file and our own values: its rules, its proposals and ballots; and a poll of ours as a .pb file."""

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, tzinfo

from ballots.casting import cost_limit, most_choices, normalise
from ballots.errors import BadPabulib
from ballots.model import BallotForm, Choices, Paper, Proposal, Rules, Tally, Ties
from ballots.pabulib import Election, Project, Vote
from ballots.rules import RULES, quotas
from ballots.rules.decisions import Decision

PABULIB_RULES: dict[str, str] = {
    "greedy": "greedy",
    "equalshares": "equal-shares-plain",
    "equalshares/add1": "equal-shares",
}
"""META's `rule` -> our rule; our own names serve too. Pabulib's plain `greedy` skips what does not fit."""

GREEDY = ("greedy", "greedy-no-skip")
WITH_THRESHOLD, THRESHOLD = "greedy-threshold", "min_project_score_threshold"
"""The name of a greedy rule with a threshold that decides, and of the field of META that holds it."""

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
        threshold=threshold or election.limit(THRESHOLD) or 0,
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
    meant = {
        project_ids: normalise(numbers[project_id] for project_id in project_ids)
        for project_ids in {vote.project_ids for vote in election.votes}
    }
    return tuple(meant[vote.project_ids] for vote in election.votes)


def election_of(
    paper: Paper, ballots: Mapping[Choices, int], tally: Tally, language: str, zone: tzinfo = UTC
) -> Election:
    """A poll of ours for a .pb file, in the fields of https://pabulib.org/format; days are those of `zone`.

    Ballots are sorted by content and numbered anew, so their order tells nothing. Where a tie decided, projects stand
    in the order of the count: who takes equal votes in the order of the file funds the same ones.
    """
    cast = sorted(Counter(ballots).elements())
    votes = tuple(
        Vote(str(place), tuple(paper.by_number[number].proposal_id for number in choices))
        for place, choices in enumerate(cast, 1)
    )
    columns = _columns(paper, language)
    projects = tuple(_project(proposal, tally, language, columns) for proposal in _ordered(paper, tally))
    return Election(_meta(paper, tally, language, zone), projects, votes)


def _meta(paper: Paper, tally: Tally, language: str, zone: tzinfo) -> dict[str, str]:
    rules = paper.rules
    found: dict[str, object] = {
        "description": paper.title[language],
        "country": "Kazakhstan",
        "unit": paper.area.names[language],
        "instance": paper.opens_at.astimezone(zone).year,
        "num_projects": len(paper.proposals),
        "num_votes": tally.ballots,
        "budget": rules.budget,
        "vote_type": "choose-1" if rules.form is BallotForm.CHOOSE_1 else "approval",
        "rule": _rule_name(paper, tally),
        "date_begin": f"{paper.opens_at.astimezone(zone):%d.%m.%Y}",
        "date_end": f"{paper.closes_at.astimezone(zone):%d.%m.%Y}",
        "min_length": rules.min_choices,
        "max_length": min(most_choices(rules), len(paper.proposals)),
        "max_sum_cost": cost_limit(rules),
        THRESHOLD: rules.threshold if _threshold_decides(paper, tally) else None,
        "language": language.partition("-")[0],
        "currency": "KZT",
        "fully_funded": 1 if sum(each.cost for each in paper.proposals) <= rules.budget else None,
        "comment": " ".join(f"#{place}: {note}" for place, note in enumerate(_notes(paper, tally), 1)) or None,
    }
    return {key: _one_line(str(value)) for key, value in found.items() if value is not None}


def _rule_name(paper: Paper, tally: Tally) -> str:
    """Pabulib's word for what was done; a rule that it has no word for keeps ours."""
    ours = {our: theirs for theirs, our in PABULIB_RULES.items()}.get(paper.rules.rule, paper.rules.rule)
    special = {step.decision for step in tally.steps} & {Decision.CONFLICT, Decision.WITHDRAWN}
    if paper.rules.quotas and ours in GREEDY:
        return "greedy-custom"
    if special and ours in GREEDY:
        return "greedy-exclusive" if special == {Decision.CONFLICT} and ours == "greedy" else "greedy-custom"
    return WITH_THRESHOLD if ours == "greedy" and _threshold_decides(paper, tally) else ours


def _threshold_decides(paper: Paper, tally: Tally) -> bool:
    return any(votes < paper.rules.threshold for votes in tally.votes.values())


def _notes(paper: Paper, tally: Tally) -> Iterator[str]:
    """What the fields of the format do not say."""
    if _a_tie_decided(tally):
        seed = f" with the seed {paper.rules.lot_seed}" if paper.rules.ties is Ties.LOT else ""
        yield f"A tie decided. Policy: {paper.rules.ties}{seed}; projects stand in the order of the count."
    if paper.rules.quotas:
        yield f"Shares of the budget: {'; '.join(map(quotas.write, paper.rules.quotas))} percent."
    conflicts = [step.proposal_id for step in tally.steps if step.decision == Decision.CONFLICT]
    if conflicts:
        yield f"Not funded because another project of the same conflict group was: {', '.join(conflicts)}."
    withdrawn = [proposal.proposal_id for proposal in paper.proposals if proposal.withdrawn]
    if withdrawn:
        yield f"Withdrawn while people voted, and not counted: {', '.join(withdrawn)}."


def _a_tie_decided(tally: Tally) -> bool:
    return any(tie.decisive for tie in tally.ties)


def _ordered(paper: Paper, tally: Tally) -> Iterable[Proposal]:
    """As on the paper; where a tie decided, as they were counted."""
    if not _a_tie_decided(tally):
        return paper.proposals
    places = {step.proposal_id: place for place, step in enumerate(tally.steps)}
    return sorted(paper.proposals, key=lambda proposal: places.get(proposal.proposal_id, len(places)))


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
    named = rule or (PABULIB_RULES | {WITH_THRESHOLD: "greedy"}).get(asked, asked)
    if named not in RULES:
        raise BadPabulib(f"the rule {asked} is not known here; choose one with --rule: {', '.join(RULES)}")
    return named


def _project(proposal: Proposal, tally: Tally, language: str, columns: Collection[str]) -> Project:
    fields = {
        "votes": str(tally.votes[proposal.proposal_id]),
        "name": _one_line(proposal.names[language]),
        "category": _one_line(proposal.category),
        "selected": str(int(proposal.proposal_id in tally.funded)),
        "description": _text(proposal, language),
        "public_id": str(proposal.number),
    }
    return Project(proposal.proposal_id, proposal.cost, {name: fields[name] for name in fields if name in columns})


def _columns(paper: Paper, language: str) -> Collection[str]:
    """The format takes an empty category, but no empty description: that column stands where every text is there."""
    columns = {"votes", "name", "selected", "public_id"}
    if any(proposal.category for proposal in paper.proposals):
        columns.add("category")
    if all(_text(proposal, language) for proposal in paper.proposals):
        columns.add("description")
    return columns


def _text(proposal: Proposal, language: str) -> str:
    return _one_line(proposal.texts.get(language, ""))


def _one_line(text: str) -> str:
    """Without line breaks, which not every reader of the format takes, and blanks at its ends, which none wants."""
    return " ".join(text.split())


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
