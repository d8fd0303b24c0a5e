"""A phone's own vote is told with the batch that counted it, whatever else drew the same receipt."""

from datetime import date

import pytest

from ballots.model import Standing
from handlers.messages import Entry, Found
from handlers.receipting import of_entry
from tests.handlers.ussd.phones import SOUND, Books, known
from tests.papers import aul_paper, district_paper

VOTED, COUNTED = date(2026, 5, 3), date(2026, 5, 4)
MINE = Entry(aul_paper(), Standing.MIXED, VOTED, SOUND)
OTHER = Found(district_paper(), Standing.MIXED, VOTED, 9)


def test_of_two_votes_with_one_receipt_the_phone_s_own_is_meant():
    mine = Found(aul_paper(), Standing.MIXED, COUNTED, 2)

    assert of_entry(MINE, known(MINE, lookups=Books(found=(OTHER, mine)))) == mine


def test_without_a_batch_in_the_books_the_day_of_the_vote_is_told():
    assert of_entry(MINE, known(MINE, lookups=Books(found=(OTHER,)))) == Found(MINE.paper, Standing.MIXED, VOTED)


@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.MIXED])
def test_a_vote_that_is_not_mixed_is_not_looked_up(standing):
    entry = Entry(aul_paper(), standing, VOTED, SOUND)

    assert of_entry(entry, known(entry, lookups=Books(found=(OTHER,)))) == Found(entry.paper, standing, VOTED)
