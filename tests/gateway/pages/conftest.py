"""A home with the demo's aul, copied for each test, and a browser without a window to look at its pages."""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from gateway import demo, mixing, schedule
from gateway.app import open_books
from gateway.catalogue import Shelf
from gateway.clock import Clock
from gateway.home import Home, create_home, open_home
from gateway.pages import attach
from gateway.pages.site import Site
from gateway.settings import Gateway
from tests.gateway.pages.country import settle

AT = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)
"""11:00 in Kazakhstan on the second day of voting."""

CLOSED = AT + timedelta(days=20)
POLL = 1

Visit = Callable[..., TestClient]


@pytest.fixture(scope="session")
def aul_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "aul"
    home = create_home(path, os.urandom, AT - timedelta(days=30), defaults=True)
    demo.furnish(home, AT)
    home.close()
    return path


@pytest.fixture
def home(aul_template: Path, tmp_path: Path) -> Iterator[Home]:
    """Overrides the home of other tests: this one has an aul that votes."""
    shutil.copytree(aul_template, tmp_path / "home")
    opened = open_home(tmp_path / "home", os.urandom)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def region_template(aul_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which all votes of a region are over, closed."""
    path = tmp_path_factory.mktemp("template") / "region"
    shutil.copytree(aul_template, path)
    home = open_home(path, os.urandom)
    settle(home)
    home.close()
    return path


@pytest.fixture(scope="session")
def reader(region_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A browser in this region, for tests that only look."""
    path = tmp_path_factory.mktemp("reader") / "home"
    shutil.copytree(region_template, path)
    home = open_home(path, os.urandom)
    with TestClient(site_of(home, CLOSED)) as browser:
        yield browser
    home.close()


@pytest.fixture
def region(region_template: Path, tmp_path: Path) -> Iterator[Home]:
    """The same region's home, for tests in which something happens."""
    shutil.copytree(region_template, tmp_path / "region")
    opened = open_home(tmp_path / "region", os.urandom)
    yield opened
    opened.close()


@pytest.fixture
def visit(home: Home) -> Iterator[Visit]:
    """visit(at=…) opens a browser whose clock says `at`; the gateway's settings may be given."""
    with ExitStack() as stack:

        def opened(at: datetime = AT, gateway: Gateway | None = None) -> TestClient:
            return stack.enter_context(TestClient(site_of(home, at, gateway)))

        yield opened


def site_of(home: Home, at: datetime, gateway: Gateway | None = None, public_url: str = "") -> FastAPI:
    """The pages alone, at an instant."""
    return serving(asked_of(home, lambda: at, gateway, public_url))


def asked_of(home: Home, clock: Clock, gateway: Gateway | None = None, public_url: str = "") -> Site:
    """What the pages ask; the gateway's settings may be given."""
    village = gateway or home.settings.gateway
    return Site(open_books(home), home.store, Shelf(), village, clock, home.keys, public_url=public_url, home=home)


def serving(site: Site) -> FastAPI:
    """The pages of a site."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        await site.books.close()

    app = FastAPI(docs_url=None, redoc_url=None, lifespan=lifespan)
    attach(app, site)
    return app


def close(home: Home) -> None:
    """Voting is over and counted."""
    mixing.close(home, POLL, AT, "test", early=True)  # type: ignore[arg-type]


def tick(home: Home, at: datetime) -> None:
    """What happens by itself by this instant."""
    schedule.tick(home, at)
