"""From an empty draft to an open vote, by forms alone: a clerk prepares, the akim approves."""

import html
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from PIL import Image

from ballots.model import Bound, Phase, Quota, Trait
from gateway.demo_aul import PROPOSALS
from gateway.store import approvals, areas, cycles, drafts, pictures
from gateway.store.drafts import Draft, Edit
from gateway.store.officials import Role
from tests.gateway.pages.console.conftest import OTHER_AUL, Browser, Office

NEW = {"source": "aul-three", "title.kk": "Жаңа бюджет", "title.ru": "Новый бюджет", "pb_budget": "9 000 000"}
WATER = {
    "number": "1",
    "name.kk": "Ауылға су құбыры",
    "short.kk": "Су құбыры",
    "name.ru": "Водопровод",
    "cost": "4 500 000",
}


def draft(office: Office, cycle: int = 2) -> Draft:
    with office.home.store.reading() as tx:
        return drafts.read(tx, cycle, office.now)


def seen(response: Response) -> str:
    return html.unescape(response.text)


def fields(page: str) -> dict[str, str]:
    """What a browser would send of a page's first large form, without its buttons and files."""
    form = max(
        re.findall(r"<form method=\"post\" action=\"/console/(?:areas|cycles).*?</form>", page, re.DOTALL), key=len
    )
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>|<textarea.*?</textarea>|<select.*?</select>", form, re.DOTALL):
        name = re.search(r' name="([^"]+)"', tag)
        if (
            name is None
            or 'type="file"' in tag
            or (('type="checkbox"' in tag or 'type="radio"' in tag) and " checked" not in tag)
        ):
            continue
        chosen = (
            re.search(r'value="([^"]*)" selected', tag)
            if tag.startswith("<select")
            else re.search(r' value="([^"]*)"', tag)
        )
        text = re.search(r">(.*)</textarea>", tag, re.DOTALL)
        found[name[1]] = html.unescape((text or chosen)[1] if (text or chosen) else "")  # type: ignore[index]
    return found


def send(browser: Browser, path: str, *, files: dict[str, object] | None = None, **typed: str) -> Response:
    """The form of a page as it stands, with some fields typed anew."""
    kept = fields(browser.get(path).text)
    return browser.client.post(
        f"/console{path}",
        data=kept | typed,
        files=files,
        headers={"origin": "http://testserver"},
        follow_redirects=False,
    )


@pytest.fixture
def clerk(office: Office) -> Browser:
    return office.official(Role.CLERK, 7, OTHER_AUL)


@pytest.fixture
def drafted(office: Office, clerk: Browser) -> Browser:
    """A clerk with a draft of aul 8, cycle 2, of one proposal."""
    with office.home.store.transaction() as tx:
        areas.rename(tx, OTHER_AUL, {"kk-latin": "Janaauyl", "en": "Janaauyl"})
    assert send(clerk, f"/areas/{OTHER_AUL}/new", **NEW).headers["location"] == "/console/cycles/2/settings"
    assert send(clerk, "/cycles/2/proposals/new", **WATER).status_code == 303
    return clerk


def test_a_draft_begins_from_a_template_in_every_language(office: Office, drafted: Browser) -> None:
    found = draft(office)

    assert (found.cycle.method, found.paper.rules.max_choices, found.cycle.pb_budget) == ("aul-three/1", 3, 9_000_000)
    assert found.cycle.title == {
        "kk": "Жаңа бюджет",
        "kk-latin": "Jana biudjet",
        "ru": "Новый бюджет",
        "en": "Новый бюджет",
    }
    assert found.cycle.edited_by == "Test clerk"


def test_a_copy_brings_the_proposals_of_the_open_vote(office: Office, clerk: Browser) -> None:
    assert "Aqbulaq" in clerk.get("/areas/7/new").text
    assert send(clerk, "/areas/7/new", **NEW | {"like": "1"}).status_code == 303

    assert [line.proposal for line in draft(office).lines] == [line.proposal for line in draft(office, 1).lines]
    with office.home.store.reading() as tx:
        (facts,) = tx.rows("SELECT facts FROM audit WHERE act = 'new cycle' ORDER BY seq DESC LIMIT 1")
    assert '"like":1' in facts[0]


