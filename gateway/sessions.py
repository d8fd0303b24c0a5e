"""USSD dialogues: where each phone stands, and what is new in a hit. The state belongs to the phone."""

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

from handlers.messages import Session, UssdTurn
from handlers.values import value

REMEMBERED = timedelta(minutes=10)  # an ended or cut-off dialogue; operators end one after 180 s
MOST = 50_000  # dialogues kept at once


@value
class Hit:
    """One call of a provider, before it is known what is new in it."""

    session: str
    sender: str
    path: str | None  # all inputs so far, joined by '*'; None where the provider posts only the last key
    key: str  # the last input, where the provider posts only that
    at: datetime
    id: str = ""  # of this call, where the provider posts only the last key: a repeated delivery carries it again
    opens: bool = False  # the network says that the phone has dialled, whatever session we remember
    returned: str = ""  # what the provider wants back with the screen


@value
class Dialogue:
    """The last screen of a phone, and how it got there."""

    session: str  # the operator's
    path: str
    shown: str
    state: Session | None  # None: the dialogue ended with this screen
    at: datetime
    hit: str = ""  # id of the call that led here, if it had one


def advance(dialogue: Dialogue | None, hit: Hit) -> UssdTurn | None:
    """What is new in this hit; None if it is a repeated delivery of the step already shown.

    Africa's Talking posts the whole path: the same path again is a retry, a longer one a key, anything else a restart.
    After the end only repetitions come, and the keys that led there are not kept: all but an empty path is one. Where
    only the last key is posted, a retry is known by its id alone.
    """
    path = hit.path
    if dialogue is None or dialogue.session != hit.session:
        return UssdTurn(hit.session, hit.sender, path if path is not None else hit.key, first=True, at=hit.at)
    if path is None and hit.id and hit.id == dialogue.hit:
        return None
    if path is None:
        return UssdTurn(hit.session, hit.sender, hit.key, first=hit.opens or dialogue.state is None, at=hit.at)
    if path == dialogue.path or (path and dialogue.state is None):
        return None
    start = dialogue.path + "*" if dialogue.path else ""
    if dialogue.state is not None and path.startswith(start):
        return UssdTurn(hit.session, hit.sender, path[len(start) :], first=False, at=hit.at)
    return UssdTurn(hit.session, hit.sender, path, first=True, at=hit.at)


class Sessions(Protocol):
    """Where dialogues are kept."""

    async def get(self, phone: bytes, at: datetime) -> Dialogue | None:
        """This phone's dialogue, unless it is too old."""

    async def put(self, phone: bytes, dialogue: Dialogue) -> None:
        """Keep this phone's dialogue."""


class MemorySessions:
    """For one process: a session is not worth an fsync; the vote at its end is."""

    def __init__(self) -> None:
        self._dialogues: OrderedDict[bytes, Dialogue] = OrderedDict()

    async def get(self, phone: bytes, at: datetime) -> Dialogue | None:
        found = self._dialogues.get(phone)
        return found if found is not None and at - found.at < REMEMBERED else None

    async def put(self, phone: bytes, dialogue: Dialogue) -> None:
        self._dialogues[phone] = dialogue
        self._dialogues.move_to_end(phone)
        oldest = next(iter(self._dialogues.values()))
        while len(self._dialogues) > MOST or dialogue.at - oldest.at > REMEMBERED:
            self._dialogues.popitem(last=False)
            oldest = next(iter(self._dialogues.values()))


class Turnstile:
    """Turns of one phone are handled one after the other."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[bytes, asyncio.Lock] = WeakValueDictionary()

    def of(self, phone: bytes) -> asyncio.Lock:
        """The lock of this phone; gone when nobody holds it."""
        lock = self._locks.get(phone)
        if lock is None:
            lock = self._locks[phone] = asyncio.Lock()
        return lock
