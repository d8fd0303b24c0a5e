"""Transcripts: dialogues in tests/transcripts that are read, run and written again.

# The first line says what it shows.
village aul                       a name in tests/villages.py; `aul` if the line is missing
at 2026-05-02 09:00               local time
+77010000001 > ТІЗІМ              a text message; \\n in it is a new line
+77010000001 < 1 Су құбыры        the reply; nothing behind < is silence
             | 2 Мектеп шатыры
+77010000002 dials *384*44135*7*2#
             | the screen
+77010000002 keys 1
             | the next screen
+77010000003 votes on paper
+77010000003 spoils                its sealed vote can be opened by nobody
noon                              the turnout is told anew
mix                               and at the daily tally, too
close
tally 1=0 2=1                     votes that count, of these numbers
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from handlers.messages import KAZAKHSTAN
from tests.villages import VILLAGES

FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = tuple(sorted(FOLDER.glob("*.txt")))


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a phone, the clock or the office, and what we said to it (None: nothing is said to such a line)."""

    line: str
    said: str | None = None

    @property
    def phone(self) -> str:
        return self.line.split(" ", 1)[0]

    @property
    def does(self) -> str:
        """`>`, `dials`, `keys`, or the first word of a line without a phone."""
        words = self.line.split(" ", 2)
        return words[1] if self.line.startswith("+") else words[0]

    @property
    def text(self) -> str:
        """What was typed; '' if nothing."""
        return self.line.split(" ", 2)[2].replace("\\n", "\n") if self.line.count(" ") > 1 else ""


class Lived(Protocol):
    """A village where transcripts can be run: in memory (tests.village), or behind the hooks of a gateway."""

    at: datetime

    def sms(self, phone: str, text: str) -> str: ...
    def dial(self, phone: str, string: str) -> str: ...
    def key(self, phone: str, text: str) -> str: ...
    def vote_on_paper(self, phone: str) -> None: ...
    def spoil(self, phone: str) -> None: ...
    def noon(self) -> None: ...
    def mix(self) -> None: ...
    def close(self) -> None: ...
    def tally(self) -> Mapping[int, int]: ...


def read(path: Path) -> tuple[Step, ...]:
    """The steps of a transcript."""
    steps: list[Step] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        bare = line.strip()
        if bare.startswith("|"):
            before = steps[-1].said
            rest = bare[1:].removeprefix(" ")
            steps[-1] = replace(steps[-1], said=rest if before is None else f"{before}\n{rest}")
        elif " <" in line[:15]:
            steps[-1] = replace(steps[-1], said=line.partition("<")[2].removeprefix(" "))
        else:
            steps.append(Step(line))
    return tuple(steps)


def village_of(steps: tuple[Step, ...]) -> str:
    """The name of the village where it happens, a key of VILLAGES."""
    return next((step.line.split()[1] for step in steps if step.does == "village"), "aul")


def run(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The steps with what we say now."""
    village = VILLAGES[village_of(steps)]()
    for step in steps:
        yield replace(step, said=take(village, step))


def take(village: Lived, step: Step) -> str | None:
    """Do what the line says; what is said to it. Raises AssertionError for another tally."""
    match step.does:
        case ">":
            return village.sms(step.phone, step.text)
        case "dials":
            return village.dial(step.phone, step.text)
        case "keys":
            return village.key(step.phone, step.text)
        case "votes":
            village.vote_on_paper(step.phone)
        case "spoils":
            village.spoil(step.phone)
        case "noon":
            village.noon()
        case "mix":
            village.mix()
        case "close":
            village.close()
        case "at":
            at = datetime.strptime(step.line, "at %Y-%m-%d %H:%M").replace(tzinfo=KAZAKHSTAN)
            village.at = at
        case "tally":
            wanted = [pair.split("=")[0] for pair in step.line.split()[1:]]
            counted = village.tally()
            assert step.line == " ".join(["tally", *(f"{number}={counted[int(number)]}" for number in wanted)])
        case "village" | "#" | "":
            pass
        case _:
            raise ValueError(f"no such step: {step.line}")
    return None


def show(steps: tuple[Step, ...]) -> str:
    """The transcript as a file."""
    return "".join(f"{line}\n" for step in steps for line in _lines(step))


def _lines(step: Step) -> Iterator[str]:
    yield step.line
    if step.said is None:
        return
    first, *rest = step.said.split("\n")
    margin = " " * (len(step.phone) + 1)
    if step.does == ">":
        yield f"{step.phone} < {first}".rstrip()
        yield from (f"{margin}| {line}".rstrip() for line in rest)
    else:
        yield from (f"{margin}| {line}".rstrip() for line in (first, *rest))
