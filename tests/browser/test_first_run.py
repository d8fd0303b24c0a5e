"""From an empty folder and `dauys serve` to a gateway with an aul, a clerk and an akim, in kk and in ru."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import KeepPicture
from tests.browser.tabs import PHONE, Tab, tab
from tests.served import Served

LINK = re.compile(r"http://127\.0\.0\.1:\d+(/console/welcome/\w+)")
PASSWORD = "тау су көпір"


@dataclass(frozen=True)
class Words:
    """What the buttons and pages say."""

    language: str
    keep: str
    area: str
    sms: str
    save: str
    send: str
    taken: str
    invite: str
    done: str


WORDS = {
    "kk": Words(
        "Қазақша", "Сақтап, кіру", "Ауыл қосу", "SMS жіберіп көру", "Сақтау", "SMS жіберу",
        "Провайдер хабарды қабылдады", "Шақыру", "орындалды",
    ),
    "ru": Words(
        "Русский", "Сохранить и войти", "Добавить аул", "Отправить пробное SMS",
        "Сохранить", "Отправить SMS", "Провайдер принял сообщение", "Пригласить", "готово",
    ),
}  # fmt: skip


def invite(admin: Tab, words: Words, name: str, role: str) -> str:
    """Appoint somebody; the one-time link."""
    admin.go("/officials")
    admin.fill(name=name)
    admin.page.locator("select[name=role]").select_option(role)
    admin.page.locator("input[name=areas][value='7']").check()
    admin.press(words.invite)
    return admin.page.locator("code.link").inner_text()


@pytest.mark.parametrize("language", WORDS)
def test_an_empty_folder_becomes_a_gateway_with_a_clerk_and_an_akim(
    chromium: Browser, tmp_path: Path, language: str, keep_picture: KeepPicture
) -> None:
    words = WORDS[language]
    (tmp_path / "home").mkdir()
    with Served(tmp_path / "home", log=tmp_path / "log") as served, tab(chromium, served.url) as admin:
        link = LINK.search(served.log.read_text(encoding="utf-8"))
        assert link is not None
        admin.page.goto(served.url + link[1])
        admin.page.locator("main").get_by_role("button", name=words.language).click()
        admin.fill(name="Б. Омаров", password=PASSWORD, again=PASSWORD)
        admin.press(words.keep)
        keep_picture(admin, f"first-steps-{language}")

        admin.follow(words.area)
        admin.fill(region_kk="Абай облысы", district_kk="Абай ауданы", aul_kk="Қарауыл", aul_ru="Караул")
        keep_picture(admin, f"new-area-{language}")
        admin.press(words.save)
        admin.fill(phone="8 701 000 00 01")
        admin.press(words.send)
        admin.page.get_by_text(words.taken).wait_for()  # htmx looks again by itself
        keep_picture(admin, f"trial-sms-{language}")

        for name, role in (("А. Серікова", "clerk"), ("Е. Қасымов", "akim")):
            with tab(chromium, served.url, language=language, width=PHONE) as colleague:
                colleague.page.goto(invite(admin, words, name, role))
                colleague.fill(password=PASSWORD, again=PASSWORD)
                colleague.press(words.keep)
                assert name in colleague.page.locator("header").inner_text()
                assert colleague.flaws == []
        admin.go("/first-steps")
        assert admin.main.count(words.done) == 4
        admin.go("/log")
        keep_picture(admin, f"log-{language}")
        assert admin.flaws == []
