"""A paper slip admits one phone."""

import asyncio
from collections import Counter
from datetime import timedelta

from gateway.store import audit
from handlers.phrases import say
from tests.gateway.conversation.talking import (
    STRANGER,
    accepted,
    open_vote,
    printed,
)
from tests.gateway.field import Field, phone


def test_a_slip_admits_one_phone_and_that_phone_votes(field: Field) -> None:
    paper = open_vote(field)
    first, second = printed(field)

    joined = field.says(STRANGER, f"ТІРКЕЛУ {first[:4]}-{first[4:8]}-{first[8]}")
    again = field.says(STRANGER, f"ТІРКЕЛУ {first}")
    spare = field.says(STRANGER, f"ТІРКЕЛУ {second}")
    spent = field.says(phone(998), f"ТІРКЕЛУ {first}")

    assert joined == say("kk", "sms_joined", area="Area 7")
    assert again == spare == say("kk", "sms_joined_before")
    assert spent == say("kk", "sms_slip_spent")
    assert field.says(STRANGER, "3") == accepted(field, paper, 3, STRANGER)
    assert field.says(phone(998), "3") == say("kk", "not_on_roll")
    assert field.rows("SELECT count(*) FROM slip WHERE state = 'spent'") == [(1,)]


def test_two_phones_with_one_slip_at_the_same_instant_are_one_voter(field: Field) -> None:
    open_vote(field)
    (slip,) = printed(field, 1)
    crowd = [phone(number) for number in range(900, 908)]

    async def join() -> None:
        await asyncio.gather(*(field.texts(sender, f"ТІРКЕЛУ {slip}", id=sender) for sender in crowd))

    field.run(join())

    assert Counter(field.outcome(sender) for sender in crowd) == {"joined": 1, "refused": 7}
    assert field.rows("SELECT count(*) FROM roll WHERE method = 'slip'") == [(1,)]


def test_after_five_wrong_slips_only_the_office_helps(sqlite_field: Field) -> None:
    field = sqlite_field
    open_vote(field)
    (slip,) = printed(field, 1)

    told = [field.says(STRANGER, f"ТІРКЕЛУ {number:08d}{0}") for number in range(5)]
    right = field.says(STRANGER, f"ТІРКЕЛУ {slip}")

    assert told[:4] == [say("kk", "sms_slip_wrong", tries=left) for left in (4, 3, 2, 1)]
    assert told[4] == say("kk", "sms_slip_office")
    assert right == say("kk", "sms_slip_locked")
    assert say("kk", "sms_joined", area="Area 7") == field.says(phone(998), f"ТІРКЕЛУ {slip}")


def test_fifty_wrong_slips_pause_joining_in_the_aul_and_the_log_says_so(field: Field) -> None:
    open_vote(field)
    (slip,) = printed(field, 1)

    async def guess() -> None:
        await asyncio.gather(*(field.texts(phone(500 + number // 5), f"ТІРКЕЛУ {number:08d}0") for number in range(50)))

    field.run(guess())
    paused = field.says(phone(998), f"ТІРКЕЛУ {slip}")
    field.now += timedelta(days=1)

    assert paused == field.says(phone(998), f"ТІРКЕЛУ {slip}") == say("kk", "sms_slip_locked")
    with field.home.store.reading() as tx:
        acts = [signed.link.entry for signed in audit.entries(tx) if signed.link.entry["act"] == "pause joining"]
    assert [act["facts"] for act in acts] == [{"area": 7, "day": "2026-05-02"}]
    field.invariants()


def test_a_slip_is_keyed_in_by_ussd_too(sqlite_field: Field) -> None:
    field = sqlite_field
    open_vote(field)
    (slip,) = printed(field, 1)

    way = ""
    for key in ("", "1", "1", "1", slip):
        way = f"{way}*{key}" if way else key
        screen = field.ussd(STRANGER, "s1", way)

    assert say("kk", "ussd_joined") in screen
    assert field.rows("SELECT count(*) FROM roll WHERE method = 'slip'") == [(1,)]
