"""Every page of the console while people vote: first byte and kilobytes, 100 auls and 100,000 phones on their rolls."""

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

import httpx

from gateway import daily
from gateway.demo_aul import PROPOSALS as PATTERNS
from gateway.home import Home
from gateway.pages.console import CONSOLE
from gateway.pages.console.registry import ConsolePage
from gateway.pages.console.rights import Act
from gateway.store import audit, console_sessions, cycles, jobs, officials, proposals, recipients, roll_uploads
from gateway.store.cycles import Cycle
from gateway.store.officials import Role
from gateway.store.recipients import Recipient
from gateway.store.roll_uploads import Upload
from tests.bench import villages
from tests.bench.figures import Figure, Sizes
from tests.bench.routes import address
from tests.bench.steady import PER_SECOND, PROPOSALS, ROLL, steady
from tests.served import Served

AULS = 100
ALONE = 10 * PER_SECOND  # votes before anybody reads a page
LOOKS = 60  # at each page at least, so that a 95th percentile is one
PAUSE = 0.05  # seconds between two looks: an official reads, too
UPLOAD = "0" * 32
BLANKS: Mapping[str, str] = {
    "area": "7",
    "cycle": "1",
    "official": "1",
    "recipient": "1",
    "upload": UPLOAD,
    "proposal": "1",
}
"""What stands in addresses. A page with another blank needs a line here, or is not measured."""

DRAFT: Mapping[str, str] = BLANKS | {"cycle": str(AULS + 1), "proposal": str(AULS * PROPOSALS + 1)}
"""The same where a clerk writes."""


def measure(folder: Path, sizes: Sizes) -> list[Figure]:
    home, opened = villages.made(folder / "pages", AULS, PROPOSALS)
    _draft(home)
    _furnish(home, opened, sizes)
    votes = PER_SECOND * max(sizes.steady, round(1.3 * PAUSE * LOOKS * len(_addresses())))
    with Served(home.path) as served, _browser(home, served) as browser:
        loads = {path: _first_load(served, browser, path) for path in _addresses()}
        url = address(home, served, "sms")
        alone = asyncio.run(steady(url, ALONE))
        vote_times, looks = asyncio.run(_both(url, votes, browser))
    return [*_of_pages(looks), *_of_loads(loads), _of_votes(vote_times, alone)]


async def _both(url: str, votes: int, browser: httpx.Client) -> tuple[list[float], dict[str, list[float]]]:
    """Seconds of each vote, and of each look at each page meanwhile."""
    voting = asyncio.create_task(steady(url, votes, ALONE))
    looks: dict[str, list[float]] = {path: [] for path in _addresses()}
    while not voting.done() or min(map(len, looks.values())) < LOOKS:
        for path, took in looks.items():
            took.append(await asyncio.to_thread(_first_byte, browser, path))
            await asyncio.sleep(PAUSE)
    return await voting, looks


