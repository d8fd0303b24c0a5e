"""Generated phones: +7700ddddddd and +7701ddddddd, told by seed and place, so that a replay can be repeated."""

BLOCK = 50_000  # numbers of each prefix that belong to one seed
SERIALS = 10_000_000


def phone_of(seed: int, place: int) -> str:
    """The phone of the voter at `place` (from 0): prefixes alternate; each of 200 seeds has 100,000 of its own."""
    serial = (seed * BLOCK + place // 2) % SERIALS
    return f"+770{place % 2}{serial:07d}"
