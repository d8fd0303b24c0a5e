"""From a fresh home to a certified result before a real `dauys serve`: with a mouse, with keys alone, without JavaScript,
and on a phone. What each task costs stands in docs/console.md.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from tests.browser.hands import Hand, Keys, says
from tests.browser.tabs import PHONE, tab
from tests.browser.test_first_run import LINK, PASSWORD
from tests.browser.test_first_run import WORDS as BUTTONS
from tests.served import Served, dauys, document

AUL, NEIGHBOUR = 7, 8
VOTERS = 12  # as many as a closing mix needs, and two more
PHONES = [f"+77001000{number:03}" for number in range(VOTERS)]
BY_TWO = {"close early": "early closing by two", "certify": "certification by two"}
MOST = 60  # clicks until a copied vote is open
TABLE = Path(__file__).parents[2] / "docs" / "console.md"
ROWS = re.compile(r"(?<=\| task \| clicks \| pages \| fields \|\n\|---\|---\|---\|---\|\n)(?:\|.*\n)+")


@dataclass(frozen=True)
class Way:
    """How everybody in the town works."""

    language: str
    hand: type[Hand] = Hand
    window: dict[str, Any] = field(default_factory=dict)

    @property
    def scripts(self) -> bool:
        """Does the browser run them? What looks at a page from within needs one that does."""
        return bool(self.window.get("java_script_enabled", True))


WAYS = {
    "a mouse, kk": Way("kk"),
    "a mouse, ru": Way("ru"),
    "keys alone, kk": Way("kk", Keys),
    "no JavaScript, ru": Way("ru", window={"java_script_enabled": False}),
    "a phone, kk": Way("kk", window={"width": PHONE}),
}


@dataclass
class Town:
    """A gateway that is being served, and who works in its console."""

    served: Served
    way: Way
    chromium: Browser
    stack: ExitStack
    hands: list[Hand] = field(default_factory=list)
    costs: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # task -> clicks, pages, fields

    def person(self) -> Hand:
        """Somebody with a browser of their own."""
        opened = tab(self.chromium, self.served.url, language=self.way.language, **self.way.window)
        hand = self.way.hand(self.stack.enter_context(opened))
        hand.tab.page.set_default_timeout(10_000)
        self.hands.append(hand)
        return hand

    def says(self, file: str) -> Any:
        """The sentences of a page."""
        return says(self.way.language, file)

    @contextmanager
    def task(self, name: str) -> Iterator[None]:
        """What is done within is counted under this name."""
        before = self._spent()
        yield
        self.costs[name] = tuple(now - then for now, then in zip(self._spent(), before, strict=True))  # type: ignore[assignment]

    def _spent(self) -> tuple[int, int, int]:
        return (
            sum(hand.clicks for hand in self.hands),
            sum(hand.pages for hand in self.hands),
            sum(hand.typed for hand in self.hands),
        )

    @property
    def flaws(self) -> list[str]:
        """Of the pages where people stand, and of the way there."""
        if not self.way.scripts:
            return [stranger for hand in self.hands for stranger in hand.tab.strangers]
        return [flaw for hand in self.hands for flaw in hand.tab.flaws]

    def phase(self, cycle: int) -> str:
        """Of a cycle, as the command line tells."""
        found = document(self.served.home, "cycle", "list")
        return str(next(each for each in found if each["cycle"] == cycle)["phase"])


@pytest.fixture(params=WAYS)
def town(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Town]:
    home = tmp_path / "home"
    dauys(home, "init", "--defaults")
    with Served(home, log=tmp_path / "log") as served, ExitStack() as stack:
        yield Town(served, WAYS[request.param], chromium, stack)


def election(path: Path) -> Path:
    """A neighbour's ten proposals as a file of Pabulib's format."""
    lines = ["META", "key;value", "description;Example", "country;Kazakhstan", "unit;Example", "instance;2026"]
    lines += ["num_projects;10", "num_votes;0", "budget;30000000", "vote_type;approval", "rule;greedy"]
    lines += ["min_length;1", "max_length;1", "PROJECTS", "project_id;cost;name"]
    lines += [f"{number};{number}000000;Жоба {number}" for number in range(1, 11)]
    path.write_text("\n".join([*lines, "VOTES", "voter_id;vote"]) + "\n", encoding="utf-8")
    return path


def arrive(town: Town) -> Hand:
    """The administrator comes by the link that `dauys serve` has printed."""
    words, admin = BUTTONS[town.way.language], town.person()
    link = LINK.search(town.served.log.read_text(encoding="utf-8"))
    assert link is not None
    with town.task("first sign-in: language, name, password"):
        admin.tab.page.goto(town.served.url + link[1])
        choice = admin.tab.page.locator("main").get_by_role("button", name=words.language)
        admin.clicks += 1
        with admin.tab.page.expect_navigation():
            admin._press(choice)
        admin.fill(name="Б. Омаров", password=PASSWORD, again=PASSWORD)
        admin.click(words.keep)
    return admin


def add_areas(town: Town, admin: Hand) -> None:
    """An aul with its district and region, and a neighbour with ten proposals."""
    words = BUTTONS[town.way.language]
    with town.task("an aul with its district and region"):
        admin.click(words.area, "link")
        admin.fill(region_kk="Абай облысы", district_kk="Абай ауданы", aul_kk="Қарауыл", aul_ru="Караул")
        admin.click(words.save)
    dauys(town.served.home, "load", "election", election(town.served.home / "ten.pb"), "--aul", NEIGHBOUR)


def invited(town: Town, admin: Hand, name: str, role: str) -> Hand:
    """Somebody who came by a one-time link and chose a password."""
    words, colleague = BUTTONS[town.way.language], town.person()
    with town.task(f"inviting the {role}, who chooses a password"):
        admin.follow("/officials")
        admin.fill(name=name)
        admin.choose("role", says(town.way.language, "common")(f"roles.{role}"))
        for code in (AUL, NEIGHBOUR):
            admin.tick("areas", str(code))
        admin.click(words.invite)
        colleague.tab.page.goto(admin.tab.page.locator("code.link").inner_text())
        colleague.fill(password=PASSWORD, again=PASSWORD)
        colleague.click(words.keep)
    return colleague


def copied(town: Town, clerk: Hand) -> int:
    """A vote with the neighbour's proposals and its dates; its cycle's id."""
    with town.task("a vote copied from a neighbour, its money and end"):
        clerk.follow(f"/areas/{AUL}")
        clerk.click(town.says("overview")("new_cycle"))
        words = clerk.tab.page.locator("select[name=like] option").nth(1).inner_text()
        clerk.choose("like", words)
        clerk.type("pb_budget", "30 000 000")
        clerk.click(town.says("new_cycle")("make"))
        clerk.type("closes_at", (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT18:00"))
        clerk.click(town.says("cycle_settings")("save"))
    return int(clerk.tab.page.url.split("/cycles/")[1].split("/")[0])


def load_roll(town: Town, clerk: Hand) -> None:
    """A file of phones through the preview."""
    say = town.says("roll")
    file = town.served.home / "roll.csv"
    file.write_text("\n".join(["phone", *PHONES]), encoding="utf-8")
    with town.task("a roll from a file"):
        clerk.follow("")
        clerk.follow(f"/areas/{AUL}")
        clerk.follow(f"/areas/{AUL}/roll")
        clerk.hand_in("#file", file)
        clerk.click(say("preview"))
        clerk.click(say("load", number=VOTERS))
        clerk.tab.page.locator(".said", has_text=str(VOTERS)).wait_for()


def go_to(hand: Hand, cycle: int, page: str) -> None:
    """From the first page."""
    hand.follow("")
    hand.follow(f"/cycles/{cycle}")
    hand.follow(f"/cycles/{cycle}/{page}")


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
    say = town.says("decisions")
    go_to(clerk, cycle, "decisions")
    if act == "close early":
        clerk.type("reason", "Су тасқыны")
    clerk.click(say(f"ask.{act}"))
    akim.follow("/requests")
    akim.follow(f"/cycles/{cycle}/decisions")
    akim.click(say("approve"))
    assert say("approved") in akim.tab.main


def open_by_two(town: Town, clerk: Hand, akim: Hand, cycle: int) -> None:
    """The clerk asks, the akim approves."""
    say = town.says("opening")
    with town.task("opening by two"):
        go_to(clerk, cycle, "opening")
        clerk.click(say("ask"))
        akim.follow("/requests")
        akim.follow(f"/cycles/{cycle}/opening")
        akim.click(say("approve"))
    assert town.phase(cycle) == "voting"


def test_a_fresh_home_becomes_a_certified_result(town: Town, request: pytest.FixtureRequest) -> None:
    admin = arrive(town)
    add_areas(town, admin)
    clerk, akim = invited(town, admin, "А. Серікова", "clerk"), invited(town, admin, "Е. Қасымов", "akim")
    cycle = copied(town, clerk)
    assert town.flaws == []
    load_roll(town, clerk)
    open_by_two(town, clerk, akim, cycle)
    assert town.flaws == []

    vote(town)
    with town.task("looking at the turnout"):
        go_to(clerk, cycle, "turnout")
    for act, task in BY_TWO.items():
        with town.task(task):
            by_two(town, clerk, akim, cycle, act)
    counted = document(town.served.home, "tally", cycle)
    assert (counted["accepted"], counted["ballots"]) == (VOTERS, VOTERS)
    assert {key: votes for key, votes in counted["votes"].items() if votes} == {"1": 4, "2": 4, "3": 4}
    assert town.phase(cycle) == "certified"
    assert town.flaws == []
    check_costs(town, write=request.config.getoption("--pictures"))


def check_costs(town: Town, *, write: bool) -> None:
    """A few clicks for each task; with a mouse as docs/console.md tells."""
    to_open = sum(town.costs[name][0] for name in town.costs if name.startswith(("a vote copied", "opening")))
    assert to_open <= MOST
    if town.way != WAYS["a mouse, kk"]:
        return
    rows = "".join(f"| {name} | {' | '.join(map(str, cost))} |\n" for name, cost in town.costs.items())
    print(rows)
    text = TABLE.read_text(encoding="utf-8")
    if write:
        TABLE.write_text(ROWS.sub(rows, text), encoding="utf-8")
    else:
        assert ROWS.findall(text) == [rows]
