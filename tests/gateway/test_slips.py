"""Slips are printed before they can be used, and what was printed in vain is taken away again."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from ballots import slips as numbers
from gateway import slips
from gateway.errors import NotNow, NotThere, Taken
from gateway.home import Home
from gateway.slips import Batch, Reason, Replaced, Slip, Undo
from gateway.store import audit
from gateway.store import slips as kept
from gateway.store.areas import Place
from handlers.messages import SlipState
from tests.gateway.store.villages import OPENS, ROUND, aul

PHONE = b"p" * 16


@dataclass
class Printer:
    """What was printed, and whether it still lies there."""

    made: list[Slip] = field(default_factory=list)
    batches: list[str] = field(default_factory=list)
    taken_away: int = 0

    def put(self, _place: Place, batch: str, printed: Sequence[Slip]) -> Undo:
        self.made += printed
        self.batches.append(batch)

        def undo() -> None:
            self.taken_away += 1

        return undo


def state_of(home: Home, slip: Slip) -> SlipState:
    with home.store.reading() as tx:
        return kept.look(tx, home.keys, ROUND, numbers.parse(slip.number) or "", PHONE).state


def acts(home: Home) -> list[tuple[str, dict[str, object]]]:
    with home.store.reading() as tx:
        return [(signed.link.entry["act"], signed.link.entry["facts"]) for signed in audit.entries(tx)]


def printed(home: Home, count: int = 3) -> Printer:
    aul(home)
    printer = Printer()
    slips.make(home, Batch(7, "gathering", count), OPENS, printer.put)
    return printer


def test_what_is_printed_can_be_used(home: Home) -> None:
    printer = printed(home)

    assert [state_of(home, slip) for slip in printer.made] == [SlipState.FREE] * 3
    assert len({slip.mark for slip in printer.made}) == 3
    assert acts(home) == [("slips", {"area": 7, "batch": "gathering", "count": 3})]


def test_a_name_is_used_once(home: Home) -> None:
    printed(home)
    with pytest.raises(Taken, match="choose another name"):
        slips.make(home, Batch(7, "gathering", 1), OPENS, Printer().put)


@pytest.mark.parametrize("known_by", ["number", "mark"])
def test_a_replaced_slip_admits_nobody_and_the_new_one_does(home: Home, known_by: str) -> None:
    old = printed(home).made[1]
    printer = Printer()
    slips.replace(home, Replaced(7, getattr(old, known_by), Reason.LOST), OPENS, printer.put)

    (new,) = printer.made
    assert (state_of(home, old), state_of(home, new)) == (SlipState.SPENT, SlipState.FREE)
    assert printer.batches == ["gathering"]
    assert acts(home)[-1] == ("replace slip", {"area": 7, "batch": "gathering", "reason": "lost"})


def test_a_used_slip_is_not_replaced(home: Home) -> None:
    old = printed(home).made[0]
    with home.store.transaction() as tx:
        kept.bind(tx, home.keys, ROUND, numbers.parse(old.number) or "", PHONE)
    printer = Printer()
    with pytest.raises(NotNow, match="used or replaced before"):
        slips.replace(home, Replaced(7, old.mark, Reason.LOST), OPENS, printer.put)

    assert not printer.made


def test_a_slip_is_replaced_once(home: Home) -> None:
    old = printed(home).made[0]
    slips.replace(home, Replaced(7, old.mark, Reason.SPOILED), OPENS, Printer().put)

    with pytest.raises(NotNow, match="used or replaced before"):
        slips.replace(home, Replaced(7, old.mark, Reason.SPOILED), OPENS, Printer().put)


def test_a_slip_of_another_aul_is_not_found(home: Home) -> None:
    old = printed(home).made[0]
    aul(home, 8)
    with pytest.raises(NotThere):
        slips.replace(home, Replaced(8, old.number, Reason.LOST), OPENS, Printer().put)


def test_a_slip_that_is_used_while_its_replacement_is_printed_stays_used(home: Home) -> None:
    old = printed(home).made[0]
    printer = Printer()

    def put(place: Place, batch: str, made: Sequence[Slip]) -> Undo:
        with home.store.transaction() as tx:
            kept.bind(tx, home.keys, ROUND, numbers.parse(old.number) or "", PHONE)
        return printer.put(place, batch, made)

    with pytest.raises(NotNow):
        slips.replace(home, Replaced(7, old.mark, Reason.LOST), OPENS, put)
    assert printer.taken_away == 1
    assert state_of(home, printer.made[0]) is SlipState.UNKNOWN
    assert [act for act, _ in acts(home)] == ["slips"]


def test_slips_that_cannot_be_kept_are_taken_away(home: Home) -> None:
    printer = Printer()
    aul(home)
    with pytest.raises(Exception, match=r"phone number"):  # a name that the audit log refuses
        slips.make(home, Batch(7, "for +7 700 123 45 67", 1), OPENS, printer.put)

    assert printer.taken_away == 1
