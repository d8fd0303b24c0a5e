"""Phones read over the hooks what the transcripts say: through every provider, with every call made twice."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.home import Home
from gateway.providers import PROVIDERS
from tests.dialogues import TRANSCRIPTS, Step, read, show, village_of
from tests.gateway.hooked import Hooked
from tests.gateway.laying import lay, settled
from tests.gateway.playing import Laid, laid_in, opened, played
from tests.phones import PHONES
from tests.villages import VILLAGES

ON_POSTGRESQL = ("confirm-ru", "several-kk", "ussd-change-en")
"""A sample: where the engines may differ is tested where they do."""


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Laid:
    """Village -> a home into which it is laid, closed."""
    return laid_in(tmp_path_factory.mktemp("villages"))


@pytest.mark.parametrize("provider", PHONES)
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_phones_read_what_the_transcript_says(path: Path, provider: str, laid: Laid, tmp_path: Path) -> None:
    steps = read(path)
    shutil.copytree(laid(village_of(steps)), tmp_path / "home")

    with _hooked(opened(tmp_path / "home", 2), steps, provider) as village:
        said, heard = played(steps, village)

    assert show(said) == show(heard)


@pytest.mark.parametrize("provider", PHONES)
@pytest.mark.parametrize("stem", ON_POSTGRESQL)
def test_on_postgresql_they_read_the_same(stem: str, provider: str, postgresql_home: Home) -> None:
    steps = read(next(path for path in TRANSCRIPTS if path.stem == stem))
    lay(postgresql_home, VILLAGES[village_of(steps)]())

    with _hooked(postgresql_home, steps, provider) as village:
        said, heard = played(steps, village)

    assert show(said) == show(heard)


def test_every_provider_has_phones() -> None:
    assert set(PROVIDERS) == set(PHONES)


@contextmanager
def _hooked(home: Home, steps: tuple[Step, ...], provider: str) -> Iterator[Hooked]:
    village = VILLAGES[village_of(steps)]()
    hooked = Hooked(village, settled(home, village), provider)
    try:
        yield hooked
        hooked.leave()
    finally:
        hooked.field.close()
        home.close()
