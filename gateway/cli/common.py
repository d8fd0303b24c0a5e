"""What all commands share: the home they work on, how they print, and what a mistake looks like."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.clock import system_clock
from gateway.errors import Unfit
from gateway.home import Home, open_home

randomness = os.urandom


JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
CycleArgument = Annotated[int, typer.Argument(metavar="C", help="The cycle's id, as `dauys cycle list` shows it.")]
CycleOption = Annotated[int, typer.Option("--cycle", metavar="C", help="The cycle's id.")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]


def now() -> datetime:
    """The clock of this command."""
    return system_clock()


def home_path(context: typer.Context) -> Path:
    """The folder that the command works on."""
    home: Path = context.find_root().obj
    return home


@contextmanager
def at_home(context: typer.Context) -> Iterator[Home]:
    """The opened home. Raises BadHome, BadSettings."""
    home = open_home(home_path(context), randomness)
    try:
        yield home
    finally:
        home.close()


def print_json(value: Any) -> None:
    """One document, in one line that nothing wraps."""
    print(json.dumps(value, ensure_ascii=False))


def tell(line: str) -> None:
    """Progress and remarks: to standard error."""
    print(line, file=sys.stderr)


def write_private(file: Path, content: bytes) -> None:
    """A new file for its owner only, on the disk before this returns. Raises FileExistsError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def by_language(text: str, pairs: list[str], languages: tuple[str, ...]) -> dict[str, str]:
    """`text` in every language, replaced where a pair LANG=TEXT says otherwise. Raises Unfit."""
    texts = dict.fromkeys(languages, text)
    for pair in pairs:
        language, equals, own = pair.partition("=")
        if not equals or language not in languages:
            raise Unfit(f"{pair!r}: write LANG=TEXT, with a language of this gateway: {', '.join(languages)}")
        texts[language] = own
    return texts


def instant(text: str, home: Home) -> datetime:
    """An instant as typed: ISO 8601; without a zone it is the notice board's time. Raises Unfit."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unfit(f"{text!r} is no instant: write it like 2026-05-20T18:00") from error
    return at if at.tzinfo else at.replace(tzinfo=home.settings.gateway.zone)
