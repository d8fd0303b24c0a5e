"""The audit log as people read it: in words, by person, act and day, page by page."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import gateway
from ballots.model import PollId
from gateway.pages.console.log import HIDDEN
from gateway.pages.console.wording import LANGUAGES, texts
from gateway.store import audit
from gateway.store.audit import Sought
from gateway.store.ballots import Batch
from gateway.store.officials import Role
from tests.gateway.pages.console.conftest import Browser, Office

SOURCES = [path.read_text(encoding="utf-8") for path in Path(gateway.__file__).parent.rglob("*.py")]
RECORDED = re.compile(
    r"""(?:\brecord\(\s*tx,(?:[^"()]|\([^()]*\))*?(?:"box",\s*)?|\bNews\(|_go_by\([^"]*?|keep\(home[^"]*?\], )"([a-z][a-z -]+)"[,)]"""
)
"""The act of each record of the source, whoever acts."""


@pytest.fixture
def auditor(office: Office) -> Browser:
    return office.official(Role.AUDITOR)


def record(office: Office, *acts: str, actor: str = "Айгүл") -> None:
    with office.home.store.transaction() as tx:
        for act in acts:
            audit.record(tx, office.home.keys, office.now, actor, act, cycle=1, area=7)


def told(page: str) -> list[str]:
    """The acts on a page."""
    return re.findall(r"<li><strong>(.+?)</strong>", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_act_of_the_gateway_has_a_sentence(language: str) -> None:
    recorded = {act for source in SOURCES for act in RECORDED.findall(source)}
    missing = recorded - {name.removeprefix("acts.") for name in texts(language, "log")}

    assert len(recorded) > 25
    assert not missing, f"give these a line under [acts] of texts/{language}/log.toml"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_a_mix_records_has_a_word(language: str) -> None:
    recorded = {"slot", "held", *Batch(PollId(1), 1, 16, 10, 0, "", "").facts()} - set(HIDDEN)

    assert recorded <= {name.removeprefix("facts.") for name in texts(language, "log")}


def test_an_act_is_told_in_the_reader_s_words(office: Office, auditor: Browser) -> None:
    with office.home.store.transaction() as tx:
        audit.record(
            tx, office.home.keys, office.now, "operator", "new official",
            name="А. <Серікова>", role="akim", areas=[7, 8], early=True, manifest="ab" * 32, kind="burst",
        )  # fmt: skip
    auditor.post("/language", language="ru")
    page = auditor.get("/log").text
    entry = page[page.index("<li><strong>Назначен сотрудник") :].partition("</li>")[0]

    assert "хозяин системы (командная строка)" in entry
    assert "02.05.2026 11:00" in entry
    for fact in (
        "имя: А. &lt;Серікова&gt;",
        "роль: аким",
        "аулы: Акбулак (7), Жанааул (8)",
        "досрочно: да",
        "отпечаток содержания: abababababababab…",
        "вид: голоса приходят слишком часто",
    ):
        assert fact in entry


def test_an_act_that_has_no_sentence_yet_is_shown_as_it_is(office: Office, auditor: Browser) -> None:
    record(office, "paint the fence", "mix")

    assert told(auditor.get("/log").text)[:2] == ["Votes were mixed and opened", "paint the fence"]


def test_entries_are_found_by_person_act_and_day(office: Office) -> None:
    record(office, "mix", actor="box")
    office.now += timedelta(days=1)
    record(office, "withdraw", "mix", actor="Айгүл")
    auditor = office.official(Role.AUDITOR)
    withdrawn, mixed = "A proposal was withdrawn", "Votes were mixed and opened"

    assert told(auditor.get("/log?actor=Айгүл").text) == [mixed, withdrawn]
    assert told(auditor.get("/log?act=mix").text) == [mixed, mixed]
    assert told(auditor.get("/log?act=mix&since=2026-05-03&until=2026-05-03").text) == [mixed]
    assert told(auditor.get("/log?act=withdraw&until=2026-05-02").text) == []
    assert "There are no such entries." in auditor.get("/log?actor=Nobody").text
    assert told(auditor.get("/log?since=yesterday&act=withdraw&before=x").text) == [withdrawn]
    assert '<option value="mix" selected>' in auditor.get("/log?act=mix").text


def test_a_long_log_is_turned_page_by_page(office: Office, auditor: Browser) -> None:
    record(office, *["mix"] * 60, *["withdraw"] * 60)
    first = auditor.get("/log?actor=Айгүл").text
    older = re.findall(r'<a href="(/console/log\?[^"]*before=\d+)"', first)[0].replace("&amp;", "&")
    second = auditor.client.get(older).text

    assert len(told(first)) == len(told(second)) == 50
    assert told(first)[0] == "A proposal was withdrawn"
    assert told(second).count("Votes were mixed and opened") == 40


def test_the_mark_of_the_last_entry_is_the_one_that_observers_get(office: Office, auditor: Browser) -> None:
    with office.home.store.reading() as tx:
        head = audit.head(tx)
        assert audit.find(tx, Sought(), 1)[0].seq == head.seq

    assert f"no. {head.seq}, its mark: {head.hash[:16]}" in auditor.get("/log").text


def test_an_observer_does_not_read_the_log(office: Office) -> None:
    assert office.official(Role.OBSERVER).get("/log").status_code == 403
