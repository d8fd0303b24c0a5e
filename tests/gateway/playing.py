"""Transcripts played in a home: the villages laid into homes once, what is said beside what is heard."""

import random  # noqa: TID251 - seeded: the same keys, receipts and digits each time
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from gateway.home import DATABASE, Home, create_home
from gateway.keys import Keyring
from gateway.presence import Presence
from gateway.settings import load
from gateway.store.engine import Store
from tests.dialogues import Lived, Step, take
from tests.gateway.facts import RECEIPT, Facts, typed
from tests.gateway.laying import lay
from tests.homes import MADE
from tests.villages import VILLAGES

Laid = Callable[[str], Path]


def laid_in(folder: Path, values: Mapping[str, object] | None = None) -> Laid:
    """Village -> a home into which it is laid, closed. Drawn from a seed: no two facts happen to be the same."""
    drawn = random.Random(2026).randbytes
    create_home(folder / "empty", drawn, MADE, defaults=True, values=values).close()

    def home_of(name: str) -> Path:
        path = folder / name
        if not path.exists():
            shutil.copytree(folder / "empty", path)
            home = opened(path, 1)
            lay(home, VILLAGES[name]())
            home.close()
        return path

    return home_of


def opened(path: Path, seed: int) -> Home:
    """As gateway.home opens it, but for the look whether a migration waits, which takes longer than most transcripts."""
    drawn, keys = random.Random(seed).randbytes, path / "keys"
    return Home(path, load(path), Keyring(keys, drawn), Store(f"sqlite:///{path / DATABASE}"), Presence(keys), drawn)


def played(steps: tuple[Step, ...], village: Lived) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """What the transcript says, and what the phones read, both with names for what is drawn at random."""
    written, real = Facts(), Facts()
    said: list[Step] = []
    heard: list[Step] = []
    for step in steps:
        types = step.does == ">" or (step.does == "keys" and RECEIPT.search(step.text))
        done = replace(step, line=typed(step.line, step.phone, written, real)) if types else step
        answer = take(village, done)
        said.append(_named(step, written, step.said))
        heard.append(_named(step, real, answer))
    return tuple(said), tuple(heard)


def _named(step: Step, facts: Facts, said: str | None) -> Step:
    return replace(step, said=None if said is None else facts.name(step.phone, said))
