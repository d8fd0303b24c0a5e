"""Areas, cycles and papers for tests of the store."""

from ballots.model import Area, AreaKind
from gateway.home import Home
from gateway.store import areas

LANGUAGES = ("kk", "kk-latin", "ru", "en")
ROUND = 1


def names(name: str) -> dict[str, str]:
    """One name in every language."""
    return dict.fromkeys(LANGUAGES, name)


def aul(home: Home, code: int = 7, parent: int | None = None, kind: AreaKind = AreaKind.AUL) -> areas.Place:
    """A new area."""
    with home.store.transaction() as tx:
        return areas.create(tx, Area(code, kind, names(f"Area {code}")), parent)
