"""The example aul of the demo: invented places, eight wishes that villages have, in four languages."""

from ballots.model import Area, AreaKind, Proposal

REGION = Area(
    900,
    AreaKind.REGION,
    {"kk": "Мысал облысы", "kk-latin": "Mysal oblysy", "ru": "Примерная область", "en": "Example region"},
)
DISTRICT = Area(
    90,
    AreaKind.DISTRICT,
    {"kk": "Мысал ауданы", "kk-latin": "Mysal audany", "ru": "Примерный район", "en": "Example district"},
)
AUL = Area(7, AreaKind.AUL, {"kk": "Ақбұлақ", "kk-latin": "Aqbulaq", "ru": "Акбулак", "en": "Aqbulaq village"})

TITLE = {
    "kk": "Ауылда алдымен не жасалады?",
    "kk-latin": "Auylda aldymen ne jasalady?",
    "ru": "Что сделать в ауле первым?",
    "en": "What should the village do first?",
}

BUDGET = 30_000_000
"""Whole tenge."""

CHOICES = 2
"""So many proposals may be chosen at most."""


def _wish(number: int, cost: int, category: str, sdgs: tuple[int, ...], **languages: tuple[str, str, str]) -> Proposal:
    """A proposal from (short label, name, text) per language."""
    said = {code.replace("_", "-"): texts for code, texts in languages.items()}
    return Proposal(
        number=number,
        proposal_id=str(number),
        cost=cost,
        shorts={code: short for code, (short, _, _) in said.items()},
        names={code: name for code, (_, name, _) in said.items()},
        texts={code: text for code, (_, _, text) in said.items()},
        category=category,
        sdgs=sdgs,
    )


PROPOSALS = (
    _wish(
        1,
        14_500_000,
        "су",
        (6,),
        kk=("Су құбыры", "Жаңа көшеге су құбыры", "Ұзындығы 1,2 км, 46 үйге су келеді."),
        kk_latin=("Su qubyry", "Jana koshege su qubyry", "Uzyndygy 1,2 km, 46 uige su keledi."),
        ru=("Водопровод", "Водопровод на Новую улицу", "Длина 1,2 км, вода придёт в 46 домов."),
        en=("Water pipe", "Water pipe to New street", "1.2 km long, brings water to 46 houses."),
    ),
    _wish(
        2,
        9_800_000,
        "мектеп",
        (4,),
        kk=("Мектеп шатыры", "Мектеп шатырын жөндеу", "Көктемде су өтеді. Шатыр түгел ауысады."),
        kk_latin=("Mektep shatyry", "Mektep shatyryn jondeu", "Koktemde su otedi. Shatyr tugel auysady."),
        ru=("Крыша школы", "Ремонт крыши школы", "Весной протекает. Крышу заменят целиком."),
        en=("School roof", "New roof for the school", "It leaks in spring. All of it is replaced."),
    ),
    _wish(
        3,
        6_400_000,
        "көшелер",
        (7, 11),
        kk=("Көше жарығы", "Орталық көшеге жарық", "Мектепке дейін 32 шам, күн батареясымен."),
        kk_latin=("Koshe jarygy", "Ortalyq koshege jaryq", "Mektepke deiin 32 sham, kun batareiasymen."),
        ru=("Уличный свет", "Свет на Центральной улице", "32 фонаря до школы, на солнечных батареях."),
        en=("Street light", "Light on Central street", "32 solar lamps as far as the school."),
    ),
    _wish(
        4,
        4_200_000,
        "балалар",
        (3, 11),
        kk=("Балалар алаңы", "Клуб жанындағы балалар алаңы", "Әткеншек, сырғанақ, қоршау, орындықтар."),
        kk_latin=("Balalar alany", "Klub janyndagy balalar alany", "Atkenshek, syrganaq, qorshau, oryndyqtar."),
        ru=("Детская площадка", "Детская площадка у клуба", "Качели, горка, ограда и скамейки."),
        en=("Playground", "Playground beside the club", "Swings, a slide, a fence and benches."),
    ),
    _wish(
        5,
        11_300_000,
        "жол",
        (9,),
        kk=("Көпір", "Бұлақ үстіндегі көпір", "Тасқында да өтуге болатын темірбетон көпір."),
        kk_latin=("Kopir", "Bulaq ustindegi kopir", "Tasqynda da otuge bolatyn temirbeton kopir."),
        ru=("Мост", "Мост через ручей", "Железобетонный, проехать можно и в паводок."),
        en=("Bridge", "Bridge over the stream", "Concrete, passable when the stream is high."),
    ),
    _wish(
        6,
        8_700_000,
        "денсаулық",
        (3,),
        kk=("Медпункт", "Фельдшерлік пунктті жөндеу", "Жылыту, терезелер, қабылдау бөлмесі."),
        kk_latin=("Medpunkt", "Feldsherlik punktti jondeu", "Jylytu, terezeler, qabyldau bolmesi."),
        ru=("Фельдшерский пункт", "Ремонт фельдшерского пункта", "Отопление, окна, комната приёма."),
        en=("Health post", "Repair of the health post", "Heating, windows and a room for patients."),
    ),
    _wish(
        7,
        2_600_000,
        "көшелер",
        (11, 12),
        kk=("Қоқыс алаңы", "Қоқыс жинайтын үш алаң", "Қоршауы мен жабық жәшіктері бар."),
        kk_latin=("Qoqys alany", "Qoqys jinaityn ush alan", "Qorshauy men jabyq jashikteri bar."),
        ru=("Площадки для мусора", "Три площадки для мусора", "С оградой и закрытыми контейнерами."),
        en=("Waste points", "Three places for waste", "Fenced, with closed containers."),
    ),
    _wish(
        8,
        5_500_000,
        "спорт",
        (3,),
        kk=("Спорт алаңы", "Мектеп жанындағы спорт алаңы", "Футбол мен волейбол, қыста мұз айдыны."),
        kk_latin=("Sport alany", "Mektep janyndagy sport alany", "Futbol men voleibol, qysta muz aidyny."),
        ru=("Спортплощадка", "Спортплощадка у школы", "Футбол и волейбол, зимой каток."),
        en=("Sports ground", "Sports ground by the school", "Football, volleyball, ice in winter."),
    ),
)

VOTES = (
    *("1 3", "1 6", "1", "3 1", "2 4", "1 3", "2", "5 1", "3 4", "1 2", "6 3", "4", "1 3", "2 3", "8 4", "1 6"),
    *("3", "1 4", "2 6", "7 3", "1 5", "6", "3 8", "1 3", "2 1", "4 3"),
)
"""What the first voters send; enough for a first mix."""
