"""Who votes how: the ballots of a file as voters with phones, channels and duplicates, all drawn from one seed."""

import random  # noqa: TID251 - a replay is repeatable: seeded, and nothing secret comes of it
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ballots.elections import choices_of
from ballots.model import Choices
from ballots.pabulib import Election
from gateway.replaying.phones import phone_of

OTHER_TOO = 0.02  # of voters try the other channel afterwards, with another choice: it must not count
AT_ONCE = 0.01  # of voters send the same choice by both channels at the same instant


class Channel(StrEnum):
    """How a voter votes; BOTH is a replay that mixes the two."""

    SMS = "sms"
    USSD = "ussd"
    BOTH = "both"


class Also(StrEnum):
    """What a voter does on the other channel."""

    NOTHING = "nothing"
    AFTERWARDS = "afterwards"
    AT_ONCE = "at-once"


@dataclass(frozen=True, slots=True)
class Voter:
    """One ballot of the file, and the phone that casts it."""

    place: int  # in the file, from 0
    phone: str  # E.164
    choices: Choices
    channel: Channel  # SMS or USSD
    also: Also
    other: Choices  # what is tried afterwards
    late: bool  # its text message is delivered once more at any other time


@dataclass(frozen=True, slots=True)
class Options:
    """How a replay is to be run."""

    channel: Channel = Channel.SMS
    duplicates: float = 0.0  # share of deliveries that are posted twice
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """All voters of a file, in the order of the file, and what is left out."""

    voters: tuple[Voter, ...]
    empty: int  # ballots that choose nothing are not sent
    over_limit: tuple[str, ...]  # ballots that the file's own limits forbid, in words; not sent, not expected
    projects: tuple[str, ...]  # project_id of number 1, 2 …

    def expected(self, places: frozenset[int] | None = None) -> dict[str, int]:
        """Votes per project of these voters (None: of all); zeros included."""
        chosen = Counter(
            number for voter in self.voters if places is None or voter.place in places for number in voter.choices
        )
        return {project_id: chosen[number] for number, project_id in enumerate(self.projects, 1)}


def plan_of(election: Election, options: Options) -> Plan:
    """The plan of a file; the same options give the same plan."""
    ballots = choices_of(election)
    forbidden = {place: reason for place in range(len(ballots)) if (reason := against_limits(election, place))}
    sent = [place for place, choices in enumerate(ballots) if choices and place not in forbidden]
    numbers = range(1, len(election.projects) + 1)
    return Plan(
        voters=tuple(_voter(place, ballots[place], numbers, options) for place in sent),
        empty=sum(not choices for choices in ballots),
        over_limit=tuple(forbidden.values()),
        projects=tuple(project.project_id for project in election.projects),
    )


def against_limits(election: Election, place: int) -> str:
    """Why the file's own limits forbid this ballot; '' if they do not. Empty ballots are not looked at."""
    vote = election.votes[place]
    costs: Mapping[str, int] = {project.project_id: project.cost for project in election.projects}
    chosen, cost = len(vote.project_ids), sum(costs[project_id] for project_id in vote.project_ids)
    least, most, dearest = (election.limit(key) for key in ("min_length", "max_length", "max_sum_cost"))
    if not chosen:
        return ""
    if most is not None and chosen > most:
        return f"voter {vote.voter_id} chose {chosen} projects, more than max_length {most}"
    if least is not None and chosen < least:
        return f"voter {vote.voter_id} chose {chosen} projects, fewer than min_length {least}"
    if dearest is not None and cost > dearest:
        return f"voter {vote.voter_id} chose for {cost}, more than max_sum_cost {dearest}"
    return ""


def chance_of(seed: int, *what: object) -> random.Random:
    """Chance for one voter or one purpose, whatever order things happen in."""
    return random.Random(f"{seed}|{'|'.join(map(str, what))}")  # noqa: S311


def _voter(place: int, choices: Choices, numbers: Sequence[int], options: Options) -> Voter:
    chance = chance_of(options.seed, "voter", place)
    both = options.channel is Channel.BOTH
    channel = chance.choice((Channel.SMS, Channel.USSD)) if both else options.channel
    others = [number for number in numbers if number not in choices]
    drawn = chance.random()
    also = Also.NOTHING
    if both and drawn < AT_ONCE:
        also = Also.AT_ONCE
    elif both and others and drawn < AT_ONCE + OTHER_TOO:
        also = Also.AFTERWARDS
    return Voter(
        place=place,
        phone=phone_of(options.seed, place),
        choices=choices,
        channel=channel,
        also=also,
        other=(chance.choice(others),) if also is Also.AFTERWARDS else (),
        late=channel is Channel.SMS and chance.random() < options.duplicates / 2,
    )
