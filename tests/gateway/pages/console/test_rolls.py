"""Rolls, the help desk and recipients in the console: files in the clerk's language, one number at a time, no list."""

import os
import re
import tempfile
from html import unescape
from io import BytesIO
from pathlib import Path
from time import monotonic

import pytest
from openpyxl import Workbook
from pypdf import PdfReader

from gateway.pages.console.wording import LANGUAGES
from gateway.store import audit, recipients, roll_uploads, rolls
from gateway.store.officials import Role
from tests.gateway.pages.conftest import AT
from tests.gateway.pages.console.conftest import Browser, Office
from tests.gateway.pages.console.test_watching import text

ROLL = "/areas/7/roll"
DESK = "/help-desk"
RECIPIENTS = "/areas/7/recipients"
NUMBERS = [f"+7700765432{digit}" for digit in range(3)]
ORIGIN = {"origin": "http://testserver"}


def upload(browser: Browser, content: bytes, name: str = "roll.csv"):
    return browser.client.post(
        f"/console{ROLL}", data={"do": "preview"}, files={"file": (name, content)}, headers=ORIGIN
    )


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def load(browser: Browser, page: str, do: str = "load"):
    return browser.post(ROLL, do=do, **{name: hidden(page)[name] for name in ("upload", "key", "nonce")})


def loaded(browser: Browser, address: str) -> str:
    """The page of a loading, once it is over."""
    end = monotonic() + 20
    while monotonic() < end:
        page = browser.client.get(address).text
        if "hx-trigger" not in page:
            return page
    raise AssertionError("the roll is still being loaded")


def size(office: Office) -> int:
    with office.home.store.reading() as tx:
        return rolls.size(tx, 1, [3])


def acts(office: Office, act: str) -> list[dict[str, object]]:
    with office.home.store.reading() as tx:
        return [one.link.entry for one in audit.entries(tx) if one.link.entry["act"] == act]


@pytest.fixture
def clerk(office: Office) -> Browser:
    return office.official(Role.CLERK, 7)


def test_a_file_is_seen_before_it_is_loaded_and_then_loaded_once(office: Office, clerk: Browser) -> None:
    before = size(office)
    seen = upload(clerk, ("phone;name\n" + "\n".join([*NUMBERS, NUMBERS[0], "8916123", ""]) + "\n").encode())

    said = text(seen.text)
    for told in (
        "Will be added 3",
        "Repeated in the file 1",
        "wrong one 1",
        "Row 6: 8916… is no mobile number",
        "name",
    ):
        assert told in said
    assert not any(number[2:] in seen.text for number in NUMBERS)
    assert size(office) == before

    gone = load(clerk, seen.text)
    assert gone.status_code == 303
    page = loaded(clerk, gone.headers["location"])
    assert "Added to the roll: 3" in text(page)
    assert size(office) == before + 3
    assert [entry["facts"]["added"] for entry in acts(office, "load roll")][-1:] == [3]

    again = load(clerk, seen.text)
    assert again.status_code == 422
    assert "Upload it again." in text(again.text)


def test_a_file_that_is_not_wanted_leaves_nothing(office: Office, clerk: Browser) -> None:
    seen = upload(clerk, "\n".join(NUMBERS).encode())
    assert load(clerk, seen.text, "cancel").status_code == 303

    with office.home.store.reading() as tx:
        assert tx.rows("SELECT id FROM roll_upload WHERE state = 'read' AND actor <> 'Test clerk'") == []
    assert load(clerk, seen.text).status_code == 422


def test_another_clerk_cannot_load_it(office: Office, clerk: Browser) -> None:
    seen = upload(clerk, "\n".join(NUMBERS).encode())
    other = office.browser(office.appoint(Role.CLERK, 7, name="Another"))

    assert load(other, seen.text).status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", {"en": "The file is empty.", "ru": "Файл пуст.", "kk": "Файл бос."}),
        (b"name;street\na;b\n", {"en": "name, street", "ru": "name, street", "kk": "name, street"}),
        (
            b"phone\n12\n",
            {"en": "No mobile number was found", "ru": "ни одного мобильного номера", "kk": "бірде-бір ұялы нөмір"},
        ),
        (b"\xd0\xcf\x11\xe0abc", {"en": ".xlsx", "ru": ".xlsx", "kk": ".xlsx"}),
        (b"PK\x03\x04abc", {"en": ".xlsx", "ru": ".xlsx", "kk": ".xlsx"}),
    ],
    ids=["empty", "other columns", "no phones", "old workbook", "broken workbook"],
)
def test_a_wrong_file_is_refused_in_the_clerk_s_language(
    office: Office, language: str, content: bytes, said: dict[str, str]
) -> None:
    browser = office.browser(office.appoint(Role.CLERK, 7), language)
    answer = upload(browser, content)

    assert answer.status_code == 422
    assert said[language] in text(answer.text)
    assert 'type="file"' in answer.text