def test_a_draft_of_another_aul_is_not_copied(office: Office, drafted: Browser) -> None:
    stranger = office.browser(office.appoint(Role.CLERK, 7, name="Stranger"))

    assert '<option value="2"' not in stranger.get("/areas/7/new").text
    assert '<option value="1"' in stranger.get("/areas/7/new").text
    assert send(stranger, "/areas/7/new", **NEW | {"like": "2"}).status_code == 422
    assert send(stranger, "/areas/7/new", **NEW | {"source": "by mood"}).status_code == 422


def test_what_was_typed_stays_when_something_is_missing(clerk: Browser) -> None:
    refused = send(clerk, "/areas/7/new", **NEW | {"pb_budget": "", "title.kk": "Менің атауым"})

    assert refused.status_code == 422
    assert 'value="Менің атауым"' in refused.text
    assert 'href="#pb_budget"' in refused.text


def test_dates_and_rules_are_saved_and_shown_again(office: Office, drafted: Browser) -> None:
    typed = {
        "opens_at": "2026-06-01T09:00",
        "closes_at": "2026-06-15T18:00",
        "form": "knapsack",
        "max_choices": "9",
        "confirm_sms": "1",
    }
    assert (
        send(drafted, "/cycles/2/settings", **typed | {"tally_at": "19:30", "grace_minutes": "90"}).status_code == 303
    )
    found = draft(office)

    assert found.closes_at is not None
    assert found.closes_at.isoformat() == "2026-06-15T13:00:00+00:00"
    assert (found.paper.rules.form, found.paper.grace, found.cycle.confirm_sms) == (
        "knapsack",
        timedelta(minutes=90),
        True,
    )
    page = drafted.get("/cycles/2/settings").text
    assert 'value="2026-06-15T18:00"' in page
    assert 'value="19:30"' in page
    assert re.search(r'value="knapsack" selected', page)


