"""Each package of the gateway can be the first one that is imported: a command imports only what it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

import gateway

PACKAGES = sorted(path.parent.name for path in Path(gateway.__file__).parent.glob("*/__init__.py"))
MODULES = [f"gateway.{name}" for name in PACKAGES] + ["gateway.cli.doctor", "gateway.serving", "ballots.__main__"]


@pytest.mark.parametrize("module", MODULES)
def test_it_is_imported_first(module: str) -> None:
    done = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
