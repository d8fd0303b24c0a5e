"""Templates of regulations: what a cycle is set to before a clerk changes anything. One TOML file each.

A cycle keeps the id and the version of the one that it was made from (`method`), whatever was changed afterwards.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from ballots.model import Texts
from gateway.errors import NotThere

NAMES = ("aul-pilot", "aul-three", "own-budget", "small-aul")
"""In the order in which they are offered; the first one is usual."""


@dataclass(frozen=True, slots=True)
class Method:
    """One regulation."""

    id: str
    version: str
    names: Texts
    about: Texts  # two sentences: what a voter does, and what is funded
    days: int  # for which voting is usually open
    settings: Mapping[str, Any]  # of store.cycles

    @property
    def label(self) -> str:
        """What a cycle keeps: `aul-pilot/1`."""
        return f"{self.id}/{self.version}"


def _read(name: str) -> Method:
    found = tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return Method(name, found["version"], found["name"], found["about"], found["days"], found["settings"])


METHODS: Mapping[str, Method] = {name: _read(name) for name in NAMES}


def method(name: str) -> Method:
    """The method with this id. Raises NotThere."""
    if name not in METHODS:
        raise NotThere(f"there is no method {name}: choose {', '.join(METHODS)}")
    return METHODS[name]


def settings_of(name: str) -> dict[str, Any]:
    """What a cycle made from this method is set to. Raises NotThere."""
    chosen = method(name)
    return {**chosen.settings, "method": chosen.label}
