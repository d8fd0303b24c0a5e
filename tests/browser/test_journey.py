"""From a fresh home to a certified result: a real browser before a real `dauys serve`, in kk and in ru."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from tests.browser.tabs import tab
from tests.browser.test_editing import Hand, says
from tests.browser.test_first_run import LINK, PASSWORD
from tests.browser.test_first_run import WORDS as BUTTONS
from tests.served import Served, dauys, document

AUL, NEIGHBOUR = 7, 8
VOTERS = 12  # as many as a closing mix needs, and two more
PHONES = [f"+77001000{number:03}" for number in range(VOTERS)]


@dataclass
class Town:
    """A gateway that is being served, and who works in its console."""

    served: Served
    language: str
    chromium: Browser
    stack: ExitStack

    def person(self) -> Hand:
        """Somebody with a browser of their own."""
        hand = Hand(self.stack.enter_context(tab(self.chromium, self.served.url, language=self.language)))
        hand.tab.page.set_default_timeout(10_000)
        return hand

    def phase(self, cycle: int) -> str:
        """Of a cycle, as the command line tells."""
        found = document(self.served.home, "cycle", "list")
        return str(next(each for each in found if each["cycle"] == cycle)["phase"])


@pytest.fixture(params=["kk", "ru"])
def town(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Town]:
    home = tmp_path / "home"
    dauys(home, "init", "--defaults")
    with Served(home, log=tmp_path / "log") as served, ExitStack() as stack:
        yield Town(served, request.param, chromium, stack)


def election(path: Path) -> Path:
    """A neighbour's ten proposals as a file of Pabulib's format."""
    lines = ["META", "key;value", "description;Example", "country;Kazakhstan", "unit;Example", "instance;2026"]
    lines += ["num_projects;10", "num_votes;0", "budget;30000000", "vote_type;approval", "rule;greedy"]
    lines += ["min_length;1", "max_length;1", "PROJECTS", "project_id;cost;name"]
    lines += [f"{number};{number}000000;Жоба {number}" for number in range(1, 11)]
    path.write_text("\n".join([*lines, "VOTES", "voter_id;vote"]) + "\n", encoding="utf-8")
    return path


def set_up(town: Town) -> tuple[Hand, Hand, Hand]:
    """The wizard, an aul, a neighbour with ten proposals, a clerk and an akim; all three signed in."""
    words, admin = BUTTONS[town.language], town.person()
    link = LINK.search(town.served.log.read_text(encoding="utf-8"))
    assert link is not None
    admin.tab.page.goto(town.served.url + link[1])
    admin.tab.page.locator("main").get_by_role("button", name=words.language).click()
    admin.tab.fill(name="Б. Омаров", password=PASSWORD, again=PASSWORD)
    admin.click(words.keep)
    admin.click(words.area, "link")
    admin.tab.fill(region_kk="Абай облысы", district_kk="Абай ауданы", aul_kk="Қарауыл", aul_ru="Караул")
    admin.click(words.save)
    dauys(town.served.home, "load", "election", election(town.served.home / "ten.pb"), "--aul", NEIGHBOUR)
    return admin, invited(town, admin, "А. Серікова", "clerk"), invited(town, admin, "Е. Қасымов", "akim")


def invited(town: Town, admin: Hand, name: str, role: str) -> Hand:
    """Somebody who came by a one-time link and chose a password."""
    words, colleague = BUTTONS[town.language], town.person()
    admin.tab.go("/officials")
    admin.tab.fill(name=name)
    admin.tab.page.locator("select[name=role]").select_option(role)
    for code in (AUL, NEIGHBOUR):
        admin.tab.page.locator(f"input[name=areas][value='{code}']").check()
    admin.click(words.invite)
    colleague.tab.page.goto(admin.tab.page.locator("code.link").inner_text())
    colleague.tab.fill(password=PASSWORD, again=PASSWORD)
    colleague.click(words.keep)
    return colleague


def copied(town: Town, clerk: Hand) -> int:
    """A vote with the neighbour's proposals and its dates; its cycle's id."""
    begin, dates = says(town.language, "new_cycle"), says(town.language, "cycle_settings")
    clerk.tab.go(f"/areas/{AUL}")
    clerk.click(says(town.language, "overview")("new_cycle"))
    clerk.clicks += 1
    clerk.tab.page.locator("select[name=like]").select_option(index=1)
    clerk.type("pb_budget", "30 000 000")
    clerk.click(begin("make"))
    clerk.type("closes_at", (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT18:00"))
    clerk.click(dates("save"))
    return int(clerk.tab.page.url.split("/cycles/")[1].split("/")[0])


def load_roll(town: Town, clerk: Hand) -> None:
    """A file of phones through the preview."""
    say = says(town.language, "roll")
    clerk.tab.go(f"/areas/{AUL}/roll")
    rows = "\n".join(["phone", *PHONES])
    clerk.clicks += 1
    clerk.tab.page.locator("#file").set_input_files(
        {"name": "roll.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    clerk.click(say("preview"))
    clerk.click(say("load", number=VOTERS))
    clerk.tab.page.locator(".said", has_text=str(VOTERS)).wait_for()


def vote(town: Town) -> None:
    """Every phone sends one SMS through the provider's hook."""
    hook = document(town.served.home, "info")["hooks"]["africastalking"]["sms"]
    address = town.served.url + "/hooks/" + hook.split("/hooks/")[1]
    for number, phone in enumerate(PHONES):
        message = {"from": phone, "to": "44135", "text": str(1 + number % 3), "id": f"m{number}", "date": ""}
        with urlopen(address, urlencode(message).encode(), timeout=10) as answer:
            assert answer.status == 200


def by_two(town: Town, clerk: Hand, akim: Hand, cycle: int, act: str) -> None:
    """A decision that the clerk asks for and the akim approves."""
    say = says(town.language, "decisions")
    clerk.tab.go(f"/cycles/{cycle}/decisions")
    if act == "close early":
        clerk.type("reason", "Су тасқыны")
    clerk.click(say(f"ask.{act}"))
    akim.tab.go(f"/cycles/{cycle}/decisions")
    akim.click(say("approve"))
    assert say("approved") in akim.tab.main


def flaws(*hands: Hand) -> list[str]:
    """Of the pages where they stand, and of the way there."""
    return [flaw for hand in hands for flaw in hand.tab.flaws]


def test_a_fresh_home_becomes_a_certified_result(town: Town) -> None:
    opening = says(town.language, "opening")
    _admin, clerk, akim = set_up(town)
    before = clerk.clicks + akim.clicks
    cycle = copied(town, clerk)
    load_roll(town, clerk)
    clerk.tab.go(f"/cycles/{cycle}/opening")
    clerk.click(opening("ask"))
    akim.tab.go(f"/cycles/{cycle}/opening")
    akim.click(opening("approve"))
    assert town.phase(cycle) == "voting"
    assert clerk.clicks + akim.clicks - before <= 60
    assert flaws(clerk, akim) == []

    vote(town)
    clerk.tab.go(f"/cycles/{cycle}/turnout")
    by_two(town, clerk, akim, cycle, "close early")
    by_two(town, clerk, akim, cycle, "certify")
    counted = document(town.served.home, "tally", cycle)
    assert (counted["accepted"], counted["ballots"]) == (VOTERS, VOTERS)
    assert {key: votes for key, votes in counted["votes"].items() if votes} == {"1": 4, "2": 4, "3": 4}
    assert town.phase(cycle) == "certified"
    assert flaws(clerk, akim) == []
