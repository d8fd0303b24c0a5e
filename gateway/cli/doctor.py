"""`dauys doctor`: what is wrong with this gateway, and how to mend it."""

import sys
from collections import Counter
from typing import Any

import typer

from gateway.cli.common import JsonFlag, home_path, now, print_json
from gateway.doctor import examine
from gateway.doctor.patient import Finding, Level, Patient

COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.BAD: "red"}


def add_to(app: typer.Typer) -> None:
    """Hang this command up."""
    app.command()(doctor)


def doctor(context: typer.Context, *, json: JsonFlag = False) -> None:
    """Look at everything, say what is wrong and how to mend it. Exit code 1 if something is bad."""
    found = list(examine(Patient.of(home_path(context).resolve(), now())))
    if json:
        print_json(_document(found))
    else:
        for name, finding in found:
            _tell(name, finding)
    if any(finding.level is Level.BAD for _, finding in found):
        raise typer.Exit(1)


def _tell(name: str, finding: Finding) -> None:
    level = f"{finding.level:4}"
    shown = typer.style(level, fg=COLOURS[finding.level]) if sys.stdout.isatty() else level
    first, *more = finding.says.splitlines()
    print(f"{shown}  {name:10}  {first}")
    for line in (*more, *([f"-> {finding.mend}"] if finding.mend and finding.level is not Level.OK else [])):
        print(f"{'':18}{line}")


def _document(found: list[tuple[str, Finding]]) -> dict[str, Any]:
    counted = Counter(str(finding.level) for _, finding in found)
    return {
        **{str(level): counted[level] for level in Level},
        "findings": [
            {"check": name, "level": finding.level, "says": finding.says, "mend": finding.mend}
            for name, finding in found
        ],
    }
