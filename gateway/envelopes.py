"""Sealed choices: an envelope ties (poll, tag, batch) to a choice under its batch's own key, until the mix."""

from ballots.casting import read_plaintext, write_plaintext
from ballots.errors import BadPlaintext
from ballots.model import Choices, PollId
from gateway.keys import KeyMissing, Keyring, Unreadable


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
