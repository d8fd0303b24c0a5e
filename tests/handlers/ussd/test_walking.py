"""The walk over all screens, which tests and the lint rely on."""

from handlers.messages import Session
from handlers.ussd.walking import Walk, walk
from tests.handlers.ussd.phones import AT, entry, known
from tests.papers import aul_paper


def test_a_walk_meets_every_proposal_and_every_end():
    met = walk(known(entry(aul_paper())), AT, [""], ["1", "3"])

    assert {(1,), (3,)} <= {place.choices for place in met.ways if place.screen == "confirm"}
    assert any(turn.ends for turn in met.turns)


def test_a_place_from_which_00_leads_round_in_a_circle_does_not_lead_home():
    here, there = Session("mine", AT), Session("results", AT)
    met = Walk((), {here: {"00": there}, there: {"00": here}})

    assert not met.leads_home(here)


def test_a_place_that_00_does_not_leave_does_not_lead_home():
    here = Session("mine", AT)

    assert not Walk((), {here: {"00": None}}).leads_home(here)