def test_a_share_of_the_budget_is_set_apart_and_given_up(office: Office, drafted: Browser) -> None:
    typed = {"quota.0.bound": "floor", "quota.0.percent": "30", "quota.0.trait": "sdg", "quota.0.values": "6, 3"}
    assert send(drafted, "/cycles/2/settings", **typed).status_code == 303
    assert draft(office).paper.rules.quotas == (Quota(Bound.FLOOR, Trait.SDG, ("6", "3"), 30),)
    assert re.search(r'name="quota.0.values"[^>]*value="6, 3"', drafted.get("/cycles/2/settings").text)
    more = {"quota.1.bound": "cap", "quota.1.percent": "50", "quota.1.trait": "category", "quota.1.values": ""}
    send(drafted, "/cycles/2/settings", **more | {"quota.0.percent": ""})
    assert draft(office).paper.rules.quotas == (Quota(Bound.CAP, Trait.CATEGORY, (), 50),)


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"quota.0.percent": "101"}, "quota.0.percent"),
        ({"quota.0.percent": "10", "quota.0.trait": "mood"}, "quota.0.values"),
        ({"tally_at": "25:00"}, "tally_at"),
        ({"rule": "by mood"}, "rule"),
        ({"pb_budget": "many"}, "pb_budget"),
        ({"closes_at": "tomorrow"}, "closes_at"),
        ({"title.kk": "", "title.ru": "", "title.en": "", "title.kk-latin": ""}, "title.kk"),
        ({"title.ru": "я" * 401}, "title.ru"),
        ({"form": "approval", "max_choices": "0"}, "max_choices"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_wrong_setting_is_said_at_its_field_and_nothing_is_saved(
    office: Office, drafted: Browser, typed: dict[str, str], place: str
) -> None:
    before = draft(office)
    refused = send(drafted, "/cycles/2/settings", **typed)

    assert refused.status_code == 422
    assert f'id="{place}-wrong"' in refused.text
    assert draft(office) == before


def test_the_effect_of_rules_is_shown_before_they_are_saved(office: Office, drafted: Browser) -> None:
    before = draft(office)
    shown = send(drafted, "/cycles/2/settings", look="1", threshold="40", pb_budget="10 000 000")

    assert shown.status_code == 200
    assert len(re.findall(r'<li class="funded">', shown.text)) == 1
    assert len(re.findall(r'<li class="funded">', drafted.get("/cycles/2/settings").text)) > 1
    assert draft(office) == before


def test_the_second_clerk_sees_what_the_first_one_wrote_and_may_insist(office: Office, drafted: Browser) -> None:
    mine = fields(drafted.get("/cycles/2/settings").text)
    with office.home.store.transaction() as tx:
        drafts.change(tx, 2, Edit("Serik", draft(office).cycle.version), pb_budget=8_000_000)
    origin = {"origin": "http://testserver"}
    mine |= {"pb_budget": "7000000"}
    met = drafted.client.post("/console/cycles/2/settings", data=mine, headers=origin, follow_redirects=False)

    assert met.status_code == 409
    assert "Serik" in met.text
    assert "8000000" in met.text
    assert "7000000" in met.text
    assert draft(office).cycle.pb_budget == 8_000_000
    insisted = fields(met.text)
    drafted.client.post("/console/cycles/2/settings", data=insisted, headers=origin, follow_redirects=False)
    assert draft(office).cycle.pb_budget == 7_000_000


def test_a_proposal_is_written_in_two_languages_and_read_in_four(office: Office, drafted: Browser) -> None:
    (line,) = draft(office).lines

    assert line.proposal.shorts == {"kk": "Су құбыры", "kk-latin": "Su qubyry", "ru": "Су құбыры", "en": "Су құбыры"}
    assert line.proposal.names["ru"] == "Водопровод"
    path = f"/cycles/2/proposals/{line.key}"
    send(
        drafted,
        path,
        **{"short.ru": "Водопровод", "sdgs": "6", "category": "су", "group": "a", "text.ru": "До края аула."},
    )
    one = draft(office).line(line.key).proposal
    assert (one.shorts["ru"], one.shorts["en"], one.sdgs, one.category, one.group) == (
        "Водопровод",
        "Водопровод",
        (6,),
        "су",
        "a",
    )
    assert one.texts["en"] == "До края аула."


def test_the_phone_shows_what_is_typed_before_it_is_saved(office: Office, drafted: Browser) -> None:
    before = draft(office)
    shown = seen(
        send(drafted, "/cycles/2/proposals/new", look="1", **{"number": "5", "short.kk": "Көпір", "cost": "12"})
    )

    assert "№5 Көпір, 12 тг." in shown
    assert "Дауысыңыз қабылданды: №5 Көпір. Түбіртек" in shown
    assert re.search(r"\d+ / 80", shown)
    assert "SMS: 1" in shown
    assert draft(office) == before


def test_a_text_that_is_too_long_is_saved_and_said_at_its_field(office: Office, drafted: Browser) -> None:
    key = draft(office).lines[0].key
    send(drafted, f"/cycles/2/proposals/{key}", **{"short.ru": "Очень длинный водопровод"})
    page = seen(drafted.get(f"/cycles/2/proposals/{key}"))

    assert "Characters: 24, allowed: 20" in page
    assert "To be mended: 2" in seen(drafted.get("/cycles/2/proposals"))
    assert "№1, Short label for the menu, in Russian:" in seen(drafted.get("/cycles/2/opening"))


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"number": "128"}, "number"),
        ({"number": "1"}, "number"),
        ({"cost": "0"}, "cost"),
        ({"cost": "many"}, "cost"),
        ({"name.kk": "", "name.ru": ""}, "name.kk"),
        ({"text.ru": "я" * 601}, "text.ru"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_a_wrong_field_of_a_proposal_is_said_at_its_place(
    office: Office, drafted: Browser, typed: dict[str, str], place: str
) -> None:
    refused = send(drafted, "/cycles/2/proposals/new", **WATER | {"number": "2"} | typed)

    assert refused.status_code == 422
    assert f'id="{place}-wrong"' in refused.text
    assert len(draft(office).lines) == 1


def test_two_clerks_over_one_proposal_meet(office: Office, drafted: Browser) -> None:
    line = draft(office).lines[0]
    path = f"/console/cycles/2/proposals/{line.key}"
    mine = fields(drafted.client.get(path).text)
    with office.home.store.transaction() as tx:
        drafts.edit_proposal(tx, 2, line.key, replace(line.proposal, cost=1_000), Edit("Serik", line.version))
    met = drafted.client.post(path, data=mine | {"cost": "2000"}, headers={"origin": "http://testserver"})

    assert met.status_code == 409
    assert "Serik" in met.text
    assert draft(office).lines[0].proposal.cost == 1_000


def test_a_proposal_taken_off_meanwhile_is_told(office: Office, drafted: Browser) -> None:
    line = draft(office).lines[0]
    mine = fields(drafted.get(f"/cycles/2/proposals/{line.key}").text)
    send(drafted, f"/cycles/2/proposals/{line.key}", remove="1")
    met = drafted.post(f"/cycles/2/proposals/{line.key}", **mine)

    assert draft(office).lines == ()
    assert met.status_code == 404


def test_neighbours_change_places(office: Office, drafted: Browser) -> None:
    send(drafted, "/cycles/2/proposals/new", **WATER | {"number": "7", "name.kk": "Көпір"})
    line = draft(office).lines[1]
    drafted.post("/cycles/2/proposals", nonce="n", key=str(line.key), version=str(line.version), move="up")

    assert [one.proposal.names["kk"] for one in draft(office).lines] == ["Көпір", "Ауылға су құбыры"]
    late = drafted.post("/cycles/2/proposals", nonce="o", key=str(line.key), version=str(line.version), move="up")
    assert late.status_code == 303
    assert "Another official has changed the list" in drafted.get("/cycles/2/proposals").text


def test_a_picture_is_made_small_shown_and_taken_away(office: Office, drafted: Browser) -> None:
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "red").save(out, "PNG")
    key = draft(office).lines[0].key
    path = f"/cycles/2/proposals/{key}"
    send(drafted, path, files={"picture": ("p.png", out.getvalue(), "image/png")})

    with office.home.store.reading() as tx:
        kept = pictures.get(tx, 2, key)
    assert kept is not None
    assert (kept.width, kept.height) == (1000, 500)
    shown = drafted.get(f"{path}/picture")
    assert (shown.content, shown.headers["content-type"]) == (kept.jpeg, "image/jpeg")
    assert drafted.get("/cycles/2/proposals/99/picture").status_code == 404
    send(drafted, path, no_picture="1")
    assert not draft(office).lines[0].pictured
    refused = send(drafted, path, files={"picture": ("p.txt", b"no picture", "image/png")})
    assert refused.status_code == 422
    assert "no JPEG or PNG" in refused.text


