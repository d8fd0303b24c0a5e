"""What a replay found: what was sent and answered, what should be counted, and whether it is. The file is the truth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ballots.pabulib import Election
from gateway.replaying.crowd import Votes
from gateway.replaying.plan import Plan

SHOWN = 5  # refusals and ballots over a limit that are told in words


@dataclass(frozen=True, slots=True)
class Counted:
    """What the gateway says it has."""

    accepted: int
    closed: bool  # ballots are mixed and counted
    votes: Mapping[str, int]  # project_id -> votes
    funded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A replay and its outcome."""

    plan: Plan
    votes: Votes
    counted: Counted
    published: Mapping[str, int]  # project_id -> votes, as the file has them
    selected: frozenset[str]  # project_ids, as the file has them
    seconds: float

    @property
    def differences(self) -> tuple[str, ...]:
        """Where the gateway's count is not what the acknowledged votes make; none: every one is counted once."""
        found = list(_outside("votes accepted", self.counted.accepted, self._least, self._most))
        if self.counted.closed:
            least = self.plan.expected(frozenset(self.votes.acknowledged))
            most = self.plan.expected(frozenset(self.votes.acknowledged | self.votes.unknown))
            for project_id, votes in least.items():
                counted = self.counted.votes.get(project_id, 0)
                found += _outside(f"votes for {project_id}", counted, votes, most[project_id])
        return tuple(found)

    @property
    def sound(self) -> bool:
        """Was every vote acknowledged, and is every acknowledged vote counted once?"""
        return len(self.votes.acknowledged) == len(self.plan.voters) and not self.differences

    @property
    def votes_as_published(self) -> bool | None:
        """None before closing, or if the file publishes none."""
        if not self.counted.closed or not self.published:
            return None
        return all(self.counted.votes.get(project_id, 0) == votes for project_id, votes in self.published.items())

    @property
    def funded_as_published(self) -> bool | None:
        """None before closing, or if the file publishes none."""
        if not self.counted.closed or not self.selected:
            return None
        return frozenset(self.counted.funded) == self.selected

    def facts(self) -> dict[str, Any]:
        """Everything, for --json."""
        sent, counts = self.votes, self.votes.counts
        return {
            "voters": len(self.plan.voters),
            "empty": self.plan.empty,
            "over_limit": list(self.plan.over_limit),
            "sent": dict(sorted(sent.channels.items())),
            "both_channels": sent.both,
            "posts": counts.posts,
            "duplicates": counts.duplicates,
            "resent": counts.resent,
            "acknowledged": len(sent.acknowledged),
            "unknown": len(sent.unknown),
            "refused": len(sent.refused),
            "refusals": [sent.refused[place] for place in sorted(sent.refused)[:SHOWN]],
            "seconds": round(self.seconds, 2),
            "votes_per_second": round(len(sent.acknowledged) / self.seconds) if self.seconds else 0,
            "expected": self.plan.expected(),
            "accepted": self.counted.accepted,
            "votes": dict(self.counted.votes) if self.counted.closed else None,
            "funded": list(self.counted.funded) if self.counted.closed else None,
            "votes_as_published": self.votes_as_published,
            "funded_as_published": self.funded_as_published,
            "differences": list(self.differences),
            "sound": self.sound,
        }

    @property
    def _least(self) -> int:
        return len(self.votes.acknowledged)

    @property
    def _most(self) -> int:
        return len(self.votes.acknowledged | self.votes.unknown)


def published_votes(election: Election) -> dict[str, int]:
    """The column `votes` of PROJECTS."""
    fields = {project.project_id: project.fields.get("votes", "") for project in election.projects}
    return {project_id: int(votes) for project_id, votes in fields.items() if votes.isdecimal()}


def selected(election: Election) -> frozenset[str]:
    """The column `selected` of PROJECTS."""
    return frozenset(project.project_id for project in election.projects if project.selected)


def _outside(what: str, counted: int, least: int, most: int) -> list[str]:
    if least <= counted <= most:
        return []
    wanted = str(least) if least == most else f"{least} to {most}"
    return [f"{what}: {counted}, should be {wanted}"]
