"""Contact lists and lines for tests of announcements."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from gateway.home import Home
from gateway.keys import Unreadable
from gateway.outbox import ABOUT
from gateway.settings import Announcements
from gateway.store import areas, phones, rolls
from tests.gateway.store.villages import ROUND

T = TypeVar("T")


def numbers(count: int, first: int = 1) -> list[str]:
    """So many phones of villagers."""
    return [f"+7700{number:07d}" for number in range(first, first + count)]


def enlist(home: Home, listed: Sequence[str], area_id: int = 1, languages: Sequence[str] = ()) -> None:
    """Put phones on the roll of an area; their languages in turn, '' is none."""
    with home.store.transaction() as tx:
        rolls.add(tx, ROUND, area_id, rolls.seal(home.keys, ROUND, listed))
        for place, phone in enumerate(listed):
            if languages and languages[place % len(languages)]:
                phones.set_language(tx, home.keys.phone_tag(phone), languages[place % len(languages)])


def area_of(home: Home, code: int) -> int:
    """The id of an area."""
    with home.store.reading() as tx:
        return areas.by_code(tx, code).id


def stop(home: Home, phone: str) -> None:
    """It refuses announcements."""
    with home.store.transaction() as tx:
        phones.stop(tx, home.keys.phone_tag(phone))


def act(home: Home, function: Callable[..., T], *arguments: Any) -> T:
    """Do it in a transaction of its own."""
    with home.store.transaction() as tx:
        return function(tx, home, *arguments)


def told(home: Home, **settings: Any) -> Home:
    """The same home with other settings of announcements."""
    changed = home.settings.model_copy(update={"announcements": Announcements(**settings)})
    return replace(home, settings=changed)


def slow(home: Home, rate: float) -> Home:
    """The same home whose line takes so many messages a second."""
    providers = home.settings.providers
    account = providers.africastalking.model_copy(update={"api_key": "key", "rate": rate})
    changed = providers.model_copy(update={"africastalking": account})
    return replace(home, settings=home.settings.model_copy(update={"providers": changed}))


def copies(home: Home, state: str = "due") -> list[tuple[str, str]]:
    """(phone, text) of copies in this state, sorted."""
    with home.store.reading() as tx:
        found = tx.rows("SELECT recipient, content FROM outbox WHERE announcement_id IS NOT NULL AND state = ?", state)
    return sorted((_open(home, recipient), _open(home, content)) for recipient, content in found)


def _open(home: Home, sealed: bytes | None) -> str:
    if sealed is None:
        raise Unreadable("it was erased")
    return home.keys.contacts.open(bytes(sealed), ABOUT).decode()
