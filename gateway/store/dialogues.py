"""USSD dialogues on disk, for several processes; one process keeps them in memory."""

import json
from dataclasses import asdict
from datetime import datetime

from ballots.model import PollId
from gateway.sessions import REMEMBERED, Dialogue
from gateway.store.engine import Tx
from gateway.store.types import from_micros, to_json, to_micros
from gateway.store.writer import Books
from handlers.messages import Session


class StoredSessions:
    """Any process may take a phone's next key."""

    def __init__(self, books: Books) -> None:
        self._books = books

    async def get(self, phone: bytes, at: datetime) -> Dialogue | None:
        return await self._books.read(lambda tx: _get(tx, phone, at))

    async def put(self, phone: bytes, dialogue: Dialogue) -> None:
        await self._books.write(lambda tx: _put(tx, phone, dialogue))


def forget_old(tx: Tx, at: datetime) -> int:
    """Remove dialogues that nobody will go on with; how many."""
    return tx.run("DELETE FROM ussd_session WHERE at < ?", to_micros(at - REMEMBERED))


def _get(tx: Tx, phone: bytes, at: datetime) -> Dialogue | None:
    row = tx.row("SELECT content, at FROM ussd_session WHERE phone_tag = ?", phone)
    if row is None or at - from_micros(row[1]) >= REMEMBERED:
        return None
    content = json.loads(row[0])
    state = content["state"]
    if state is not None:
        state = Session(
            **state
            | {
                "at": from_micros(state["at"]),
                "poll": None if state["poll"] is None else PollId(state["poll"]),
                "choices": tuple(state["choices"]),
                "back": tuple(state["back"]),
            }
        )
    return Dialogue(
        content["session"], content["path"], content["shown"], state, from_micros(row[1]), content.get("hit", "")
    )


def _put(tx: Tx, phone: bytes, dialogue: Dialogue) -> None:
    """A dialogue that ended keeps no choice: only what a repeated delivery must see again."""
    state = dialogue.state
    content = {
        "session": dialogue.session,
        "path": dialogue.path if state else "",
        "shown": dialogue.shown,
        "hit": dialogue.hit,
        "state": None if state is None else asdict(state) | {"at": to_micros(state.at)},
    }
    tx.run(
        "INSERT INTO ussd_session (phone_tag, content, at) VALUES (?, ?, ?) "
        "ON CONFLICT (phone_tag) DO UPDATE SET content = excluded.content, at = excluded.at",
        phone,
        to_json(content),
        to_micros(dialogue.at),
    )
