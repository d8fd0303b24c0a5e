"""`make bench`: the figures of README. ARGS: parts (a word of PARTS each), --quick, --json FILE, --folder DIR.

DIR should lie on the disk that the gateway would use: a commit is as fast as its fsync.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench import bulletin, growth, outage, pages, recovery, routes, startup, steady, wrk
from tests.bench.figures import FULL, QUICK, Figure, Sizes, lines, machine

PARTS: Mapping[str, Callable[[Path, Sizes], list[Figure]]] = {
    "routes": routes.measure,
    "growth": growth.measure,
    "steady": steady.measure,
    "startup": startup.measure,
    "outage": outage.measure,
    "recovery": recovery.measure,
    "pages": pages.measure,
    "bulletin": bulletin.measure,
}


def main() -> int:
    options = _parser().parse_args()
    if not wrk.there():
        print(wrk.MISSING, file=sys.stderr)
        return 2
    sizes = QUICK if options.quick else FULL
    on = machine(options.folder)
    print(on, flush=True)
    figures: list[Figure] = []
    for part in options.parts or PARTS:
        with tempfile.TemporaryDirectory(prefix="dauys-bench-", dir=options.folder) as folder:
            found = PARTS[part](Path(folder), sizes)
        print("\n".join(["", part, *lines(found)]), flush=True)
        figures += found
    if options.json:
        told = {"machine": on, "quick": options.quick, "figures": [figure.plain() for figure in figures]}
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if all(figure.met is not False for figure in figures) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; none: all")
    parser.add_argument("--quick", action="store_true", help="small sizes, one run: a look, not a figure")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()), help="where the homes lie meanwhile"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
