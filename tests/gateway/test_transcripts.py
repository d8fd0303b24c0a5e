"""Phones read over the hooks what the transcripts say: through every provider, with every call made twice."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.home import Home
from gateway.providers import PROVIDERS
from tests.dialogues import TRANSCRIPTS, Step, read, show, village_of
from tests.gateway.asked import TEXTED, asked
from tests.gateway.hooked import Hooked
from tests.gateway.laying import lay, settled
from tests.gateway.playing import Laid, laid_in, opened, played
from tests.phones import MODEMS, PHONES
from tests.villages import VILLAGES

ON_POSTGRESQL = ("confirm-ru", "several-kk", "ussd-change-en")
"""A sample: where the engines may differ is tested where they do."""

BY_MODEM = tuple(path for path in TEXTED if path.stem.endswith("-kk"))
"""A sample, in the language that needs most of a modem; tests/gateways runs all of them over a real gammu-smsd."""


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


@pytest.mark.parametrize("provider", MODEMS)
@pytest.mark.parametrize("path", BY_MODEM, ids=lambda path: path.stem)
def test_phones_behind_a_modem_read_the_same(path: Path, provider: str, laid: Laid, tmp_path: Path) -> None:
    steps = read(path)
    shutil.copytree(laid(village_of(steps)), tmp_path / "home")

    with asked(opened(tmp_path / "home", 2), steps, MODEMS[provider](tmp_path)) as village:
        said, heard = played(steps, village)

    assert show(said) == show(heard)


def test_what_no_modem_can_carry_are_the_transcripts_that_only_dial() -> None:
    left_out = {path.stem for path in TRANSCRIPTS} - {path.stem for path in TEXTED}

    assert left_out == {stem for stem in left_out if stem.startswith(("ussd-", "dial-"))}
    assert all(any(step.does == "dials" for step in read(path)) for path in TRANSCRIPTS if path.stem in left_out)


def test_every_provider_has_phones() -> None:
    assert set(PROVIDERS) == set(PHONES) | set(MODEMS)
    assert set(PHONES) & set(MODEMS) == set()


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
