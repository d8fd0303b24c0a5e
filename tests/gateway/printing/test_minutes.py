"""The minutes: every figure of a closed vote, in the language of each part, sealed by the log's head."""

from dataclasses import replace
from datetime import datetime

import pytest

from ballots.ledger import short_head
from ballots.model import BallotForm, Ties
from ballots.rules import quotas
from gateway import demo
from gateway.demo_aul import PROPOSALS
from gateway.errors import NotNow
from gateway.home import Home
from gateway.printing.collecting import Press, minutes_of
from gateway.printing.layout import grouped
from gateway.printing.minutes import minutes
from gateway.printing.minutes_facts import Commission, Minutes, Turnout
from gateway.printing.minutes_seals import bulletin_sign
from gateway.store import audit, phases
from gateway.store.audit import PHONE
from gateway.store.phases import Decision
from tests.gateway.pages.conftest import AT, close
from tests.gateway.printing.conftest import ASKED, check, page_count, read, said

NAMES = Commission("Б. Ахметова", "С. Оспанов", ("Г. Серік", "И. Петров"), "Н. Әлімов", ("Халық бақылаушысы",))


def facts_of(home: Home, commission: Commission = NAMES, languages: tuple[str, ...] = ("kk", "ru")) -> Minutes:
    with home.store.reading() as tx:
        return minutes_of(tx, Press.of(home), replace(ASKED, languages=languages), commission)


@pytest.fixture(scope="session")
def printed(closed: Home) -> bytes:
    """The minutes in Kazakh and Russian."""
    return minutes(facts_of(closed))


def test_the_minutes_hold_every_figure_in_both_languages(printed: bytes) -> None:
    check(printed)
    told = said(printed)
    assert "ХАТТАМА Халық қатысатын бюджет бойынша дауыс беру қорытындысы туралы" in told
    assert "ПРОТОКОЛ об итогах голосования по бюджету народного участия" in told
    assert "Тізімдегі нөмірлер 50 Дауыс бергендер 26" in told
    assert "Номеров в списке 50 Проголосовало 26 Явка 52,0 % По SMS 26" in told
    assert "1 Водопровод на Новую улицу 14 500 000 13 50,0 % ✓ Прошёл" in told
    assert "Стоимость прошедших проектов 27 700 000 тенге Остаток бюджета 2 300 000 тенге" in told
    for proposal in PROPOSALS:
        assert proposal.names["kk"] in told
        assert proposal.names["ru"] in told


def test_the_count_is_told_step_by_step(closed: Home) -> None:
    facts = facts_of(closed, languages=("ru",))
    told = said(minutes(facts))

    assert "если денег не хватало, проект пропускали и рассматривали следующий" in told
    assert "1. №1 Водопровод на Новую улицу. Голосов: 13. Денег хватает: 14 500 000 тенге." in told
    assert told.count("Голосов:") == len(PROPOSALS)
    assert "При равных голосах первым рассмотрен более дешёвый." in told
    assert "Равенства голосов, решившего исход, не было." in told


def test_batches_and_the_head_seal_the_minutes(closed: Home, printed: bytes) -> None:
    facts = facts_of(closed)
    closely = said(printed).replace(" ", "")

    assert [batch.size for batch in facts.batches] == [16, 10]
    for batch in facts.batches:
        assert batch.ballots_hash in closely
    assert facts.counted.head in closely
    assert facts.imprint.manifest in closely
    assert closed.keys.fingerprint in closely
    for page in read(printed).pages:
        assert f"H: {grouped(short_head(facts.counted.head))}" in page.extract_text()


def test_nobody_signs_a_page_without_the_head(closed: Home, printed: bytes) -> None:
    pages = [page.extract_text() for page in read(printed).pages]
    head = facts_of(closed).counted.head

    signed = [page for page in pages if "Қолтаңбалар" in page or "Подписи" in page]
    assert len(signed) == 2
    assert all("Н. Әлімов" in page and head in page for page in signed)


def test_each_language_is_numbered_on_its_own(printed: bytes) -> None:
    pages = [page.extract_text() for page in read(printed).pages]

    assert [page.count("Бет 1 / 3") + page.count("Страница 1 из 3") for page in pages] == [1, 0, 0, 1, 0, 0]


def test_lines_wait_for_names_that_nobody_gave(closed: Home) -> None:
    told = said(minutes(facts_of(closed, Commission(), ("kk",))))

    assert told.count("Комиссия мүшесі") == 3
    assert told.count("Бақылаушы") == 1


def test_the_same_facts_are_the_same_bytes(closed: Home, printed: bytes) -> None:
    assert minutes(facts_of(closed)) == printed


def test_no_phone_and_no_tag_stands_in_the_minutes(closed: Home) -> None:
    told = said(minutes(facts_of(closed, languages=("kk", "ru", "en"))))
    with closed.store.reading() as tx:
        tags = [bytes(tag).hex() for (tag,) in tx.rows("SELECT tag FROM roll UNION SELECT tag FROM participation")]
        receipts = [receipt for (receipt,) in tx.rows("SELECT receipt FROM participation")]

    assert len(tags) == len(demo.PHONES)
    closely = told.replace(" ", "")
    assert not [each for each in (*tags, *receipts, *demo.PHONES) if each in closely]
    assert not PHONE.findall(told)


def test_minutes_wait_until_voting_is_over(village: Home) -> None:
    with pytest.raises(NotNow, match="cycle 1 is voting"):
        facts_of(village)


