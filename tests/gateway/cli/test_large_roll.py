"""A roll of a whole district: 100,000 phones, and a bar that shows how far the command is."""

import os
import pty
import re
import subprocess
from pathlib import Path

from gateway.home import Home
from tests.elections import SMALL
from tests.served import DAUYS, dauys

PHONES = 100_000


def test_a_hundred_thousand_phones_are_loaded_before_the_eyes_of_the_clerk(sqlite_home: Home, tmp_path: Path) -> None:
    dauys(sqlite_home.path, "load", "election", SMALL, "--aul", 7)
    roll = tmp_path / "roll.csv"
    roll.write_text("phone\n" + "".join(f"+7700{number:07}\n" for number in range(PHONES)), encoding="utf-16")

    said, shown = on_a_terminal(sqlite_home.path, "load", "roll", roll, "--cycle", 1)

    assert said == "100000 phones added, 0 were on the roll already, 0 rows repeated one\n"
    steps = [int(step) for step in re.findall(r"phones .*?(\d+)%", shown)]
    assert steps == sorted(steps)
    assert len(set(steps)) > 3
    with sqlite_home.store.reading() as tx:
        assert tx.rows("SELECT count(*) FROM roll") == [(PHONES,)]


def on_a_terminal(home: Path, *arguments: object) -> tuple[str, str]:
    """What the command prints, and what a terminal shows meanwhile."""
    terminal, end = pty.openpty()
    command = [DAUYS, "--home", home, *arguments]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=end, env=environment) as process:
        os.close(end)
        shown = b""
        while piece := _more(terminal):
            shown += piece
        os.close(terminal)
        assert process.stdout is not None
        said = process.stdout.read().decode()
    assert process.returncode == 0, shown
    return said, re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())


def _more(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end was closed: the command has ended
        return b""
