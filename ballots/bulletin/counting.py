"""Checks of the count: the paper allows every ballot, and each tally is what the rule makes of them, day by day too."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ballots import canonical, casting, pabulib, tallying
from ballots.bulletin import acts, files, hiding
from ballots.bulletin.findings import Asked, Finding, holds, unknown, wrong
from ballots.bulletin.publishing import UNTOLD, counted_by
from ballots.bulletin.values import Batch, Bulletin, Day, Publish
from ballots.errors import Refused, StrayNumber, Unreadable
from ballots.model import Choices, Paper, Tally

STEP = ("proposal_id", "number", "votes", "cost", "left", "decision", "tie")
"""What every step says in this format; later versions may say more."""

BY_SUMS = ("greedy", "greedy-no-skip")
"""Rules whose winners follow from the votes of each proposal, without the ballots."""


def check_choices(bulletin: Bulletin, _: Asked) -> Iterator[Finding]:
    """Each ballot could be cast on this paper; a proposal may have been withdrawn later."""
    refused = {choices: times for choices, times in bulletin.cast.items() if not _is_allowed(bulletin.frozen, choices)}
    for choices, times in sorted(refused.items()):
        yield wrong("not_allowed", choices=",".join(map(str, choices)) or "-", ballots=times)
    if bulletin.cast and not refused:
        yield holds("choices_hold", different=len(bulletin.cast))


def _is_allowed(paper: Paper, choices: Choices) -> bool:
    try:
        casting.check(paper, choices)
    except Refused:
        return False
    return choices == casting.normalise(choices)


def check_tally(bulletin: Bulletin, _: Asked) -> Iterator[Finding]:
    """The published tally is what the rule makes of what is published."""
    counted = recount(bulletin, bulletin.paper, bulletin.batches, bulletin.tally.get("votes"))
    ballots = sum(batch.size for batch in bulletin.batches)
    expected = _plain(bulletin, counted, ballots)
    differs = sorted(name for name in expected if _differs(expected[name], bulletin.tally.get(name)))
    for name in differs:
        yield wrong("other_tally", file=files.TALLY, what=name)
    if not differs and counted is not None:
        funded = ", ".join(f"№{number}" for number in _numbers(bulletin.paper, counted.funded)) or "-"
        yield holds("tally_holds", ballots=ballots, rule=counted.rule or "-", funded=funded)
    if bulletin.tally.get("pending"):
        yield unknown("sealed", votes=bulletin.tally["pending"])
    yield from _untold(bulletin, counted)


def _untold(bulletin: Bulletin, counted: Tally | None) -> Iterator[Finding]:
    if bulletin.about.publish is Publish.TURNOUT:
        yield unknown("turnout_only", ballots=bulletin.tally["ballots"], least=bulletin.manifest["mix_min"])
    elif bulletin.about.publish is Publish.TOTALS:
        yield unknown("totals_only")
        if counted is None:
            yield unknown("rule_needs_ballots", rule=bulletin.paper.rules.rule)


def recount(
    bulletin: Bulletin, paper: Paper, batches: Sequence[Batch], stated: Mapping[str, int] | None
) -> Tally | None:
    """What the paper's rule makes of the ballots of these batches, or of the stated votes where ballots are not public.

    None where the rule cannot be followed from what is public. Raises StrayNumber.
    """
    ballots = sum(batch.size for batch in batches)
    if bulletin.about.publish is Publish.BALLOTS:
        return tallying.tally(paper, bulletin.cast_in(batch.no for batch in batches))
    if bulletin.about.publish is Publish.TURNOUT or paper.rules.rule not in BY_SUMS or stated is None:
        return None
    sums = {(proposal.number,): stated[proposal.proposal_id] for proposal in paper.proposals}
    return replace(tallying.tally(paper, sums), ballots=ballots)


def _plain(bulletin: Bulletin, counted: Tally | None, ballots: int) -> dict[str, Any]:
    """tally.json as it must be, without what cannot be told."""
    sure = {
        "cycle": bulletin.about.cycle,
        "ballots": ballots,
        "accepted": bulletin.tally["pending"] + ballots,
        "head": bulletin.chain[-1].hash,
    }
    if bulletin.about.publish is Publish.TURNOUT:
        return sure | dict.fromkeys(UNTOLD)
    if counted is None:
        return sure
    plain = tallying.as_plain(counted, cycle=0, accepted=0, pending=0, head="") | sure
    return plain | {"pending": bulletin.tally["pending"], "steps": _steps(plain["steps"], bulletin.tally["steps"])}


def _steps(expected: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The steps, without what a step did not say yet when the bulletin was made."""
    known = [set(step) for step in found] + [set()] * len(expected)
    return [
        {name: value for name, value in step.items() if name in STEP or name in written}
        for step, written in zip(expected, known, strict=False)
    ]


