"""The demo's aul, copied for each test, and PDFs read back by a reader that is not ours."""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from gateway.home import Home, open_home
from gateway.printing.collecting import Asked
from gateway.printing.fonts import UNKNOWN, held
from tests.gateway.pages.conftest import AT, CLOSED, tick
from tests.gateway.pages.conftest import aul_template as aul_template  # noqa: PLC0414 - a fixture is used by its name

ASKED = Asked(cycle=1, languages=("kk", "ru"), at=AT)


@pytest.fixture
def village(aul_template: Path, tmp_path: Path) -> Iterator[Home]:
    """A home with an aul that votes."""
    shutil.copytree(aul_template, tmp_path / "home")
    opened = open_home(tmp_path / "home", os.urandom)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def standing(aul_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The same for all tests, that only read it: an aul that votes."""
    yield from _shared(aul_template, tmp_path_factory)


@pytest.fixture(scope="session")
def closed(aul_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """The same for all tests, that only read it: an aul whose vote ended when it should."""
    for home in _shared(aul_template, tmp_path_factory):
        tick(home, AT + timedelta(hours=10))
        tick(home, CLOSED)
        yield home


def _shared(template: Path, folders: pytest.TempPathFactory) -> Iterator[Home]:
    folder = folders.mktemp("shared") / "home"
    shutil.copytree(template, folder)
    opened = open_home(folder, os.urandom)
    yield opened
    opened.close()


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


@lru_cache(4)
def said(pdf: bytes) -> str:
    """All that is printed, in one line."""
    text = " ".join(page.extract_text() for page in read(pdf).pages)
    return " ".join(text.replace("\u00a0", " ").split())


def page_count(pdf: bytes) -> int:
    return len(read(pdf).pages)


def check(pdf: bytes) -> None:
    """A sheet as it must be: A4, its fonts within it, every character with a glyph, its language and title told."""
    reader = read(pdf)
    for page in reader.pages:
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        for font in page["/Resources"]["/Font"].get_object().values():
            described = font.get_object()
            if described["/Subtype"] == "/TrueType":
                assert re.fullmatch(r"/[A-Z0-9]{6}\+DejaVuSans(-Bold)?", described["/BaseFont"])
                assert "/FontFile2" in described["/FontDescriptor"].get_object()
            else:  # reportlab names its default in every page; nothing is set in it
                assert described["/BaseFont"] == "/Helvetica"
    letters = set(said(pdf))
    assert letters <= held()
    assert UNKNOWN not in letters
    assert reader.trailer["/Root"]["/Lang"] in {"kk", "ru", "en"}
    assert reader.metadata is not None
    assert reader.metadata.title