SHEET = "№;Жоба атауы;Наименование;Бағасы;Ескерту\n2;Көпір;Мост;3000000;x\n3;Жол;Дорога;жоқ;\n4;Шам;Свет;1 000 000;\n"


def sheet(browser: Browser, content: bytes) -> Response:
    return send(browser, "/cycles/2/import", files={"sheet": ("p.csv", content, "text/csv")})


def test_a_sheet_is_looked_at_matched_and_loaded_without_its_bad_rows(office: Office, drafted: Browser) -> None:
    looked = sheet(drafted, SHEET.encode("kz1048"))
    page = seen(looked)

    assert looked.status_code == 200
    assert "Cost “жоқ”: write whole tenge, like 4500000." in page
    assert "Row 3" in page
    carried = re.findall(r'name="row" value="([^"]*)"', looked.text)
    rows = {"row": [html.unescape(row) for row in carried]}
    refused = drafted.post("/cycles/2/import", nonce="n1", load="1", **rows)
    assert refused.status_code == 422
    assert 'id="skip_bad-wrong"' in refused.text
    assert len(draft(office).lines) == 1
    assert drafted.post("/cycles/2/import", nonce="n1", load="1", skip_bad="1", **rows).status_code == 303
    assert [line.proposal.number for line in draft(office).lines] == [1, 2, 4]
    assert draft(office).lines[1].proposal.names["kk-latin"] == "Kopir"
    assert draft(office).lines[1].edited_by == "Test clerk"