def check_days(bulletin: Bulletin, _: Asked) -> Iterator[Finding]:
    """Each day's tally is that of the batches that the audit log had mixed by then."""
    hashes = {link.hash for link in bulletin.chain}
    found: list[Finding] = []
    untold = 0
    for day in bulletin.days:
        if day.head not in hashes:
            found.append(wrong("day_without_head", file=files.DAYS, slot=day.slot))
            continue
        found += [wrong("other_day", file=files.DAYS, slot=day.slot, what=name) for name in _day(bulletin, day)]
        untold += day.tally["votes"] is None
    yield from found or [holds("days_hold", days=len(bulletin.days))]
    if untold:
        yield unknown("days_untold", days=untold)


def _day(bulletin: Bulletin, day: Day) -> list[str]:
    """Names of what differs."""
    batches = counted_by(bulletin, day.head)
    ballots, tally = sum(batch.size for batch in batches), day.tally
    expected: dict[str, Any] = {"ballots": ballots, "accepted": tally["pending"] + ballots, "slot": day.slot}
    expected |= {"cycle": bulletin.about.cycle, "area": bulletin.paper.area.code}
    if tally["votes"] is not None and not _splits(bulletin, batches):
        counted = recount(bulletin, _paper_at(bulletin, day), batches, tally["votes"])
        if counted is not None:
            plain = tallying.as_plain(counted, cycle=0, accepted=0, pending=0, head="")
            expected |= {name: plain[name] for name in ("votes", "funded", "ties")}
    return sorted(name for name in expected if _differs(expected[name], tally.get(name)))


def _splits(bulletin: Bulletin, batches: list[Batch]) -> bool:
    return hiding.splits({batch.no for batch in batches}, bulletin.batches, bulletin.about.together)


def _paper_at(bulletin: Bulletin, day: Day) -> Paper:
    until = next(place for place, link in enumerate(bulletin.chain, 1) if link.hash == day.head)
    logged = acts.of_poll(bulletin.chain, bulletin.about.poll, bulletin.about.cycle)
    return bulletin.paper_with(acts.withdrawn(logged, until))


def check_election(bulletin: Bulletin, found: Mapping[str, bytes]) -> Iterator[Finding]:
    """election.pb says the same: proposals, costs, votes, winners, ballots."""
    if bulletin.about.publish is not Publish.BALLOTS:
        return
    try:
        election = pabulib.read(files.content(found, files.ELECTION))
    except Unreadable as error:
        yield wrong("bad_file", file=files.ELECTION, reason=str(error))
        return
    paper, tally = bulletin.paper, bulletin.tally
    ids = {proposal.number: proposal.proposal_id for proposal in paper.proposals}
    rows = {
        project.project_id: (project.cost, project.fields.get("votes"), project.selected)
        for project in election.projects
    }
    expected = {
        p.proposal_id: (p.cost, str(tally["votes"][p.proposal_id]), p.proposal_id in tally["funded"])
        for p in paper.proposals
    }
    written = Counter(frozenset(vote.project_ids) for vote in election.votes)
    cast = {frozenset(ids[number] for number in choices): times for choices, times in bulletin.cast.items()}
    if rows != expected or written != cast or election.budget != paper.rules.budget:
        yield wrong("other_election", file=files.ELECTION)
    else:
        yield holds("election_holds", file=files.ELECTION)


def _numbers(paper: Paper, proposal_ids: Sequence[str]) -> list[int]:
    numbers = {proposal.proposal_id: proposal.number for proposal in paper.proposals}
    return [numbers[proposal_id] for proposal_id in proposal_ids]


def _differs(expected: object, found: object) -> bool:
    """As JSON: tuples are lists there, words of an enumeration are text."""
    return canonical.write(expected) != canonical.write(found)


MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, StopIteration, StrayNumber)
"""What a check meets in values that nobody honest has written."""
