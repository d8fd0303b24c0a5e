"""Files that are no good: the page says in the clerk's language what to do, and what was typed stays."""

import io
import socket
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from gateway.sheets import MOST_UNPACKED
from gateway.store import cycles
from gateway.store.officials import Role
from tests.browser.conftest import Opened
from tests.browser.hands import says
from tests.browser.tabs import Tab
from tests.gateway.pages.console.conftest import Office

MIB = 2**20


def bomb() -> bytes:
    """A workbook of some kilobytes that is a large one when it is unpacked."""
    out, again = io.BytesIO(), io.BytesIO()
    Workbook().save(out)
    with ZipFile(out) as packed, ZipFile(again, "w", ZIP_DEFLATED) as swollen:
        for name in packed.namelist():
            swollen.writestr(name, packed.read(name) + b" " * (MOST_UNPACKED if "sheet1" in name else 0))
    return again.getvalue()


LOCKED = b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")
SHEETS = {  # name, content, what the roll and the proposals say of it
    "empty": ("p.csv", b"", "no_rows"),
    "old": ("p.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "old_workbook"),
    "locked": ("p.xlsx", LOCKED, "unread_workbook"),
    "no workbook": ("p.xlsx", b"PK\x03\x04 something", "unread_workbook"),
    "bomb": ("p.xlsx", bomb(), "too_long"),
    "one long line": ("p.csv", b"a" * MIB, "open_quote"),
    "half a letter": ("p.csv", b"\xff\xfea", "unread_letters"),
}
PICTURES = {
    "no picture": (b"%PDF-1.7 something", "picture_unread"),
    "half": (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture_unread"),
}


def attach(tab: Tab, field: str, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    tab.page.locator(f"[name={field}]").set_input_files(file)


@pytest.fixture
def drafted(office: Office) -> Office:
    with office.home.store.transaction() as tx:
        cycles.new(tx, 8, {"kk": "Жаңа", "ru": "Новый"}, office.now, pb_budget=1_000_000)
    return office


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_sheet_that_is_no_good_is_told_with_what_to_do(drafted: Office, opened: Opened, language: str) -> None:
    tab = opened(drafted.appoint(Role.CLERK, 7, 8), language=language)
    for path, field, texts, button in (
        ("/cycles/2/import", "sheet", "proposals", "look_at"),
        ("/areas/8/roll", "file", "roll", "preview"),
    ):
        say = says(language, texts)
        for case, (name, content, phrase) in SHEETS.items():
            tab.go(path)
            attach(tab, field, name, content)
            tab.press(say(button))
            told = tab.page.get_by_role("alert").inner_text()
            assert say(f"mistakes.{phrase}", row=1) in told, (path, case)
            assert tab.page.locator(f"[name={field}]").is_visible()
            assert [words for words in tab.complaints if "422" not in words] == []
        assert tab.violations == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_picture_that_is_none_is_told_and_what_was_typed_stays(
    drafted: Office, opened: Opened, language: str
) -> None:
    tab, say = opened(drafted.appoint(Role.CLERK, 8), language=language), says(language, "proposals")
    typed = {"name.kk": "Көпір", "name.ru": "Мост", "cost": "1 000 000", "text.ru": "У реки"}
    tab.go("/cycles/2/proposals/new")
    for case, (content, phrase) in PICTURES.items():
        for name, text in typed.items():
            tab.page.locator(f'[name="{name}"]').fill(text)
        attach(tab, "picture", "bridge.jpg", content)
        tab.press(say("save"))
        assert say(phrase) in tab.page.get_by_role("alert").inner_text(), case
        assert {name: tab.page.locator(f'[name="{name}"]').input_value() for name in typed} == typed


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_file_that_is_too_large_is_told_so(office: Office, opened: Opened, tmp_path: Path, language: str) -> None:
    tab = opened(office.appoint(Role.CLERK, 7), language=language)
    tab.page.context.unroute_all()  # whoever looks into each request cannot pass on one so large
    file = tmp_path / "roll.csv"
    file.write_bytes(b"phone\n" + b"+77001234567\n" * (20 * MIB // 13))
    tab.go("/areas/7/roll")
    tab.page.locator("[name=file]").set_input_files(file)
    tab.page.get_by_role("button", name=says(language, "roll")("preview")).click(no_wait_after=True)
    tab.page.get_by_text(says(language, "common")("away.too_large")).wait_for()


def test_whoever_sends_everything_before_reading_is_answered_too(served: str) -> None:
    host, port = served.removeprefix("http://").split(":")
    head = (
        f"POST /console/sign-in HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {served}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {20 * MIB}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), 20) as sending:
        sending.sendall(head.encode())
        for _ in range(20):  # were the connection closed in the middle, this would fail, and the answer be lost
            sending.sendall(b"a" * MIB)
        assert sending.recv(64).startswith(b"HTTP/1.1 413 ")
