"""What people type or hand in stays text on every page that shows it: no script runs, no window opens, nothing is asked
of others.
"""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ballots.model import Area, AreaKind
from gateway.store import approvals, areas, audit, cycles, recipients, sittings, states
from gateway.store.approvals import Wish
from gateway.store.officials import Role
from gateway.store.recipients import Recipient
from tests.browser.conftest import Opened
from tests.browser.hands import says
from tests.browser.scribbles import SCRIBBLES, kept
from tests.browser.tabs import Tab
from tests.gateway.pages.console.conftest import Office

DRAFT = 2
FIRST = 100  # code of the first area that is called like a scribble
AS_FILE = tuple(map(kept, SCRIBBLES))  # a file with a zero byte is read as UTF-16
FIELDS = ("name.kk", "name.ru", "short.kk", "short.ru", "text.kk", "text.ru", "category", "settlement", "group")
LANGUAGES = ("kk", "kk-latin", "ru", "en")
NAME = '"><img src=x onerror=window.ran=1>.csv'


@contextmanager
def nothing_runs(tab: Tab) -> Iterator[None]:
    """Whatever is opened within."""
    windows: list[str] = []
    tab.page.on("dialog", lambda dialog: (windows.append(dialog.message), dialog.dismiss()))
    tab.page.on("popup", lambda popup: windows.append(popup.url))
    yield
    assert (windows, tab.strangers, tab.complaints) == ([], [], [])


def missing(tab: Tab) -> list[str]:
    """The scribbles that this page does not show as they were typed."""
    tab.page.wait_for_load_state("networkidle")
    assert tab.page.evaluate("window.ran") is None
    shown = " ".join(tab.page.locator("body").inner_text().split())
    return [one for one in SCRIBBLES if kept(one) not in shown]


