"""A clerk sets up a vote and the akim opens it, in a real browser, in Kazakh and in Russian; also without JavaScript."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from ballots.model import Area, AreaKind, Phase
from gateway.demo_aul import PROPOSALS
from gateway.store import areas, cycles, drafts, proposals
from gateway.store.officials import Official, Role
from tests.browser.conftest import Opened
from tests.browser.hands import Hand, says
from tests.browser.tabs import LAPTOP, PHONE, Tab
from tests.gateway.pages.console.conftest import Office

AUL, NEIGHBOUR = 9, 10
CLOSES = "2026-06-15T18:00"
NAMES = {"kk": "Қарағаш", "kk-latin": "Qaragash", "ru": "Карагаш", "en": "Qaragash"}


@pytest.fixture
def neighbour(office: Office) -> None:
    """Two auls more, one of them with a draft of ten proposals."""
    with office.home.store.transaction() as tx:
        for code in (AUL, NEIGHBOUR):
            areas.create(tx, Area(code, AreaKind.AUL, NAMES))
        made = cycles.new(tx, NEIGHBOUR, NAMES, office.now, pb_budget=30_000_000)
        ten = [*PROPOSALS, *(replace(one, number=one.number + 8) for one in PROPOSALS[:2])]
        proposals.put_on_ballot(tx, made.id, [replace(one, proposal_id=str(one.number)) for one in ten])


def clerk_and_akim(office: Office) -> tuple[Official, Official]:
    return office.appoint(Role.CLERK, AUL, NEIGHBOUR, name="А. Серікова"), office.appoint(
        Role.AKIM, AUL, name="Б. Омаров"
    )


@pytest.mark.usefixtures("neighbour")
@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_cycle_of_ten_proposals_copied_from_another_aul_opens_within_sixty_clicks(
    office: Office, opened: Opened, language: str, script: bool, keep_picture: Callable[[Tab, str], None]
) -> None:
    clerk, akim = clerk_and_akim(office)
    hand = Hand(opened(clerk, language=language, java_script_enabled=script))
    begin, dates, proposals_, opening = (
        says(language, file) for file in ("new_cycle", "cycle_settings", "proposals", "opening")
    )
    hand.tab.go(f"/areas/{AUL}")
    hand.click(says(language, "overview")("new_cycle"))
    hand.choose("like", f"{NAMES[language]}: {NAMES[language]} (2)")
    hand.type("pb_budget", "30 000 000")
    hand.click(begin("make"))
    hand.type("closes_at", CLOSES)
    hand.click(dates("save"))
    hand.click(proposals_("title"), "link")
    assert len(hand.tab.page.locator("tbody tr").all()) == 10
    hand.click(opening("title"), "link")
    hand.click(opening("ask"))
    approving = Hand(opened(akim, language=language, java_script_enabled=script))
    approving.tab.go("/cycles/3/opening")
    if script:
        keep_picture(approving.tab, f"opening-{language}")
    approving.click(opening("approve"))

    with office.home.store.reading() as tx:
        assert cycles.by_id(tx, 3).phase is Phase.VOTING
    assert hand.clicks + approving.clicks == 9
    assert hand.typed == 2
    assert hand.tab.strangers == approving.tab.strangers == []


@pytest.mark.usefixtures("neighbour")
@pytest.mark.parametrize(("width", "language"), [(PHONE, "kk"), (LAPTOP, "kk"), (LAPTOP, "ru")])
def test_every_page_of_a_draft_is_flawless(
    office: Office, opened: Opened, width: int, language: str, keep_picture: Callable[[Tab, str], None]
) -> None:
    clerk, _ = clerk_and_akim(office)
    tab = opened(clerk, width=width, language=language)
    with office.home.store.reading() as tx:
        key = drafts.read(tx, 2, office.now).lines[0].key
    for page in ("settings", "proposals", f"proposals/{key}", "proposals/new", "import", "menu", "opening"):
        assert tab.go(f"/cycles/2/{page}") == 200
        assert tab.flaws == [], page
        if width == LAPTOP and page == "settings":
            keep_picture(tab, f"{page}-{language}")
        tab.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert tab.flaws == [], page
    tab.go(f"/areas/{AUL}/new")
    assert tab.flaws == []
    keep_picture(tab, f"new-{language}-{width}")


@pytest.mark.usefixtures("neighbour")
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_phone_beside_the_texts_follows_every_word(
    office: Office, opened: Opened, language: str, keep_picture: Callable[[Tab, str], None]
) -> None:
    clerk, _ = clerk_and_akim(office)
    hand = Hand(opened(clerk, language=language))
    page = hand.tab.page
    hand.tab.go("/cycles/2/proposals")
    keep_picture(hand.tab, f"proposals-{language}")
    page.locator("tbody a").first.click()
    page.wait_for_load_state("networkidle")
    hand.type("short.kk", "Таза су")
    page.locator("#phone pre", has_text="№1 Таза су").first.wait_for()
    hand.type("short.kk", "Ауылдың шетіне дейін таза су")
    page.locator("#phone pre", has_text="Ауылдың шетіне дейін таза су").first.wait_for()
    assert "28" in page.locator("#phone .wrong").first.inner_text()
    keep_picture(hand.tab, f"proposal-{language}")

    assert hand.tab.flaws == []
    with office.home.store.reading() as tx:
        assert proposals.on_ballot(tx, 2)[0].shorts["kk"] == "Су құбыры"
    hand.click(says(language, "proposals")("save"))
    assert re.search(r"28", page.locator(".wrong").first.inner_text())
    assert hand.tab.flaws == []


@pytest.mark.usefixtures("neighbour")
@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_vote_is_rehearsed_on_the_phone_in_the_page(
    office: Office, opened: Opened, language: str, script: bool, keep_picture: Callable[[Tab, str], None]
) -> None:
    clerk, _ = clerk_and_akim(office)
    tab = opened(clerk, language=language, java_script_enabled=script)
    say = says(language, "menu")
    tab.go("/cycles/2/menu?language=kk")
    tab.page.get_by_role("button", name=say("dial", code="*384*44135#")).click()
    tab.page.locator(".talk .theirs").nth(0).wait_for()
    for step, key in enumerate(("1", "3", "1"), 1):
        tab.page.locator('[name="typed"]').fill(key)
        tab.page.get_by_role("button", name=say("press"), exact=True).click()
        tab.page.locator(".talk .theirs").nth(step).wait_for()

    assert say("acts.cast", numbers="№3") in tab.main
    assert "Дауысыңыз қабылданды. Түбіртек" in tab.page.locator(".talk .theirs").last.inner_text()
    if script:
        keep_picture(tab, f"menu-{language}")
    with office.home.store.reading() as tx:
        assert tx.rows("SELECT count(*) FROM participation WHERE poll_id = 2") == [(0,)]
    assert tab.strangers == []
