"""The public page, as fetched."""

import re
from datetime import timedelta
from html import unescape
from random import Random  # noqa: TID251 - invented texts, the same at every run

import pytest

from ballots.model import Area, AreaKind, Proposal, Visibility
from gateway import mixing
from gateway.home import Home
from gateway.pages.rendering import FRESH
from gateway.store import areas, cycles, polls, proposals
from gateway.store.polls import Opening
from tests.gateway.pages.conftest import AT, CLOSED, Visit, close, tick

NBSP = "\u00a0"
LETTERS = "аәбвгғдежзийкқлмнңоөпрстуұүфхһшыіья  "
LANGUAGES = ("kk", "kk-latin", "ru", "en")


def words(html: str) -> str:
    """What is read, without markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace(NBSP, " ").split())


def another_aul(home: Home, code: int, name: str, proposal: str) -> None:
    """One more aul that votes."""
    texts = dict.fromkeys(LANGUAGES, name)
    wish = Proposal(1, "1", 1_000_000, dict.fromkeys(LANGUAGES, proposal), dict.fromkeys(LANGUAGES, "Wish"))
    with home.store.transaction() as tx:
        areas.create(tx, Area(code, AreaKind.AUL, texts))
        settings = {"pb_budget": 2_000_000, "opens_at": AT, "closes_at": AT + timedelta(days=3)}
        cycle = cycles.new(tx, code, texts, AT, **settings)
        proposals.put_on_ballot(tx, cycle.id, [wish])
        polls.open_poll(tx, home.keys, cycle.poll, AT, Opening("test", LANGUAGES))


def long_paper(home: Home, code: int, count: int) -> None:
    """An aul that votes on so many proposals; no two texts are alike, each as long as the lint lets it be."""
    chance = Random(code)
    with home.store.transaction() as tx:
        areas.create(tx, Area(code, AreaKind.AUL, dict.fromkeys(LANGUAGES, "Жаңаауыл")))
        settings = {"pb_budget": 100_000_000, "opens_at": AT, "closes_at": AT + timedelta(days=3)}
        cycle = cycles.new(tx, code, dict.fromkeys(LANGUAGES, "Жаңаауыл"), AT, **settings)
        proposals.put_on_ballot(tx, cycle.id, [long_proposal(number, chance) for number in range(1, count + 1)])
        polls.open_poll(tx, home.keys, cycle.poll, AT, Opening("test", LANGUAGES))


def long_proposal(number: int, chance: Random) -> Proposal:
    """Of letters drawn one by one, which pack worse than any words."""

    def drawn(length: int) -> dict[str, str]:
        return {language: "".join(chance.choices(LETTERS, k=length)).strip() for language in LANGUAGES}

    return Proposal(number, str(number), 2_000_000, drawn(40), dict.fromkeys(LANGUAGES, f"Жоба {number}"), drawn(62))


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [
        ("", "", "kk"),
        ("", "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("", "de, en;q=0.5", "en"),
        ("?lang=kk-latin", "ru", "kk-Latn"),
        ("?lang=xx", "ru", "ru"),
    ],
    ids=["nothing said", "a Russian browser", "a German browser", "the address wins", "no such language"],
)
def test_the_page_speaks_as_asked(visit: Visit, asked: str, accepted: str, expected: str) -> None:
    page = visit().get(f"/{asked}", headers={"accept-language": accepted})

    assert f'<html lang="{expected}">' in page.text


def test_an_open_vote_tells_what_how_and_until_when(visit: Visit) -> None:
    page = visit().get("/?lang=ru").text

    told = words(page)
    assert "Идёт голосование" in told
    assert "Конец 15 мая, 09:00" in told
    assert "Бюджет 30 000 000 тенге" in told
    assert "3 Свет на Центральной улице Стоимость: 6 400 000 тенге 32 фонаря до школы" in told
    assert "Отправьте номер проекта на 44135." in told
    assert "Можно выбрать до 2 проектов." in told
    assert 'href="tel:*384*44135*7*3%23"' in page
    assert 'href="sms:44135?body=5"' in page


def test_turnout_moves_at_noon_and_at_the_tally_only(visit: Visit, home: Home) -> None:
    before = words(visit().get("/?lang=en").text)
    tick(home, AT)
    after = words(visit().get("/?lang=en").text)

    assert "Votes so far not announced yet" in before
    assert "Votes so far 26" in after
    assert "at 12:00 and at 20:00" in after


def test_totals_of_a_running_vote_are_on_no_page(visit: Visit, home: Home) -> None:
    tick(home, AT)

    assert "<table" not in visit().get("/").text


def test_before_opening_and_while_counting_nobody_is_told_how_far_it_is(visit: Visit) -> None:
    soon = words(visit(AT - timedelta(days=3)).get("/?lang=en").text)
    counting = words(visit(CLOSED).get("/?lang=en").text)

    assert "Voting has not started yet Start 1 May, 09:00" in soon
    assert "Dial" not in soon
    assert "Voting has ended, votes are being counted" in counting
    assert "How to vote" not in counting


def test_a_closed_vote_shows_who_is_funded_and_how_it_was_counted(visit: Visit, home: Home) -> None:
    close(home)
    told = words(visit(CLOSED).get("/?lang=en").text)

    assert "The result is not certified yet. Votes counted: 26" in told
    assert "Download : Table (CSV) , Ballots (Pabulib) , JSON" in told.replace("Download:", "Download :")
    assert "1 Water pipe to New street 13 ✓ Funded" in told
    assert "2 New roof for the school 6 Not funded" in told
    assert "#1 Water pipe to New street. Votes: 13. There is money for it: 14 500 000 tenge." in told
    assert "#2 New roof for the school. Votes: 6. It costs 9 800 000 tenge, but 4 900 000 tenge is left" in told
    assert "Of projects with equal votes the cheaper one was taken first." in told
    assert "decided the outcome" not in told
    assert "How to vote" not in told


def test_so_few_votes_that_they_name_their_voters_are_not_published(visit: Visit, home: Home) -> None:
    another_aul(home, 8, "Small", "Well")
    with home.store.transaction() as tx:
        poll = cycles.by_id(tx, 2).poll
    mixing.close(home, poll, AT, "test", early=True)
    told = words(visit(CLOSED).get("/a/8?lang=en").text)

    assert "There were few votes." in told
    assert "Votes counted" not in told


def test_several_auls_are_a_list_with_links(visit: Visit, home: Home) -> None:
    another_aul(home, 8, "Tasbulaq", "Well")
    browser = visit()
    page = browser.get("/?lang=en").text

    assert '<a href="/a/7?lang=en">Aqbulaq village</a>' in page
    assert '<a href="/a/8?lang=en">Tasbulaq</a>' in page
    assert "Well" in browser.get("/a/8").text
    assert "All votes" in browser.get("/a/8?lang=en").text


@pytest.mark.parametrize("code", ["999", "0", "-7", "seven", "7" * 40, "٧", "90"])
def test_an_area_without_a_vote_is_a_plain_404(visit: Visit, code: str) -> None:
    page = visit().get(f"/a/{code}?lang=en")

    assert (page.status_code, "There is no such page." in page.text) == (404, True)


def test_what_officials_write_is_shown_as_text(visit: Visit, home: Home) -> None:
    another_aul(home, 8, "<i>Aul</i>", "<script>alert(1)</script>")
    browser = visit()

    for address in ("/", "/a/8"):
        page = browser.get(address).text
        assert "&lt;i&gt;Aul" in page
        assert "<script" not in page
        assert "<i>" not in page


def test_without_ussd_no_page_tells_to_dial(visit: Visit, home: Home) -> None:
    sms_only = home.settings.gateway.model_copy(update={"ussd": False})

    assert "tel:" not in visit(gateway=sms_only).get("/").text


def test_the_page_is_light_and_packed_where_the_browser_can_unpack(visit: Visit, home: Home) -> None:
    close(home)
    browser = visit(CLOSED)
    page = browser.get("/", headers={"accept-encoding": "identity"})
    packed = browser.get("/", headers={"accept-encoding": "gzip"})
    parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)

    assert len(page.content) + sum(len(browser.get(part).content) for part in parts) < 30_000
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(page.content) / 2
    assert packed.text == page.text
    assert page.headers["cache-control"] == f"max-age={FRESH}"


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_forty_proposals_with_long_texts_weigh_less_than_thirty_kilobytes(
    visit: Visit, home: Home, language: str
) -> None:
    long_paper(home, 8, 40)
    browser = visit()
    browser.headers["accept-encoding"] = "gzip"
    page = browser.get(f"/a/8?lang={language}")
    parts = re.findall(r'<(?:link rel="(?:stylesheet|icon)" href|script src|img src)="([^"]+)"', page.text)

    assert page.text.count("<h3") >= 40 and any("page.css" in part for part in parts)
    sent = [page, *(browser.get(part) for part in parts)]
    assert {answer.status_code for answer in sent} == {200}
    assert sum(int(answer.headers["content-length"]) for answer in sent) < 30_000


def test_only_turnout_is_told_while_the_vote_runs_whatever_the_visibility(visit: Visit, home: Home) -> None:
    with home.store.reading() as tx:
        assert cycles.by_id(tx, 1).visibility is Visibility.DAILY
    tick(home, AT)

    assert visit().get("/api/v1/cycles/1/tally").json() == {"cycle": 1, "accepted": 26}
