"""Two clerks over one thing, a button pressed twice, a browser that is closed in the middle."""

from dataclasses import replace

import pytest

from ballots.model import Proposal
from gateway.store import cycles, drafts, proposals
from gateway.store.officials import Role
from tests.browser.conftest import Opened
from tests.browser.hands import says
from tests.gateway.pages.console.conftest import Office

DRAFT = 2
BRIDGE = Proposal(1, "1", 1_000_000, {"kk": "Көпір", "ru": "Мост"}, {"kk": "Көпір", "ru": "Мост"})


@pytest.fixture
def key(office: Office) -> int:
    """Of the one proposal of a draft."""
    with office.home.store.transaction() as tx:
        made = cycles.new(tx, 8, {"kk": "Жаңа", "ru": "Новый"}, office.now, pb_budget=9_000_000)
        proposals.put_on_ballot(tx, made.id, [replace(BRIDGE)])
    return proposal_lines(office)[0].key


def proposal_lines(office: Office) -> tuple[drafts.Line, ...]:
    with office.home.store.reading() as tx:
        return drafts.read(tx, DRAFT, office.now).lines


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize(
    ("page", "texts", "field", "kept"),
    [("proposals/{key}", "proposals", "name.ru", "Мост"), ("settings", "cycle_settings", "title.ru", "Новый")],
    ids=["proposal", "dates and rules"],
)
def test_the_second_clerk_sees_both_texts_and_chooses(
    office: Office, opened: Opened, key: int, language: str, page: str, texts: str, field: str, kept: str
) -> None:
    tabs = [opened(office.appoint(Role.CLERK, 8, name=name), language=language) for name in ("А. Бірінші", "Б. Екінші")]
    for tab in tabs:
        tab.go(f"/cycles/{DRAFT}/" + page.format(key=key))
    for tab, text in zip(tabs, (f"{kept} один", f"{kept} два"), strict=True):
        tab.page.locator(f'[name="{field}"]').fill(text)
        tab.press(says(language, texts)("save"))

    second = tabs[1]
    assert all(words in second.main for words in (f"{kept} один", f"{kept} два", "А. Бірінші"))
    second.complaints.clear()  # the browser complains of every 409
    assert second.flaws == []
    second.press(says(language, "common")("conflict.keep_mine"))
    second.go(f"/cycles/{DRAFT}/" + page.format(key=key))
    assert second.page.locator(f'[name="{field}"]').input_value() == f"{kept} два"


def test_a_double_click_adds_one_proposal(office: Office, opened: Opened, key: int) -> None:
    tab = opened(office.appoint(Role.CLERK, 8), language="ru")
    tab.go(f"/cycles/{DRAFT}/proposals/new")
    for name, text in (("name.ru", "Дорога"), ("cost", "2 000 000")):
        tab.page.locator(f'[name="{name}"]').fill(text)
    tab.page.get_by_role("button", name=says("ru", "proposals")("save"), exact=True).dblclick()
    tab.page.locator(".said").wait_for()

    assert [line.proposal.names["ru"] for line in proposal_lines(office)] == ["Мост", "Дорога"]
    assert office.audited().count((f"Test {Role.CLERK}", "add proposal")) == 1


def test_what_was_saved_outlives_the_browser(office: Office, opened: Opened, key: int) -> None:
    clerk = office.appoint(Role.CLERK, 8)
    tab = opened(clerk, language="ru")
    tab.go(f"/cycles/{DRAFT}/proposals/{key}")
    tab.page.locator('[name="name.ru"]').fill("Мост новый")
    tab.press(says("ru", "proposals")("save"))
    tab.page.locator('[name="name.ru"]').fill("не сохранено")
    tab.page.context.close()

    again = opened(clerk, language="ru")
    again.go(f"/cycles/{DRAFT}/proposals/{key}")
    assert again.page.locator('[name="name.ru"]').input_value() == "Мост новый"


def test_a_roll_goes_on_loading_when_the_browser_is_closed(office: Office, opened: Opened) -> None:
    say, clerk = says("ru", "roll"), office.appoint(Role.CLERK, 8)
    rows = "\n".join(["phone", *(f"+770000{number:05}" for number in range(3_000))])
    tab = opened(clerk, language="ru")
    tab.go("/areas/8/roll")
    tab.page.locator("#file").set_input_files({"name": "r.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    tab.press(say("preview"))
    assert tab.flaws == []
    tab.page.locator("button[value=load]").click()
    tab.page.wait_for_url("**/areas/8/roll/*")
    address = tab.page.url.split("/console")[1]
    tab.page.context.close()

    again = opened(clerk, language="ru")
    again.go(address)
    again.page.locator(".said").wait_for()
    assert "3\u00a0000" in again.page.locator(".said").inner_text()
