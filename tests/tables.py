"""Tables of docs/operations.md, made from the code. `python -m tests.tables` writes them anew."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from typer import Context
from typer.main import get_command

from gateway.cli import app
from gateway.pages.metrics import COMMITS, COMMITS_SAY, METRICS
from gateway.schedule import JOBS
from gateway.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
OPERATIONS = ROOT / "docs" / "operations.md"


def settings(model: type[BaseModel] = Settings, path: str = "") -> Iterator[tuple[str, ...]]:
    """Key, default, what it says."""
    sections = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            sections.append((field.annotation, f"{path}{name}."))
        else:
            yield f"`{path}{name}`", _shown(field.default), field.description or ""
    for section, below in sections:
        yield from settings(section, below)


def commands() -> Iterator[tuple[str, ...]]:
    """Usage, options, what it does."""
    for usage, command in sorted(commands_of(get_command(app))):
        arguments = [part.metavar or part.name.upper() for part in command.params if part.param_type_name == "argument"]
        options = [part.opts[0] for part in command.params if part.param_type_name == "option" and part.name != "help"]
        shown = " ".join(f"`{option}`" for option in options)
        yield f"`{' '.join(['dauys', usage, *arguments])}`", shown, (command.help or "").splitlines()[0]


def jobs() -> Iterator[tuple[str, ...]]:
    """Name, how often, what it does."""
    for name, job in JOBS.items():
        yield f"`{name}`", f"every {int(job.every.total_seconds())} s", job.does


def metrics() -> Iterator[tuple[str, ...]]:
    """Name, labels, what it tells."""
    for name, figure in METRICS.items():
        yield f"`{name}`", " ".join(f"`{label}`" for label in figure.labels), figure.says
    yield f"`{COMMITS}`", "", COMMITS_SAY


TABLES: dict[str, tuple[tuple[str, ...], Callable[[], Iterator[tuple[str, ...]]]]] = {
    "settings": (("setting", "default", "what it is"), settings),
    "commands": (("command", "options", "what it does"), commands),
    "metrics": (("metric", "labels", "what it tells"), metrics),
    "jobs": (("job", "looks", "what it does"), jobs),
}


def commands_of(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command with its whole name: `load roll`."""
    context = Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if hasattr(below, "list_commands"):
            yield from commands_of(below, (*path, name))
        else:
            yield " ".join((*path, name)), below


def filled_in(text: str) -> str:
    """The document with every table as the code has it."""
    for name, (head, rows) in TABLES.items():
        lines = [head, tuple("---" for _ in head), *rows()]
        table = "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
        pattern = rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)"
        text, found = re.subn(
            pattern, lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text, flags=re.DOTALL
        )
        assert found == 1, f"docs/operations.md has no place for the {name}"
    return text


def _shown(default: Any) -> str:
    match default:
        case None | "":
            return "empty"
        case bool():
            return f"`{str(default).lower()}`"
        case tuple():
            return f"`{', '.join(default)}`" if default else "empty"
    return f"`{default}`"


if __name__ == "__main__":
    OPERATIONS.write_text(filled_in(OPERATIONS.read_text(encoding="utf-8")), encoding="utf-8")