def test_minutes_wait_for_the_ballots_of_those_who_voted_on_paper(village: Home) -> None:
    close(village)
    with village.store.transaction() as tx:
        tx.run("UPDATE participation SET state = 'paper' WHERE tag = (SELECT min(tag) FROM participation)")

    with pytest.raises(NotNow, match="1 voters on paper"):
        facts_of(village)


def test_an_early_end_is_told(village: Home) -> None:
    close(village)
    facts = facts_of(village, languages=("ru",))

    assert facts.imprint.paper.closes_at == AT
    assert "Голосование завершено досрочно. Назначенный срок: 15 мая 2026 года, 09:00." in said(minutes(facts))


def test_who_decided_is_told_as_the_log_says(village: Home) -> None:
    later, latest = (datetime.fromisoformat(f"2026-05-{day}T18:00+05:00") for day in (16, 17))
    two = Decision(actor="Б. Әкім", officials=("Б. Әкім", "А. Маман"), reason="су тасқыны")
    with village.store.transaction() as tx:
        phases.extend(tx, village.keys, 1, later, AT, two)
        phases.extend(tx, village.keys, 1, latest, AT, Decision(reason="боран"))
        assert "certify" not in {entry.act for entry in audit.decisions(tx, 1)}
    close(village)
    told = said(minutes(facts_of(village, languages=("ru",))))

    assert "Решения" in told
    assert "Голосование открыто: demo." in told
    assert "Голосование продлено: А. Маман, Б. Әкім. Причина: су тасқыны" in told
    assert "Голосование продлено: оператор за компьютером шлюза. Причина: боран" in told
    assert "Голосование завершено досрочно: " in told


def test_totals_of_few_are_marked_for_two(village: Home) -> None:
    with village.store.transaction() as tx:
        tx.run("UPDATE poll SET manifest = replace(manifest, '\"mix_min\":10', '\"mix_min\":27')")
    close(village)
    facts = facts_of(village)

    assert facts.for_two
    told = said(minutes(facts))
    assert "Екі лауазымды тұлғаға ғана." in told
    assert "Только для двух должностных лиц." in told


@pytest.mark.parametrize(
    ("turnout", "shown", "hidden"),
    [
        (Turnout(50, (("sms", 20), ("ussd", 3), ("paper", 3)), 0, 0), ["По USSD 3", "На бумаге 3"], "не показаны"),
        (Turnout(50, (), 0, 0), ["не показаны"], "По SMS"),
        (
            Turnout(50, (("phone", 20), ("paper", 6)), 2, 4),
            ["По телефону (SMS и USSD) 20", "конверты 2", "учтены 4"],
            "По USSD",
        ),
        (Turnout(0, (("sms", 26),), 0, 0), ["По SMS 26"], "Явка"),
    ],
    ids=["told apart", "too few", "phones together, some not counted", "no roll"],
)
def test_the_turnout_is_told_as_far_as_it_may_be(closed: Home, turnout: Turnout, shown: list[str], hidden: str) -> None:
    told = said(minutes(replace(facts_of(closed, languages=("ru",)), turnout=turnout)))

    assert [each for each in shown if each not in told] == []
    assert hidden not in told


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"form": BallotForm.CHOOSE_1}, "выбирается один проект"),
        ({"form": BallotForm.KNAPSACK, "max_cost": 5_000_000}, "общей стоимостью не больше 5 000 000 тенге"),
        ({"rule": "equal-shares"}, "Метод равных долей"),
        ({"rule": "no-such-rule"}, "Название правила: no-such-rule."),
        ({"ties": Ties.LOT, "lot_seed": "жаңбыр"}, "слово жребия: жаңбыр"),
        (
            {"quotas": (quotas.read("floor sdg:3,4=30"),)},
            "Выделено для отдельных проектов: 30 % бюджета Цели устойчивого развития 3, 4",
        ),
        (
            {"quotas": (quotas.read("cap settlement:*=20"),)},
            "Отдельным проектам не больше 20 % бюджета каждый населённый пункт отдельно",
        ),
    ],
    ids=["one", "knapsack", "equal shares", "a rule without words", "a lot", "a floor", "a cap for each"],
)
def test_the_rules_are_told_in_words(closed: Home, rules: dict[str, object], sentence: str) -> None:
    facts = facts_of(closed, languages=("ru",))
    paper = replace(facts.imprint.paper, rules=replace(facts.imprint.paper.rules, **rules))

    assert sentence in said(minutes(replace(facts, imprint=replace(facts.imprint, paper=paper))))


def test_the_sign_leads_to_the_bulletin_or_says_by_what_to_know_it(closed: Home) -> None:
    facts = facts_of(closed)
    head = short_head(facts.counted.head)
    online = replace(facts, imprint=replace(facts.imprint, address="https://dauys.example/a/7"))

    assert bulletin_sign(facts) == f"dauys:7?head={head}&key={closed.keys.fingerprint}"
    assert bulletin_sign(online) == f"https://dauys.example/a/7?head={head}&key={closed.keys.fingerprint}"
    assert "https://dauys.example/a/7" in said(minutes(online))


def test_127_proposals_flow_over_the_pages(closed: Home) -> None:
    facts = facts_of(closed, languages=("kk",))
    many = tuple(replace(PROPOSALS[0], number=number, proposal_id=str(number)) for number in range(1, 128))
    tally = replace(facts.counted.tally, votes={str(number): number for number in range(1, 128)}, steps=(), ties=())
    paper = replace(facts.imprint.paper, proposals=many)
    counted = replace(facts.counted, tally=tally, paper=paper)
    sheet = minutes(replace(facts, counted=counted, imprint=replace(facts.imprint, paper=paper)))

    check(sheet)
    assert 4 < page_count(sheet) < 10