def sheet(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def attach(tab: Tab, field: str, content: bytes, button: str) -> None:
    tab.page.locator(f"[name={field}]").set_input_files({"name": NAME, "mimeType": "text/csv", "buffer": content})
    tab.press(button)


@pytest.fixture
def scribbled(office: Office) -> Office:
    """Areas, votes, officials, recipients and sittings that are called so."""
    with office.home.store.transaction() as tx:
        aul = areas.by_code(tx, 7)
        for number, one in enumerate(AS_FILE):
            texts = dict.fromkeys(("kk", "kk-latin", "ru", "en"), one)
            areas.create(tx, Area(FIRST + number, AreaKind.AUL, texts))
            cycles.new(tx, FIRST + number, texts, office.now, pb_budget=1_000_000)
            tx.run(
                "INSERT INTO official (name, role, everywhere, token_hash, created_at, password_hash, language)"
                " VALUES (?, 'clerk', 1, '', 0, '', '')",
                f"{one} {number}",
            )
            told = Recipient(0, aul.id, "email", f"a{number}@example.kz", "kk", "digest", one)
            recipients.add(tx, office.home.keys, told, office.home.randomness)
            sittings.begin(tx, 1000 + number, cycles.by_id(tx, 1).poll, one, one, office.now)
    return office


def test_names_that_are_kept_are_shown_as_text(scribbled: Office, opened: Opened) -> None:
    tab = opened(scribbled.appoint(Role.ADMINISTRATOR), language="ru")
    with nothing_runs(tab):
        for page in ("", "/officials", "/areas/7/recipients", "/cycles/1/paper"):
            assert tab.go(page) == 200
            assert missing(tab) == [], page


def test_titles_do_not_leave_their_place_in_a_page(scribbled: Office, opened: Opened) -> None:
    tab = opened(scribbled.appoint(Role.ADMINISTRATOR), language="ru")
    with nothing_runs(tab):
        for number, one in enumerate(AS_FILE):
            assert tab.go(f"/cycles/{DRAFT + number}") == 200
            assert one in " ".join(tab.main.split())
            assert one in " ".join(tab.page.title().split())
            assert tab.page.evaluate("window.ran") is None


def test_cells_and_names_of_files_are_shown_as_text(office: Office, opened: Opened) -> None:
    with office.home.store.transaction() as tx:
        cycles.new(tx, 8, {"kk": "Жаңа", "ru": "Новый"}, office.now, pb_budget=1_000_000)
    say, roll = says("ru", "proposals"), says("ru", "roll")
    tab = opened(office.appoint(Role.CLERK, 7, 8), language="ru")
    with nothing_runs(tab):
        tab.go(f"/cycles/{DRAFT}/import")
        head = ("name_kk", "name_ru", "short_ru", "text_ru", "cost", "category", *AS_FILE)
        rows = [(one, one, one, one, "1000", one[:60], "x") for one in AS_FILE]
        attach(tab, "sheet", sheet(head, *rows), say("look_at"))
        assert missing(tab) == []
        assert tab.violations == []
        tab.press(say("load", number=len(rows)))
        assert missing(tab) == []
        for page in ("opening", "menu"):
            tab.go(f"/cycles/{DRAFT}/{page}")
            tab.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
            assert missing(tab) == [], page
        tab.go("/areas/8/roll")
        numbers = [(f"+7700000{number:04}",) for number in range(3)]
        attach(tab, "file", sheet(("phone", *AS_FILE), *numbers), roll("preview"))
        assert missing(tab) == []


def test_reasons_are_shown_as_text(office: Office, opened: Opened) -> None:
    clerk, facts = office.appoint(Role.CLERK, 7), {"reason": " ".join(AS_FILE)}
    with office.home.store.transaction() as tx:
        approvals.ask(tx, clerk, Wish("close early", "cycle 1", facts), office.now)
        audit.record(tx, office.home.keys, office.now, clerk.name, "ask for a decision", cycle=1, **facts)
    tab = opened(office.appoint(Role.AKIM, 7), language="ru")
    with nothing_runs(tab):
        for page in ("/cycles/1/decisions", "/log"):
            tab.go(page)
            assert missing(tab) == [], page


def test_announcements_are_shown_as_text(office: Office, opened: Opened) -> None:
    tab, say = opened(office.appoint(Role.CLERK, 7), language="ru"), says("ru", "announcements")
    with nothing_runs(tab):
        for start in range(0, len(SCRIBBLES), len(LANGUAGES)):
            typed = dict(zip(LANGUAGES, SCRIBBLES[start:], strict=False))
            tab.go("/cycles/1/announcements")
            tab.page.locator("details", has=tab.page.locator("textarea")).locator("summary").click()
            for language, text in typed.items():
                tab.page.locator(f'[name="text_{language}"]').fill(text)
            tab.press(say("look"))
            told = " ".join(tab.page.locator("main").inner_text().split())
            shown = [kept(one.input_value()) for one in tab.page.locator("textarea").all()]
            assert [text for text in typed.values() if kept(text) not in told and kept(text) not in shown] == []
            tab.complaints = [words for words in tab.complaints if "422" not in words]  # of what is no announcement


def test_what_is_typed_comes_back_as_text(office: Office, opened: Opened) -> None:
    with office.home.store.transaction() as tx:
        cycles.new(tx, 8, {"kk": "Жаңа", "ru": "Новый"}, office.now, pb_budget=1_000_000)
    tab = opened(office.appoint(Role.CLERK, 7, 8), language="ru")
    tab.go(f"/cycles/{DRAFT}/proposals/new")
    with nothing_runs(tab):
        for start in range(0, len(SCRIBBLES), len(FIELDS)):
            typed = dict(zip(FIELDS, SCRIBBLES[start:], strict=False))
            for name, text in (typed | {"cost": "0"}).items():
                tab.page.locator(f'[name="{name}"]').fill(text)
            tab.press(says("ru", "proposals")("save"))
            shown = {name: kept(tab.page.locator(f'[name="{name}"]').input_value()) for name in typed}
            assert shown == {name: kept(text) for name, text in typed.items()}
            assert tab.page.evaluate("window.ran") is None
            tab.complaints = [words for words in tab.complaints if "422" not in words]  # of the mistake in `cost`


def test_the_public_page_shows_a_paper_as_text(office: Office, opened: Opened) -> None:
    with office.home.store.transaction() as tx:
        ((manifest,),) = tx.rows("SELECT manifest FROM poll WHERE id = 1")
        paper = json.loads(manifest)
        for one, scribbles in zip(paper["proposals"], (AS_FILE[place::8] for place in range(8)), strict=True):
            for field in ("names", "texts"):
                one[field] = dict.fromkeys(one["names"], " ".join(scribbles))
        tx.run("UPDATE poll SET manifest = ? WHERE id = 1", json.dumps(paper))
        states.bump_catalogue(tx)
    tab = opened(language="ru")
    with nothing_runs(tab):
        tab.page.goto(f"{tab.url}/a/7")
        assert missing(tab) == []
