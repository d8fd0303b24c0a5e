"""A replay's report in words."""

from collections.abc import Iterator, Mapping

from gateway.replaying.report import SHOWN, Report

YES_NO: Mapping[bool | None, str] = {True: "yes", False: "no", None: "not compared"}


def lines(name: str, report: Report) -> Iterator[str]:
    """What is printed."""
    votes, counts = report.votes, report.votes.counts
    yield f"{name}: {len(report.plan.voters)} voters, {report.plan.empty} empty ballots not sent"
    yield from _some("ballots break the file's own limits and were not sent", report.plan.over_limit)
    sent = ", ".join(f"{times} by {channel}" for channel, times in sorted(votes.channels.items()))
    yield f"sent          {sent or 'none'}; {votes.both} by both"
    yield f"calls         {counts.posts}, {counts.duplicates} deliveries twice, {counts.resent} sent again"
    yield f"acknowledged  {len(votes.acknowledged)}, unknown {len(votes.unknown)}, refused {len(votes.refused)}"
    yield from _some("refused", [votes.refused[place].replace("\n", " / ") for place in sorted(votes.refused)])
    rate = len(votes.acknowledged) / report.seconds if report.seconds else 0
    yield f"time          {report.seconds:.1f} s, {rate:.0f} votes/s"
    yield f"accepted      {report.counted.accepted}"
    yield from _projects(report)
    yield f"votes as the file publishes them: {YES_NO[report.votes_as_published]}"
    yield f"funded as the file publishes it: {YES_NO[report.funded_as_published]}"
    yield from _some("differences", report.differences)
    yield (
        "every acknowledged vote is counted once" if report.sound else "NOT every vote is acknowledged and counted once"
    )


def _projects(report: Report) -> Iterator[str]:
    counted = report.counted
    yield "project       expected   counted" if counted.closed else "project       expected"
    for project_id, expected in report.plan.expected().items():
        found = f"{counted.votes.get(project_id, 0):>10}" if counted.closed else ""
        funded = "  funded" if counted.closed and project_id in counted.funded else ""
        yield f"{project_id:<12}{expected:>10}{found}{funded}"


def _some(what: str, found: "tuple[str, ...] | list[str]") -> Iterator[str]:
    if found:
        yield f"{len(found)} {what}:"
        yield from (f"  {line}" for line in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"  and {len(found) - SHOWN} more"
