"""Ed25519 signatures verified with whole numbers alone (RFC 8032 section 5.1.7), so that no package is needed.

It only verifies, and only what is public: nothing here is fit to sign, since the time that it takes tells what it
computes. One key signs a whole audit log, so its multiples are computed once, and each signature costs additions only.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha512

KEY_BYTES = 32
SIGNATURE_BYTES = 64

P = 2**255 - 19
"""Coordinates are taken modulo this prime."""

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the base point: L in the standard."""

D = -121665 * pow(121666, -1, P) % P
"""The curve is -x² + y² = 1 + D·x²·y²."""

WINDOW = 4  # bits of a factor that one addition takes care of

Point = tuple[int, int, int, int]
"""(X, Y, Z, T): x = X/Z, y = Y/Z, x·y = T/Z; section 5.1.4."""

Addend = tuple[int, int, int, int]
"""A point as an addition wants it: (Y - X, Y + X, 2·D·T, 2·Z)."""

Multiples = tuple[tuple[Addend, ...], ...]
"""At [i][j]: j·16^i times a point."""

NEUTRAL: Point = (0, 1, 1, 0)


def verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Did the owner of the public `key` (32 bytes) sign `message`? False too for what is no key or no signature.

    The strict equation, S·B = R + k·A compared byte for byte, as OpenSSL does it.
    """
    if len(signature) != SIGNATURE_BYTES:
        return False
    start, factor = signature[:KEY_BYTES], int.from_bytes(signature[KEY_BYTES:], "little")
    multiples = _negative_multiples(key)
    if factor >= ORDER or multiples is None:
        return False
    digest = int.from_bytes(sha512(start + key + message).digest(), "little") % ORDER
    return _encode(_sum((*_picked(_base_multiples(), factor), *_picked(multiples, digest)))) == start


def is_key(key: bytes) -> bool:
    """Are these 32 bytes a point of the curve?"""
    return _decode(key) is not None


@lru_cache(maxsize=16)
def _base_multiples() -> Multiples:
    base = _decode((4 * pow(5, -1, P) % P).to_bytes(KEY_BYTES, "little"))
    assert base is not None
    return _multiples(base)


@lru_cache(maxsize=16)
def _negative_multiples(key: bytes) -> Multiples | None:
    """Multiples of -A, so that S·B - k·A is a sum; None if the key is no point."""
    point = _decode(key)
    if point is None:
        return None
    x, y, z, t = point
    return _multiples((-x % P, y, z, -t % P))


def _multiples(point: Point) -> Multiples:
    rows = []
    for _ in range(0, 8 * KEY_BYTES, WINDOW):
        addend, multiple = _addend(point), NEUTRAL
        row = [_addend(NEUTRAL)]
        for _ in range(1, 1 << WINDOW):
            multiple = _add(multiple, addend)
            row.append(_addend(multiple))
        rows.append(tuple(row))
        point = _add(multiple, addend)
    return tuple(rows)


def _picked(multiples: Multiples, factor: int) -> Iterator[Addend]:
    """What adds up to factor times the point."""
    for row in multiples:
        yield row[factor & (1 << WINDOW) - 1]
        factor >>= WINDOW


def _sum(addends: tuple[Addend, ...]) -> Point:
    point = NEUTRAL
    for addend in addends:
        point = _add(point, addend)
    return point


def _add(point: Point, addend: Addend) -> Point:
    x, y, z, t = point
    minus, plus, twisted, doubled = addend
    a, b, c, d = (y - x) * minus % P, (y + x) * plus % P, t * twisted % P, z * doubled % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _addend(point: Point) -> Addend:
    x, y, z, t = point
    return (y - x) % P, (y + x) % P, 2 * D * t % P, 2 * z % P


def _encode(point: Point) -> bytes:
    """Section 5.1.2: y, and the lowest bit of x in the highest one of the last byte."""
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(KEY_BYTES, "little")


def _decode(encoded: bytes) -> Point | None:
    """Section 5.1.3; None for what is no point."""
    if len(encoded) != KEY_BYTES:
        return None
    number = int.from_bytes(encoded, "little")
    y, odd = number & (1 << 255) - 1, number >> 255
    x = _root(y * y - 1, D * y * y + 1) if y < P else None
    if x is None or (x == 0 and odd):
        return None
    x = x if x & 1 == odd else P - x
    return x, y, 1, x * y % P


def _root(u: int, v: int) -> int | None:
    """x with v·x² = u; None if there is none. The prime is 5 modulo 8."""
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P == 0:
        return x
    x = x * pow(2, (P - 1) // 4, P) % P
    return x if (v * x * x - u) % P == 0 else None