def _first_byte(browser: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    with browser.stream("GET", path) as answer:
        took = time.perf_counter() - began
        assert answer.status_code == 200, (path, answer.status_code)
        answer.read()
    return took


def _first_load(served: Served, browser: httpx.Client, path: str) -> float:
    """KB of a page and all that it loads, by a browser that has nothing yet; pictures apart."""
    page = browser.get(path)
    page.read()
    named = re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', page.text)
    total = page.num_bytes_downloaded
    for name in named:
        part = browser.get(urljoin(served.url, name))
        assert part.status_code == 200, name
        total += part.num_bytes_downloaded
    return total / 1000


def _of_pages(looks: Mapping[str, list[float]]) -> Iterator[Figure]:
    slowest = {path: _percentile(took, 95) for path, took in looks.items()}
    worst = max(slowest, key=lambda path: slowest[path])
    every = sorted(took for times in looks.values() for took in times)
    what = f"first byte of {len(looks)} console pages, {AULS} auls, {ROLL:,} on rolls, {PER_SECOND} votes/s: worst page's p95"
    detail = ", ".join(f"{path.removeprefix('/console') or '/'} {slowest[path]:.0f}" for path in sorted(slowest))
    yield Figure(what, slowest[worst], "ms", "< 100", f"{worst}; all pages: {detail}")
    yield Figure("the same, all pages together: p95", _percentile(every, 95), "ms", "< 100")


def _of_loads(loads: Mapping[str, float]) -> Iterator[Figure]:
    heaviest = max(loads, key=lambda path: loads[path])
    yield Figure("first load of the heaviest page, without pictures", loads[heaviest], "KB", "< 60", heaviest)


def _of_votes(took: list[float], alone: list[float]) -> Figure:
    what = f"{len(took):,} votes at {PER_SECOND}/s while pages are read one after the other: p99"
    seen = f"longest {max(took) * 1000:.0f} ms; just before, with no reader: {_percentile(alone, 99):.0f} ms"
    return Figure(what, _percentile(took, 99), "ms", "< 250", seen)


def _percentile(took: list[float], percent: int) -> float:
    """In milliseconds."""
    return sorted(took)[len(took) * percent // 100] * 1000


def _addresses() -> list[str]:
    measured = [page for page in CONSOLE.values() if _measured(page)]
    writing = [page for page in measured if page.act is Act.EDIT and "{cycle}" in page.path]
    found = [(page, BLANKS) for page in measured if page not in writing] + [(page, DRAFT) for page in writing]
    found += [(CONSOLE[name], DRAFT) for name in ("menu", "opening")]
    return [f"/console{page.path.format(**blanks)}" for page, blanks in found]


def _measured(page: ConsolePage) -> bool:
    blanks = set(re.findall(r"{(\w+)}", page.path))
    return page.show is not None and page.act is not None and not page.file and blanks <= set(BLANKS)


def _draft(home: Home) -> None:
    """Somebody writes next year's vote: as many proposals, with every text."""
    at = datetime.now(UTC)
    names = {"kk": "Ауыл бюджеті", "ru": "Бюджет аула"}
    with home.store.transaction() as tx:
        made = cycles.new(tx, 7, names, at, pb_budget=100_000_000)
        many = [replace(PATTERNS[n % len(PATTERNS)], number=n, proposal_id=str(n)) for n in range(1, PROPOSALS + 1)]
        proposals.put_on_ballot(tx, made.id, many)
    assert str(made.id) == DRAFT["cycle"]


def _browser(home: Home, served: Served) -> httpx.Client:
    """Of an administrator who is signed in."""
    at = datetime.now(UTC)
    with home.store.transaction() as tx:
        officials.appoint(tx, ("Bench", Role.ADMINISTRATOR), at, home.randomness)
        token = console_sessions.begin(tx, officials.every(tx)[-1].id, "bench", at, home.randomness)
    cookies = {"dauys_session": token, "dauys_language": "kk"}
    return httpx.Client(base_url=served.url, cookies=cookies, headers={"accept-encoding": "gzip"}, trust_env=False)


def _furnish(home: Home, opened: list[Cycle], sizes: Sizes) -> None:
    """Rolls, votes of earlier days, messages, acts: what lies in a gateway in the middle of its season."""
    each = ROLL // AULS
    for place, cycle in enumerate(opened):
        villages.enrol(home, cycle, range(place * each, (place + 1) * each))
    villages.history(home, opened[0], sizes.recount, PROPOSALS)
    villages.outbox(home, sizes.waiting)
    at = datetime.now(UTC)
    with home.store.transaction() as tx:
        for number in range(500):
            audit.record(tx, home.keys, at, "Bench", "load roll", round=1, area=7, added=number)
        recipients.add(
            tx, home.keys, Recipient(0, opened[0].place.id, "sms", villages.phone(0), "kk", "digest"), home.randomness
        )
        kept = Upload(UPLOAD, 1, opened[0].place.id, "Bench", "read", 1, 0, 0, at, at)
        roll_uploads.keep(tx, kept, b"sealed")
        watched = jobs.watched(tx)
    for one in watched:
        daily.turnout(home, one, (at - timedelta(days=1)).date().isoformat(), at)
