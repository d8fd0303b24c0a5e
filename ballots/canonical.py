"""Canonical JSON: one value, one sequence of bytes, so that a hash or a signature means the value.

Keys sorted by code point, no spaces, UTF-8 unescaped, whole numbers only, one final newline.
"""

import json
from hashlib import sha256
from typing import Any, NoReturn

from ballots.errors import NotCanonical


def write(value: Any) -> bytes:
    """The canonical bytes of a value made of dict, list, tuple, str, int, bool and None."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def read(content: bytes) -> Any:
    """The value behind canonical bytes. Raises NotCanonical if they are not JSON, or another spelling of it."""
    try:
        value = json.loads(content, parse_float=_no_fraction, parse_constant=_no_fraction)
        canonical = write(value)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"not canonical JSON: {error}") from error
    if canonical != content:
        raise NotCanonical("JSON, but not in its canonical spelling: sorted keys, no spaces, one final newline")
    return value


def sha256_hex(value: Any) -> str:
    """SHA-256 of the canonical bytes, 64 lower-case hex digits."""
    return sha256(write(value)).hexdigest()


def _no_fraction(text: str) -> NoReturn:
    raise NotCanonical(f"{text}: only whole numbers are kept")