def test_no_file_is_said_at_its_field(clerk: Browser) -> None:
    answer = clerk.post(ROLL, do="preview")

    assert answer.status_code == 422
    assert "Choose a file." in text(answer.text)


def test_a_workbook_is_read_like_a_file_of_text(office: Office, clerk: Browser) -> None:
    book, content = Workbook(), BytesIO()
    for row in (("телефон", "аты"), (77007654321, "A"), ("8 700 765 43 22", "B")):
        book.active.append(row)
    book.save(content)

    assert "Will be added 2" in text(upload(clerk, content.getvalue(), "roll.xlsx").text)


def test_a_large_file_touches_no_disk_before_it_is_sealed(
    office: Office, clerk: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*args, **kwargs):
        raise AssertionError("the file was written to a disk")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", refuse)
    content = ("phone\n" + "".join(f"+7700{number:07d}\n" for number in range(120_000))).encode()
    assert len(content) > 2**20

    assert "Will be added 120\xa0000" in unescape(upload(clerk, content).text).replace("</strong>", "").replace(
        "<strong>", ""
    ).replace('</th><td class="number">', " ")


def test_a_loading_that_was_cut_off_is_told(office: Office, clerk: Browser) -> None:
    seen = upload(clerk, "\n".join(NUMBERS).encode())
    found = hidden(seen.text)["upload"]
    with office.home.store.transaction() as tx:
        roll_uploads.take(tx, found, 3, "Test clerk", AT)
    running = clerk.get(f"{ROLL}/{found}").text
    assert "<progress" in running
    assert "hx-trigger" in running

    office.now = AT + roll_uploads.SILENT
    assert "Upload the same file again" in text(clerk.get(f"{ROLL}/{found}").text)


def test_a_roll_shows_counts_and_never_a_number(office: Office, clerk: Browser) -> None:
    page = clerk.get(ROLL).text

    assert f"Phones on the roll {size(office)}" in text(page)
    assert "+77" not in page
    assert "7701" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_answers_about_one_number(office: Office, language: str) -> None:
    browser = office.browser(office.appoint(Role.CLERK, 7), language)
    with office.home.store.transaction() as tx:
        rolls.add(tx, 1, 3, rolls.seal(office.home.keys, 1, NUMBERS[:1]))
    known, unknown = (browser.post(DESK, number=number) for number in NUMBERS[:2])

    assert (known.status_code, unknown.status_code) == (200, 200)
    assert 'class="answer"' in known.text
    assert text(known.text) != text(unknown.text)
    for page in (known.text, unknown.text):
        assert "7654320" not in page
        assert "7654321" not in page
    assert known.headers["cache-control"] == "no-store"
    assert [entry["facts"] for entry in acts(office, "look up number")] == [{"today": 1}, {"today": 2}]


def test_the_desk_tells_a_vote_and_its_day(office: Office) -> None:
    with office.home.store.transaction() as tx:
        rolls.add(tx, 1, 3, rolls.seal(office.home.keys, 1, NUMBERS[:1]))
        tag = office.home.keys.voter_tag(1, NUMBERS[0])
        tx.run(
            "INSERT INTO participation (poll_id, tag, channel, day, state, receipt) VALUES (1, ?, 'sms', '2026-05-02', "
            "'held', '4821773529')",
            tag,
        )
    said = text(office.official(Role.CLERK, 7).post(DESK, number=NUMBERS[0]).text)

    assert "not confirmed" in said
    assert "Day: 02.05." in said
    assert "482" not in said


@pytest.mark.parametrize("number", ["", "abc", "8916123"])
def test_what_is_no_number_is_said(office: Office, clerk: Browser, number: str) -> None:
    answer = clerk.post(DESK, number=number)

    assert answer.status_code == 422
    assert acts(office, "look up number") == []


def test_the_desk_closes_after_too_many_looks(office: Office, clerk: Browser) -> None:
    answers = [clerk.post(DESK, number=NUMBERS[0]).status_code for _ in range(31)]

    assert answers == [200] * 30 + [422]


