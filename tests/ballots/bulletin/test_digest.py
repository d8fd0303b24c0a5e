"""An observer's SMS: whatever the gateway sends is read back, and every figure that differs is named."""

from dataclasses import replace

import pytest

from ballots.bulletin import reading
from ballots.bulletin.digest import Line, check, parse
from ballots.bulletin.findings import State
from ballots.bulletin.hiding import without_votes
from ballots.errors import BadDigest
from ballots.ledger import short_head
from gateway.bulletins.sms import line
from tests.ballots.bulletin.conftest import Closed
from tests.gateway.bulletins.digests import digest

HEAD = "KY3D10C89HYPB6HF"


def sms(closed: Closed, place: int, **changes: object) -> str:
    """What observers got on a day, or something else."""
    day = closed.whole.days[place]
    facts = {"area": 7, "accepted": day.tally["accepted"], "head": short_head(day.head), "votes": day.tally["votes"]}
    facts |= changes
    when = "FIN" if day.slot == "final" else f"D{day.day:02d}"
    votes = " ".join(f"P{number}:{times}" for number, times in facts["votes"].items())
    return f"A{facts['area']} {facts.get('when', when)} N{facts['accepted']} {votes} H:{facts['head']}"


def found(closed: Closed, text: str) -> list[tuple[State, str, object]]:
    """State, phrase and what differs."""
    return [(each.state, each.phrase, each.facts.get("what")) for each in check(closed.whole, text)]


def test_a_line_is_read_in_any_case_with_cyrillic_letters_and_spaces() -> None:
    expected = Line(7, 7, 57, HEAD, {1: 12, 2: 40, 3: 5})

    assert parse(f"A7 D07 N57 P1:12 P2:40 P3:5 H:{HEAD}") == expected
    assert parse(f"  а7  d7 n57 р1:12 Р2:40 p3:5 н: {HEAD.lower()} ") == expected
    assert parse(f"A7 FIN N57 P2:40 +2 !ADULTS !BURST H:{HEAD}") == Line(
        7, None, 57, HEAD, {2: 40}, 2, ("adults", "burst")
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "A"),
        (f"A7 N57 H:{HEAD}", "D"),
        (f"A7 D07 H:{HEAD}", "N"),
        ("A7 D07 N57", "H:"),
        (f"A7 D07 D08 N57 H:{HEAD}", "D"),
        (f"A7 D07 N57 P1 H:{HEAD}", "P1"),
        ("A7 D07 N57 H:short", "H:SHORT"),
        ("Голос принят", "ГOЛOC"),
    ],
)
def test_what_is_no_such_line_is_refused_with_the_part_that_is_not(text: str, part: str) -> None:
    with pytest.raises(BadDigest) as refused:
        parse(text)

    assert refused.value.part == part


@pytest.mark.parametrize("slot", ["2026-05-08", "final"])
@pytest.mark.parametrize("alarms", [(), ("adults", "burst")])
def test_what_the_gateway_sends_is_read_back(slot: str, alarms: tuple[str, ...]) -> None:
    sent = replace(digest(), slot=slot, alarms=alarms)

    read = parse(line(sent))

    assert (read.area, read.accepted, read.head, read.alarms) == (7, sent.accepted, sent.head16, alarms)
    assert read.day == (None if slot == "final" else sent.day)
    assert read.votes == sent.votes


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_sms_of_each_day_agrees(closed: Closed, place: int) -> None:
    assert found(closed, sms(closed, place)) == [(State.HOLDS, "digest_holds", None)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"area": 8}, ("digest_area", None)),
        ({"when": "D09"}, ("digest_day", None)),
        ({"accepted": 31}, ("digest_number", "N")),
        ({"votes": {"1": 99, "2": 18, "3": 12}}, ("digest_number", "P1")),
        ({"votes": {"1": 15, "2": 18}}, ("digest_number", "P")),
        ({"votes": {"9": 1, "2": 18, "3": 12}}, ("digest_number", "P9")),
        ({"head": "0" * 16}, ("other_head", None)),
    ],
    ids=["area", "day", "number of votes", "votes", "a project less", "another project", "head"],
)
def test_whatever_differs_is_named(closed: Closed, changes: dict[str, object], expected: tuple[str, object]) -> None:
    assert (State.WRONG, *expected) in found(closed, sms(closed, 2, **changes))


def test_an_alarm_that_the_bulletin_does_not_have_is_named(closed: Closed) -> None:
    text = sms(closed, 2).replace(" H:", " !ADULTS H:")

    assert found(closed, text) == [(State.WRONG, "digest_number", "!")]


def test_a_head_of_another_moment_is_told_from_one_of_another_log(closed: Closed) -> None:
    text = sms(closed, 2, head=short_head(closed.whole.days[0].head))

    assert found(closed, text) == [(State.WRONG, "digest_other_head", None)]


def test_votes_that_a_bulletin_does_not_publish_cannot_be_compared(closed: Closed) -> None:
    silent = replace(closed.whole, days=tuple(map(without_votes, closed.whole.days)))

    said = [(each.state, each.phrase) for each in check(silent, sms(closed, 1))]

    assert said == [(State.HOLDS, "digest_holds"), (State.UNKNOWN, "digest_untold")]
    assert isinstance(silent, reading.Bulletin)


def test_a_line_that_cannot_be_read_is_a_finding(closed: Closed) -> None:
    assert found(closed, "hello") == [(State.WRONG, "digest_unread", None)]