def test_a_clerk_says_what_columns_mean_and_replaces_the_list(office: Office, drafted: Browser) -> None:
    looked = sheet(drafted, "A;B\nКөпір;3000000\nЖол;10\n".encode())
    rows = {"row": [html.unescape(row) for row in re.findall(r'name="row" value="([^"]*)"', looked.text)]}
    chosen = {"column.0": "name_kk", "column.1": "cost"}

    assert "A column that is needed was not found" in looked.text
    again = drafted.post("/cycles/2/import", **rows, **chosen)
    assert "Load proposals: 2" in again.text
    twice = drafted.post("/cycles/2/import", **rows, **chosen | {"column.1": "name_kk"})
    assert "Two columns have this meaning: name, in Kazakh." in seen(twice)
    done = drafted.post("/cycles/2/import", nonce="n1", load="1", replace="1", **rows, **chosen)
    assert done.status_code == 303
    assert [(line.proposal.number, line.proposal.names["kk"]) for line in draft(office).lines] == [
        (1, "Көпір"),
        (2, "Жол"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "workbook of the old kind"),
        (b"", "no rows"),
        (b"a;b\n" * 400, "Too many rows"),
        (b"PK\x03\x04 no workbook", "cannot be opened"),
    ],
    ids=["old", "empty", "long", "broken"],
)
def test_a_file_that_is_no_sheet_is_told_with_what_to_do(drafted: Browser, content: bytes, said: str) -> None:
    refused = sheet(drafted, content)

    assert refused.status_code == 422
    assert said in seen(refused)


def test_the_phone_in_the_page_votes_and_leaves_nothing(office: Office, drafted: Browser) -> None:
    def tables() -> list[object]:
        with office.home.store.reading() as tx:
            names = ("participation", "pending_ballot", "inbox", "outbox", "phone", "ussd_session", "audit")
            return [tx.rows(f"SELECT count(*) FROM {name}") for name in names]

    before = tables()
    page = drafted.post("/cycles/2/menu", language="kk", begins="kk", typed="3", texts="1")
    page = drafted.post("/cycles/2/menu", language="kk", begins="kk", typed="1", texts="1", done="texts 3")
    told = seen(page)

    assert "№3 жоба жоқ" in told
    assert "Дауысыңыз қабылданды: №1 Су құбыры." in told
    assert "A vote would be written down: №1." in told
    dialled = seen(drafted.post("/cycles/2/menu", language="kk", begins="stranger", dials="1"))
    assert "1 Қазақша" in dialled
    direct = seen(drafted.post("/cycles/2/menu", language="kk", begins="kk", typed="*384*44135*8*1#", keys="1"))
    assert "№1 Су құбыры, 4 500 000 тг." in direct
    cleared = drafted.post("/cycles/2/menu", language="kk", again="1", done="texts 3")
    assert "SMS: 3" not in cleared.text
    assert tables() == before


def test_the_menu_is_shown_in_every_language_with_lengths_and_parts(drafted: Browser) -> None:
    said = {"kk": "Дауыс беру", "kk-latin": "Dauys beru", "ru": "Голосовать", "en": "Vote"}
    for language, vote in said.items():
        page = seen(drafted.get(f"/cycles/2/menu?language={language}"))

        assert vote in page
        assert re.search(r"\d+ / (80|182)", page)
        assert "the reply to a vote, SMS 1." in page


