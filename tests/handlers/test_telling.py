"""Facts as a villager reads them."""

from datetime import UTC, date, datetime

import pytest

from ballots.errors import AlreadyVoted, NotVotingYet, OverBudget
from handlers.messages import KAZAKHSTAN
from handlers.telling import amount, clipped, day, in_language, moment, refusal


def test_dates_times_and_sums_are_short() -> None:
    assert day(date(2026, 5, 2)) == "02.05"
    assert moment(datetime(2026, 5, 1, 20, 30, tzinfo=UTC), KAZAKHSTAN) == "02.05 01:30"
    assert amount(4_500_000) == "4 500 000"


@pytest.mark.parametrize(
    ("texts", "told"),
    [({"kk": "а", "ru": "б"}, "б"), ({"kk": "а", "en": "в"}, "а"), ({"en": "в"}, "в"), ({}, "")],
)
def test_a_missing_text_is_told_in_another_language(texts: dict[str, str], told: str) -> None:
    assert in_language(texts, "ru") == told


def test_a_long_text_is_cut() -> None:
    assert clipped("Су құбыры", 9) == "Су құбыры"
    assert clipped("Су құбырлары", 9) == "Су құб..."


def test_a_refusal_tells_its_facts() -> None:
    opens = NotVotingYet(opens_at=datetime(2026, 5, 1, 4, tzinfo=UTC))

    assert "01.05 09:00" in refusal("kk", opens, KAZAKHSTAN)
    assert "10 500 000" in refusal("ru", OverBudget(cost=10_500_000, limit=8_000_000), KAZAKHSTAN)
    assert "02.05" in refusal("en", AlreadyVoted(voted_on=date(2026, 5, 2)), KAZAKHSTAN)
