"""How villagers write the same vote."""

import random  # noqa: TID251 - a replay is repeatable: seeded, and nothing secret comes of it
from collections.abc import Callable, Sequence

Spelling = Callable[[Sequence[str]], str]

SPELLINGS: tuple[Spelling, ...] = (
    " ".join,
    ",".join,
    ", ".join,
    " и ".join,
    " және ".join,
    lambda numbers: "дауыс " + " ".join(numbers),
    lambda numbers: "Дауыс №" + ", ".join(numbers),
    lambda numbers: "ДАУЫС " + ",".join(numbers),
    lambda numbers: "голос " + " ".join(numbers),
    lambda numbers: "за " + ", ".join(numbers),
    lambda numbers: "vote " + " ".join(numbers),
    lambda numbers: "  " + "  ".join(numbers) + " ",
)


def spell(choices: Sequence[int], chance: random.Random) -> str:
    """One way to write these numbers, in any order."""
    numbers = [str(number) for number in choices]
    chance.shuffle(numbers)
    return chance.choice(SPELLINGS)(numbers)
