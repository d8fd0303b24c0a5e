"""Phones read over the hooks what the transcripts say: through every provider, with every call made twice."""

import random  # noqa: TID251 - seeded: the same keys, receipts and digits each time
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.home import DATABASE, Home, create_home
from gateway.keys import Keyring
from gateway.providers import PROVIDERS
from gateway.settings import load
from gateway.store.engine import Store
from tests.dialogues import TRANSCRIPTS, Step, read, show, take, village_of
from tests.gateway.asked import Asked, Modem
from tests.gateway.facts import Facts, typed
from tests.gateway.hooked import Hooked
from tests.gateway.laying import lay, settled
from tests.homes import MADE
from tests.phones import MODEMS, PHONES
from tests.villages import VILLAGES

ON_POSTGRESQL = ("confirm-ru", "several-kk", "ussd-change-en")
"""A sample: where the engines may differ is tested where they do."""

TEXTED = tuple(path for path in TRANSCRIPTS if any(step.does == ">" for step in read(path)))
"""Transcripts in which somebody sends a text message: a modem carries nothing else."""

BY_MODEM = tuple(path for path in TEXTED if path.stem.endswith("-kk"))
"""A sample, in the language that needs most of a modem; tests/gateways runs all of them over a real gammu-smsd."""

Laid = Callable[[str], Path]


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Laid:
    """Village -> a home into which it is laid, closed. Drawn from a seed: no two facts happen to be the same."""
    folder = tmp_path_factory.mktemp("villages")
    drawn = random.Random(2026).randbytes
    create_home(folder / "empty", drawn, MADE, defaults=True).close()

    def home_of(name: str) -> Path:
        path = folder / name
        if not path.exists():
            shutil.copytree(folder / "empty", path)
            home = opened(path, 1)
            lay(home, VILLAGES[name]())
            home.store.close()
        return path

    return home_of


@pytest.mark.parametrize("provider", PHONES)
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_phones_read_what_the_transcript_says(path: Path, provider: str, laid: Laid, tmp_path: Path) -> None:
    steps = read(path)
    shutil.copytree(laid(village_of(steps)), tmp_path / "home")

    with hooked(opened(tmp_path / "home", 2), steps, provider) as village:
        said, heard = played(steps, village)

    assert show(said) == show(heard)


@pytest.mark.parametrize("provider", PHONES)
@pytest.mark.parametrize("stem", ON_POSTGRESQL)
def test_on_postgresql_they_read_the_same(stem: str, provider: str, postgresql_home: Home) -> None:
    steps = read(next(path for path in TRANSCRIPTS if path.stem == stem))
    lay(postgresql_home, VILLAGES[village_of(steps)]())

    with hooked(postgresql_home, steps, provider) as village:
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
def hooked(home: Home, steps: tuple[Step, ...], provider: str) -> Iterator[Hooked]:
    village = VILLAGES[village_of(steps)]()
    hooked = Hooked(village, settled(home, village), provider)
    try:
        yield hooked
        hooked.leave()
    finally:
        hooked.field.close()
        home.close()


@contextmanager
def asked(home: Home, steps: tuple[Step, ...], modem: Modem) -> Iterator[Asked]:
    """The village of these steps behind a modem."""
    village = VILLAGES[village_of(steps)]()
    found = Asked(village, settled(home, village), modem)
    try:
        yield found
        found.leave()
    finally:
        found.field.close()
        home.close()


def played(steps: tuple[Step, ...], village: Hooked) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """What the transcript says, and what the phones read, both with names for what is drawn at random."""
    written, real = Facts(), Facts()
    said: list[Step] = []
    heard: list[Step] = []
    for step in steps:
        done = replace(step, line=typed(step.line, step.phone, written, real)) if step.does == ">" else step
        answer = take(village, done)
        said.append(_named(step, written, step.said))
        heard.append(_named(step, real, answer))
    return tuple(said), tuple(heard)


def _named(step: Step, facts: Facts, said: str | None) -> Step:
    return replace(step, said=None if said is None else facts.name(step.phone, said))


def opened(path: Path, seed: int) -> Home:
    """As gateway.home opens it, but for the look whether a migration waits, which takes longer than most transcripts."""
    drawn = random.Random(seed).randbytes
    return Home(path, load(path), Keyring(path / "keys", drawn), Store(f"sqlite:///{path / DATABASE}"), drawn)
