"""The villages of the transcripts, by the name in their line `village …`."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ballots import slips
from ballots.model import Area, AreaKind, Paper, PollId, PollKind, Rules
from tests.papers import (
    APPROVAL,
    AUL_PROPOSALS,
    CHOOSE_1,
    KNAPSACK,
    aul_paper,
    colliding_paper,
    district_paper,
    proposal,
)
from tests.village import Village

NEIGHBOUR = Area(8, AreaKind.AUL, {"kk": "Медеу", "kk-latin": "Medeu", "ru": "Медеу", "en": "Medeu"})

REGION = Area(
    90, AreaKind.REGION, {"kk": "Абай облысы", "kk-latin": "Abai oblysy", "ru": "Абайская область", "en": "Abai region"}
)

FREE_SLIP, SPARE_SLIP = slips.make(48217735), slips.make(12345678)

RESIDENTS = tuple(f"+7701000000{place}" for place in range(1, 10))
"""On the roll of aul 7; every other phone is a stranger."""


def _village(*papers: Paper, **more: object) -> Village:
    rolls = {paper.area.code: RESIDENTS for paper in papers} | {7: RESIDENTS}
    settings: dict[str, object] = {"rolls": rolls, "slips": {FREE_SLIP: 7, SPARE_SLIP: 7}}
    return Village(papers, **(settings | more))  # type: ignore[arg-type]


def _long(rules: Rules = CHOOSE_1) -> Paper:
    words = {
        "kk": "Жобаның атауы",
        "kk-latin": "Jobanyn tolyq atauy",
        "ru": "Название проекта",
        "en": "Name of the project",
    }
    labels = [{language: f"{word} {place}" for language, word in words.items()} for place in range(1, 10)]
    about = {language: f"{word}. " * 18 for language, word in words.items()}
    made = (replace(proposal(place, label), texts=about) for place, label in enumerate(labels, 1))
    return aul_paper(rules, proposals=tuple(made))


VILLAGES: Mapping[str, Callable[[], Village]] = {
    "aul": lambda: _village(aul_paper()),
    "approval": lambda: _village(aul_paper(APPROVAL)),
    "knapsack": lambda: _village(aul_paper(KNAPSACK)),
    "district": lambda: _village(aul_paper(), district_paper()),
    "region": lambda: _village(aul_paper(), district_paper(poll=PollId(4), area=REGION)),
    "colliding": lambda: _village(aul_paper(), colliding_paper()),
    "confirm": lambda: _village(aul_paper(confirm_sms=True)),
    "confirm-without-ussd": lambda: _village(aul_paper(confirm_sms=True), ussd=False),
    "confirm-in-a-rehearsal": lambda: _village(aul_paper(confirm_sms=True, kind=PollKind.REHEARSAL)),
    "quiet": lambda: _village(aul_paper(echo=False)),
    "rehearsal": lambda: _village(aul_paper(replace(CHOOSE_1, threshold=2), kind=PollKind.REHEARSAL)),
    "nothing": _village,
    "long": lambda: _village(_long()),
    "long-knapsack": lambda: _village(_long(KNAPSACK)),
    "neighbours": lambda: _village(
        aul_paper(), aul_paper(poll=PollId(3), area=NEIGHBOUR, proposals=AUL_PROPOSALS[:2]), rolls={7: RESIDENTS, 8: ()}
    ),
}
