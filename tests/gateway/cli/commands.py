"""Runs commands in this process, as the command line would."""

import io
import json
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one document."""
        assert self.out.count("\n") == 1
        return json.loads(self.out)


Dauys = Callable[..., Ran]


def ran(*arguments: object) -> Ran:
    """`dauys …`."""
    out, err = io.StringIO(), io.StringIO()  # never closed: loggers keep them
    with redirect_stdout(out), redirect_stderr(err):
        code = main(list(map(str, arguments)))
    return Ran(code, out.getvalue(), err.getvalue())


@pytest.fixture
def dauys(tmp_path: Path, sqlite_template: Path) -> Dauys:
    """`dauys --home DIR …` on a copy of a fresh home; it must end with `code`."""
    folder = tmp_path / "home"
    shutil.copytree(sqlite_template, folder)

    def run(*arguments: object, code: int = 0) -> Ran:
        found = ran("--home", folder, *arguments)
        assert found.code == code, found
        return found

    return run
