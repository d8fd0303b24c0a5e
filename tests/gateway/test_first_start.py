"""An empty folder, one command: a home, and a link that signs in."""

import re
from pathlib import Path

from tests.served import Served, dauys

LINK = re.compile(r"Sign in for the first time, once, in a browser: (http://127\.0\.0\.1:\d+/console/welcome/\w+)")


def test_serving_an_empty_folder_makes_a_home_and_prints_a_link(tmp_path: Path) -> None:
    home = tmp_path / "empty"
    home.mkdir()
    served = Served(home, log=tmp_path / "serve.log")
    with served:
        (link,) = LINK.findall(served.log.read_text(encoding="utf-8"))

    assert link.startswith(served.url)
    assert (home / "config.toml").exists()


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("not ours", encoding="utf-8")

    dauys(tmp_path, "serve", code=1)
    dauys(tmp_path / "missing", "serve", code=1)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
