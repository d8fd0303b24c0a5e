"""A served console and a real Chromium. `make browser` runs these; `--pictures` writes docs/images/console anew."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from gateway.store import console_sessions
from gateway.store.officials import Official
from tests.browser.tabs import FLAGS, PICTURES, Tab, tab
from tests.gateway.pages.conftest import aul_template as aul_template  # noqa: PLC0414 - fixtures are used by name
from tests.gateway.pages.conftest import home as home  # noqa: PLC0414
from tests.gateway.pages.console.conftest import Office
from tests.gateway.pages.console.conftest import office as office  # noqa: PLC0414
from tests.homes import skip_or_fail

Opened = Callable[..., Tab]
KeepPicture = Callable[[Tab, str], None]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium(aul_template: Path) -> Iterator[Browser]:
    """Started after the template is made: Playwright keeps a loop running in this thread, so asyncio.run refuses."""
    path = shutil.which("chromium")
    if path is None:
        skip_or_fail("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        yield browser
        browser.close()


@pytest.fixture
def served(office: Office) -> Iterator[str]:
    """The address at which the office's console is served, by its clock."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(office.app, log_config=None, ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def opened(chromium: Browser, served: str, office: Office) -> Iterator[Opened]:
    """opened(official, width=…, language=…): a tab in which this official is signed in; nobody without one."""
    with ExitStack() as stack:

        def open_tab(official: Official | None = None, **more: Any) -> Tab:
            new = stack.enter_context(tab(chromium, served, **more))
            if official is not None:
                with office.home.store.transaction() as tx:
                    token = console_sessions.begin(tx, official.id, "Chromium", office.now, office.home.randomness)
                cookie = {"name": "dauys_session", "value": token, "domain": "127.0.0.1", "path": "/console"}
                new.page.context.add_cookies([cookie])  # type: ignore[list-item]
            return new

        yield open_tab


@pytest.fixture
def keep_picture(request: pytest.FixtureRequest) -> KeepPicture:
    """keep_picture(tab, name) writes docs/images/console/<name>.png when --pictures asks for it."""

    def keep(taken: Tab, name: str) -> None:
        picture = taken.picture(name)
        assert 2_000 < len(picture) < 120_000, name
        if request.config.getoption("--pictures"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            (PICTURES / f"{name}.png").write_bytes(picture)

    return keep
