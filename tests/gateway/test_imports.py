"""Who imports what: any package of the gateway may come first; ballots and handlers need nothing that is installed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import ballots
import gateway
import handlers

PACKAGES = sorted(path.parent.name for path in Path(gateway.__file__).parent.glob("*/__init__.py"))
MODULES = [f"gateway.{name}" for name in PACKAGES] + ["gateway.cli.doctor", "gateway.serving", "ballots.__main__"]


@pytest.mark.parametrize("module", MODULES)
def test_it_is_imported_first(module: str) -> None:
    done = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", [ballots, handlers])
def test_it_stands_on_the_standard_library_alone(package: ModuleType) -> None:
    folder = Path(str(package.__file__)).parent
    found = {name for path in folder.rglob("*.py") for name in _imported(ast.parse(path.read_text()))}

    assert found <= sys.stdlib_module_names | {"ballots", *([] if package is ballots else ["handlers"])}
    assert {"ballots", "dataclasses"} <= found


def _imported(module: ast.AST) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