@pytest.mark.parametrize(
    ("channel", "address"),
    [("sms", "8 700 765 43 21"), ("webhook", "https://pb.example.kz/x"), ("email", "akim@aul.example")],
)
def test_who_receives_tallies_comes_is_tested_and_goes(
    office: Office, clerk: Browser, channel: str, address: str
) -> None:
    fields = {"label": "Мәслихат", "channel": channel, "address": address, "form": "digest", "language": "kk"}
    added = clerk.post(RECIPIENTS, nonce=clerk.nonce(RECIPIENTS), **fields)
    assert added.status_code == 303
    page = added.headers["location"].removeprefix("/console")
    seen = clerk.get(page).text
    assert ("whsec_" in seen) == (channel == "webhook")
    assert "7007654321" not in seen

    tested = clerk.post(page, do="test", nonce=clerk.nonce(page))
    assert tested.status_code == 303
    assert re.search(r"Test message .{0,20}waits to leave", text(clerk.get(page).text))
    assert "Мәслихат" in clerk.get(RECIPIENTS).text
    assert clerk.post(page, do="remove", nonce=clerk.nonce(page)).status_code == 303
    assert "Мәслихат" not in clerk.get(RECIPIENTS).text
    assert clerk.get(page).status_code == 404
    assert [act for _, act in office.audited()][-3:] == ["add recipient", "test recipient", "remove recipient"]


@pytest.mark.parametrize(
    ("channel", "address", "said"),
    [
        ("sms", "+49170", "no mobile number"),
        ("webhook", "ftp://x", "begin with https"),
        ("email", "x", "no e-mail address"),
        ("pigeon", "x", "from the list"),
    ],
)
def test_a_wrong_address_is_told_and_what_was_typed_stays(
    clerk: Browser, channel: str, address: str, said: str
) -> None:
    fields = {"label": "Мәслихат", "channel": channel, "address": address, "form": "digest", "language": "kk"}
    answer = clerk.post(RECIPIENTS, nonce=clerk.nonce(RECIPIENTS), **fields)

    assert answer.status_code == 422
    assert said in text(answer.text)
    assert "Мәслихат" in answer.text


def test_a_recipient_of_another_area_is_not_there(office: Office, clerk: Browser) -> None:
    with office.home.store.reading() as tx:
        others = [one.id for one in recipients.every(tx, office.home.keys) if one.area_id != 3]

    assert others
    for other in others:
        assert clerk.get(f"{RECIPIENTS}/{other}").status_code == 404
        assert clerk.post(f"{RECIPIENTS}/{other}", do="remove", nonce=os.urandom(8).hex()).status_code == 404


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=file"),
        ("multipart/form-data; boundary=b", b"--b\r\nnonsense\r\n\r\n--b--"),
    ],
    ids=["no boundary", "cut off", "nonsense"],
)
def test_what_is_no_form_is_refused(clerk: Browser, kind: str, body: bytes) -> None:
    answer = clerk.client.post(f"/console{ROLL}", content=body, headers={**ORIGIN, "content-type": kind})

    assert answer.status_code in (400, 409)


SLIPS = "/areas/7/slips"


def slips_in(pdf: bytes) -> list[str]:
    """The numbers in a PDF, as they are shown."""
    said = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return list(dict.fromkeys(re.findall(r"\b\d{4}-\d{4}-\d\b", said)))


def test_slips_are_printed_once_under_a_name(office: Office, clerk: Browser) -> None:
    printed = clerk.post(SLIPS, do="print", count="7", name="Жиналыс 02.05")
    again = clerk.post(SLIPS, do="print", count="7", name="Жиналыс 02.05")

    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    assert printed.headers["cache-control"] == "no-store"
    numbers = slips_in(printed.content)
    assert len(numbers) == 7
    assert again.status_code == 422
    assert "printed under this name already" in text(again.text)
    assert "Free slips 7" in text(clerk.get(SLIPS).text)
    assert acts(office, "slips")[-1]["actor"] == "Test clerk"
    assert "The slip is free" in text(clerk.post(DESK, number=numbers[0]).text)


def test_a_lost_slip_is_replaced_once(office: Office, clerk: Browser) -> None:
    (old,) = slips_in(clerk.post(SLIPS, do="print", count="1", name="A").content)
    new = clerk.post(SLIPS, do="replace", slip=old, reason="lost")
    again = clerk.post(SLIPS, do="replace", slip=old, reason="lost")

    (number,) = slips_in(new.content)
    assert number != old
    assert again.status_code == 422
    assert "used or replaced" in text(again.text)
    assert "The slip is void" in text(clerk.post(DESK, number=old).text)
    assert "The slip is free" in text(clerk.post(DESK, number=number).text)
    assert [(one["actor"], one["facts"]["reason"]) for one in acts(office, "replace slip")] == [("Test clerk", "lost")]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"do": "print", "count": "121", "name": "A"}, "between 1 and 120"),
        ({"do": "print", "count": "", "name": "A"}, "Fill"),
        ({"do": "replace", "slip": "0000-0000-0", "reason": "lost"}, "No slip of this aul"),
        ({"do": "replace", "slip": "x", "reason": "stolen"}, "list"),
    ],
    ids=["too many", "none", "unknown", "no reason"],
)
def test_what_cannot_be_printed_is_said(clerk: Browser, fields: dict[str, str], said: str) -> None:
    answer = clerk.post(SLIPS, **fields)

    assert answer.status_code == 422
    assert said in text(answer.text)
