"""Sealed choices: an envelope ties (poll, tag, batch) to a choice under its batch's own key, until the mix."""

from collections.abc import Iterable
from dataclasses import dataclass

from ballots.casting import read_plaintext, write_plaintext
from ballots.errors import BadPlaintext
from ballots.model import Choices, PollId
from gateway.keys import KeyMissing, Keyring, Unreadable
from gateway.store.ballots import Envelope


@dataclass(frozen=True, slots=True)
class Opened:
    """One vote as it came out of its envelope."""

    tag: bytes
    receipt: str
    choices: Choices
    weight: int


class Opener:
    """Opens the envelopes of one poll, each once: those opened before a mix's transaction cost no time within it."""

    def __init__(self, keys: Keyring, poll: PollId) -> None:
        self._keys = keys
        self._poll = poll
        self._found: dict[tuple[bytes, bytes], tuple[Choices, int]] = {}

    def open(self, envelopes: Iterable[Envelope]) -> tuple[list[Opened], list[Envelope]]:
        """The votes, and the envelopes that no key opens."""
        opened: list[Opened] = []
        unreadable: list[Envelope] = []
        for envelope in envelopes:
            try:
                opened.append(Opened(envelope.tag, envelope.receipt, *self._look(envelope)))
            except Unreadable:
                unreadable.append(envelope)
        return opened, unreadable

    def _look(self, envelope: Envelope) -> tuple[Choices, int]:
        key = envelope.tag, envelope.sealed
        if key not in self._found:
            self._found[key] = open_choices(self._keys, self._poll, envelope.tag, envelope.batch, envelope.sealed)
        return self._found[key]


def seal_choices(keys: Keyring, poll: PollId, tag: bytes, batch: int, choices: Choices, weight: int) -> bytes:  # noqa: PLR0913, PLR0917
    """The envelope: 163 bytes whatever was chosen. `weight` is ballots.casting.precedence."""
    return keys.batch(poll, batch).seal(write_plaintext(choices, weight), _about(poll, tag, batch))


def open_choices(keys: Keyring, poll: PollId, tag: bytes, batch: int, envelope: bytes) -> tuple[Choices, int]:
    """The choices and their precedence. Raises Unreadable, also when the batch's key is gone."""
    try:
        return read_plaintext(keys.batch(poll, batch).open(envelope, _about(poll, tag, batch)))
    except (BadPlaintext, KeyMissing) as error:
        raise Unreadable("this envelope's key is gone, or it holds no ballot") from error


def _about(poll: PollId, tag: bytes, batch: int) -> bytes:
    return b"%d|%d|%s" % (poll, batch, tag)
