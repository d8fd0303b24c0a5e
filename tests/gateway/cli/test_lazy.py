"""The list of commands is right, and nothing heavy is imported before a command needs it."""

import subprocess
import sys

import pytest
from typer import Context
from typer.main import get_command

from gateway.cli import app
from gateway.cli.lazy import COMMANDS
from tests.gateway.cli.commands import ran

HEAVY = (
    "sqlalchemy",
    "alembic",
    "pydantic_settings",
    "fastapi",
    "africastalking",
    "openpyxl",
    "phonenumbers",
    "cryptography",
)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_the_command_says_of_itself(name: str) -> None:
    root = get_command(app)
    command = root.get_command(Context(root), name)  # type: ignore[attr-defined]

    assert COMMANDS[name].help.endswith(".")
    assert (command.help or "").startswith(COMMANDS[name].help)


@pytest.mark.parametrize("arguments", [["--help"], ["version"]], ids=" ".join)
def test_what_needs_no_home_imports_nothing_heavy(arguments: list[str]) -> None:
    script = f"""
import sys
from gateway.cli import main
code = main({arguments!r})
print("imported:", *sorted(set({HEAVY!r}) & set(sys.modules)))
sys.exit(code)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.rstrip().endswith("imported:"), done.stdout


def test_help_lists_every_command_in_order() -> None:
    lines = [line.split() for line in ran("--help").out.partition("Commands:")[2].splitlines()]

    assert [words[0] for words in lines if words and words[0] in COMMANDS] == list(COMMANDS)


def test_an_unknown_command_is_wrong_usage() -> None:
    said = ran("clsoe")

    assert said.code == 2
    assert "No such command 'clsoe'" in said.err
