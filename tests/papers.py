"""Papers to vote on: an aul with three small wishes, and a district."""

from datetime import UTC, datetime, timedelta

from ballots.model import (
    Area,
    AreaKind,
    BallotForm,
    CycleId,
    Paper,
    PollId,
    PollKind,
    Proposal,
    Rules,
)

OPENS = datetime(2026, 5, 1, 4, tzinfo=UTC)
"""09:00 in Kazakhstan."""

CLOSES = datetime(2026, 5, 10, 13, tzinfo=UTC)
"""18:00 in Kazakhstan."""

AUL = Area(7, AreaKind.AUL, {"kk": "Қарауыл", "kk-latin": "Qarauyl", "ru": "Карауыл", "en": "Karaul"})
DISTRICT = Area(
    40,
    AreaKind.DISTRICT,
    {"kk": "Абай ауданы", "kk-latin": "Abai audany", "ru": "Абайский район", "en": "Abai district"},
)

WATER = {"kk": "Су құбыры", "kk-latin": "Su qubyry", "ru": "Водопровод", "en": "Water pipe"}
ROOF = {"kk": "Мектеп шатыры", "kk-latin": "Mektep shatyry", "ru": "Крыша школы", "en": "School roof"}
BRIDGE = {"kk": "Көпір", "kk-latin": "Kopir", "ru": "Мост", "en": "Bridge"}
LIGHT = {"kk": "Көше жарығы", "kk-latin": "Koshe jarygy", "ru": "Свет на улицах", "en": "Street light"}
ROAD = {"kk": "Аудан жолы", "kk-latin": "Audan joly", "ru": "Районная дорога", "en": "District road"}
CLINIC = {"kk": "Емхана", "kk-latin": "Emhana", "ru": "Поликлиника", "en": "Clinic"}

_ABOUT = {
    "kk": "Ауылдың шетіне дейін жеткізіледі, жұмыс күзге дейін бітеді.",
    "kk-latin": "Auyldyn shetine deiin jetkiziledi, jumys kuzge deiin bitedi.",
    "ru": "До самого края аула, работы закончатся к осени.",
    "en": "To the very end of the aul; the work ends in autumn.",
}


def proposal(number: int, short: dict[str, str], cost: int = 1_000_000, **more: object) -> Proposal:
    """A proposal whose name is its short label."""
    return Proposal(number, str(number), cost, names=short, shorts=short, texts=_ABOUT, **more)  # type: ignore[arg-type]


AUL_PROPOSALS = (
    proposal(1, WATER, 4_500_000),
    proposal(2, ROOF, 2_000_000),
    proposal(3, BRIDGE, 3_000_000),
    proposal(4, LIGHT, 1_500_000, withdrawn=True),
    proposal(12, CLINIC, 6_000_000),
)

CHOOSE_1 = Rules(BallotForm.CHOOSE_1, budget=5_000_000, threshold=1)
APPROVAL = Rules(BallotForm.APPROVAL, min_choices=2, max_choices=3, budget=5_000_000, threshold=1)
KNAPSACK = Rules(BallotForm.KNAPSACK, max_choices=9, max_cost=8_000_000, budget=8_000_000, threshold=1)


def aul_paper(rules: Rules = CHOOSE_1, **more: object) -> Paper:
    """The aul's paper; `more` replaces its fields."""
    fields: dict[str, object] = {
        "poll": PollId(1),
        "cycle": CycleId(1),
        "kind": PollKind.VOTE,
        "area": AUL,
        "title": AUL.names,
        "proposals": AUL_PROPOSALS,
        "rules": rules,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "grace": timedelta(hours=1),
    }
    return Paper(**(fields | more))  # type: ignore[arg-type]


def district_paper(**more: object) -> Paper:
    """The district's paper: 101 and 102, no number of the aul's."""
    own = {"poll": PollId(2), "area": DISTRICT, "proposals": (proposal(101, ROAD), proposal(102, CLINIC))}
    return aul_paper(**(own | more))


def colliding_paper(**more: object) -> Paper:
    """A district's paper that has numbers of the aul's too."""
    return district_paper(proposals=(proposal(1, ROAD), proposal(3, CLINIC)), **more)