def test_a_place_with_many_screens_comes_when_it_is_opened(drafted: Browser) -> None:
    for number in range(20, 36):
        send(
            drafted,
            "/cycles/2/proposals/new",
            **{"number": str(number), "cost": "1000000", "name.ru": f"Сквер {number}"},
        )
    told = "Сквер 27, 1"

    closed = drafted.get("/cycles/2/menu?language=ru").text
    way = html.unescape(re.search(r'<a href="/console([^"#]+)#all-confirm">', closed)[1])

    assert told not in seen(drafted.get("/cycles/2/menu?language=ru"))
    assert f'hx-get="/console{way.replace("&", "&amp;")}"' in closed
    assert told in seen(drafted.get(way))
    assert 'id="all-confirm" open' in drafted.get(way).text


def test_a_vote_is_opened_by_two_persons_and_by_no_one_alone(office: Office, drafted: Browser) -> None:
    akim = office.official(Role.AKIM, OTHER_AUL)
    path = "/cycles/2/opening"

    assert "Ask for the akim" not in drafted.get(path).text  # it has no end yet
    refused = drafted.post(path, nonce="n0", do="ask")
    assert refused.status_code == 422
    send(drafted, "/cycles/2/settings", closes_at="2026-06-15T18:00")
    for again in ("n1", "n1"):
        assert drafted.post(path, nonce=again, do="ask").status_code == 303
    assert drafted.post(path, nonce="n2", do="approve").status_code == 422
    assert akim.post(path, nonce="n3", do="approve").status_code == 303
    found = draft(office)
    assert (found.cycle.phase, found.paper.opens_at) == (Phase.VOTING, office.now)
    assert office.audited()[-2:] == [("Test clerk", "ask to open"), ("Test akim", "open")]
    assert "The vote is published." in akim.get(path).text
    assert "Fewest votes" not in drafted.get("/cycles/2/settings").text
    assert send(drafted, "/cycles/2/settings", tally_at="18:00").status_code == 303
    assert draft(office).cycle.tally_at == "18:00"


def test_a_paper_changed_after_it_was_asked_for_is_asked_for_anew(office: Office, drafted: Browser) -> None:
    akim, path = office.official(Role.AKIM, OTHER_AUL), "/cycles/2/opening"
    send(drafted, "/cycles/2/settings", closes_at="2026-06-15T18:00")
    drafted.post(path, nonce="n1", do="ask")
    office.now += timedelta(hours=3)
    assert "were changed after" not in akim.get(path).text
    send(drafted, "/cycles/2/settings", ties="dearer")

    assert "were changed after" in akim.get(path).text
    assert akim.post(path, nonce="n2", do="approve").status_code == 422
    assert drafted.post(path, nonce="n3", do="take back").status_code == 303
    assert drafted.post(path, nonce="n4", do="ask").status_code == 303
    assert akim.post(path, nonce="n5", do="refuse").status_code == 303
    with office.home.store.reading() as tx:
        assert approvals.waiting(tx) == ()
        assert cycles.by_id(tx, 2).phase is Phase.DRAFT


def test_a_running_vote_lets_a_proposal_be_withdrawn_with_a_reason(office: Office, clerk: Browser) -> None:
    assert clerk.post("/cycles/1/proposals", nonce="n1", withdraw="3", reason="").status_code == 422
    assert PROPOSALS[2].shorts["kk"] in clerk.get("/cycles/1/menu?language=kk").text
    assert clerk.post("/cycles/1/proposals", nonce="n2", withdraw="3", reason="жер сатылды").status_code == 303

    assert [line.proposal.number for line in draft(office, 1).lines if line.proposal.withdrawn] == [3]
    assert PROPOSALS[2].shorts["kk"] not in clerk.get("/cycles/1/menu?language=kk").text
    assert office.audited()[-1] == ("Test clerk", "withdraw")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_of_the_editor_is_light_and_in_the_reader_s_language(drafted: Browser, language: str) -> None:
    drafted.post("/language", language=language)
    for page in ("settings", "proposals", "proposals/new", "import", "menu", "opening"):
        found = drafted.get(f"/cycles/2/{page}")

        assert found.status_code == 200, page
        assert f'<html lang="{language}"' in found.text
        assert len(found.content) < 60_000
