"""`make pabulib`: every file is read by Pabulib's checker, which lives in the venv that the first argument names."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.pabulib import files

ASK = """
import contextlib, io, json, sys
from pathlib import Path
from pabulib.checker import Checker
for path in sorted(Path(sys.argv[1]).iterdir()):
    with contextlib.redirect_stdout(io.StringIO()):
        told = Checker().process_files([str(path)])
    print(json.dumps({"file": path.name, "results": told[path.stem]["results"]}))
"""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="dauys-pabulib-") as folder:
        for name, content in files.every():
            (Path(folder) / name).write_bytes(content)
        asked = subprocess.run([sys.argv[1], "-c", ASK, folder], capture_output=True, text=True, check=True)
    told = [json.loads(line) for line in asked.stdout.splitlines()]
    bad = [one for one in told if _found(one["results"], "errors")]
    warnings = Counter(kind for one in told for kind in _found(one["results"], "warnings"))
    for one in bad:
        print(f"{one['file']}: {one['results']['errors']}")
    print(f"{len(told) - len(bad)} of {len(told)} files pass Pabulib's checker; warnings: {dict(warnings) or 'none'}")
    return 1 if bad or not told else 0


def _found(results: Any, level: str) -> dict[str, Any]:
    """What is wrong on this level; the checker says all in one sentence if nothing is."""
    return results.get(level, {}) if isinstance(results, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
