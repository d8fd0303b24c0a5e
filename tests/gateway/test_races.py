"""Many messages at the same instant: one phone has one vote, whichever channel was first, and nobody crashes."""

import asyncio
from collections import Counter

import pytest
import structlog

from ballots.model import Paper
from gateway.home import Home
from tests.gateway.field import Field, Reply, phone
from tests.gateway.store.villages import aul, opened

RACES = 500
AT_ONCE = 25
PHONES = [phone(number) for number in range(1, RACES + 1)]


def open_vote(field: Field, voters: list[str]) -> Paper:
    aul(field.home)
    paper = opened(field.home)
    field.enrol(*voters)
    return paper


async def race(field: Field, voter: str) -> tuple[Reply, Reply]:
    """A phone stands before the last key, and presses it at the instant at which its SMS arrives."""
    await field.dials(voter, f"s{voter}", "7*2")
    by_sms, by_ussd = (field.texts(voter, "3", id=voter), field.dials(voter, f"s{voter}", "7*2*1"))
    if int(voter[-1]) % 2:
        return await asyncio.gather(by_sms, by_ussd)
    second, first = await asyncio.gather(by_ussd, by_sms)
    return first, second


def test_the_same_phone_by_sms_and_ussd_at_the_same_instant_has_one_vote(field: Field) -> None:
    paper = open_vote(field, PHONES)

    async def races() -> list[tuple[Reply, Reply]]:
        done = []
        for some in range(0, RACES, AT_ONCE):
            done += await asyncio.gather(*(race(field, voter) for voter in PHONES[some : some + AT_ONCE]))
        return done

    with structlog.testing.capture_logs() as logs:
        replies = field.run(races())

    assert logs == []
    assert {by_sms.status for by_sms, _ in replies} == {200}
    assert {by_ussd.body[:4] for _, by_ussd in replies} <= {"END ", "CON "}
    assert {number for (number,) in field.votes(paper)} <= {2, 3}
    assert field.votes(paper).total() == RACES
    for voter, (_, by_ussd) in zip(PHONES, replies, strict=True):
        won_by_sms = field.outcome(voter) == "accepted"
        assert won_by_sms != by_ussd.body.startswith("END ")
        assert field.choice(paper, voter) == ((3,) if won_by_sms else (2,))
    field.invariants()


def test_fifty_phones_send_ten_messages_each_at_once(field: Field) -> None:
    voters = PHONES[:50]
    paper = open_vote(field, voters)

    async def crowd() -> list[Reply]:
        return await asyncio.gather(
            *(
                field.texts(voter, str(place % 3 + 1), id=f"{voter}-{place // 2}")  # every id twice
                for place in range(10)
                for voter in voters
            )
        )

    replies = field.run(crowd())

    assert {reply.status for reply in replies} == {200}
    assert field.votes(paper).total() == 50
    outcomes = [Counter(field.outcome(f"{voter}-{message}") for message in range(5)) for voter in voters]
    assert [found["accepted"] for found in outcomes] == [1] * 50
    assert all(set(found) <= {"accepted", "repeated", "refused"} for found in outcomes)
    field.invariants()


@pytest.mark.parametrize("change", ["ӨЗГЕРТУ {}", "{}"])
def test_two_processes_take_the_same_message_once(postgresql_home: Home, change: str) -> None:
    one, other = Field(postgresql_home), Field(postgresql_home)
    voters = PHONES[:40]
    paper = open_vote(one, voters)

    async def both() -> None:
        await asyncio.gather(
            *(
                process.texts(voter, change.format(number), id=f"{voter}-{number}")
                for voter in voters
                for number in (1, 2)
                for process in (one, other)
            )
        )

    one.run(both())

    assert one.votes(paper).total() == 40
    assert len(one.rows("SELECT * FROM inbox")) == 80
    assert Counter(one.outcome(f"{voter}-{number}") for voter in voters for number in (1, 2))["accepted"] == 40
    one.invariants()
    one.close()
    other.close()
