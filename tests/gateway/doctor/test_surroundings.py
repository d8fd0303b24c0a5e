"""Disk, time zone, files of the pages: what a home stands in."""

import os
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from gateway.doctor import surroundings
from gateway.doctor.patient import Level
from gateway.home import Home
from tests.gateway.doctor.looking import BAD, OK, WARN, found, of
from tests.served import DAUYS


@pytest.mark.parametrize(
    ("limit", "level", "mend"),
    [("SCARCE", BAD, "a full disk takes no votes"), ("LOW", WARN, "copies in backups/ and logs grow")],
)
def test_a_disk_that_fills_up_is_said(
    home: Home, monkeypatch: pytest.MonkeyPatch, limit: str, level: Level, mend: str
) -> None:
    monkeypatch.setattr(surroundings, limit, 2**62)  # no disk has so much
    told = next(finding for name, finding in found(home.path) if name == "disk")

    assert (told.level, "MiB are free" in told.says, mend in told.mend) == (level, True, True)


def test_a_zone_from_before_2024_is_said(sqlite_home: Home, tmp_path: Path) -> None:
    old = tmp_path / "zones" / "Asia"
    old.mkdir(parents=True)
    (old / "Almaty").write_bytes(files("tzdata.zoneinfo.Asia").joinpath("Bishkek").read_bytes())  # six hours
    command = [DAUYS, "--home", sqlite_home.path, "doctor"]

    said = subprocess.run(
        command, env=os.environ | {"PYTHONTZPATH": str(old.parent)}, capture_output=True, text=True, check=False
    )

    assert said.returncode == 1
    assert "Asia/Almaty is UTC+5 since 2024-03-01; here it is 6:00:00: tallies come at the wrong hour" in said.stdout


def test_files_of_the_pages_that_are_missing_or_changed_are_named(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("pages/static", "printing/fonts"):
        shutil.copytree(surroundings.GATEWAY / folder, tmp_path / "gateway" / folder)
    monkeypatch.setattr(surroundings, "GATEWAY", tmp_path / "gateway")
    whole = of(home.path, "assets")
    fonts, static = tmp_path / "gateway" / "printing" / "fonts", tmp_path / "gateway" / "pages" / "static"
    (fonts / "SHA256SUMS").unlink()
    (static / "console" / "console.css").unlink()
    (static / "vendor" / "htmx" / "htmx.min.js").unlink()
    with (static / "swagger" / "swagger-ui.css").open("ab") as changed:
        changed.write(b"\n")

    assert [level for level, _ in whole] == [OK]
    ((level, said),) = of(home.path, "assets")
    assert level is BAD
    assert said.partition(": ")[2].split(", ") == [
        "pages/static/console/console.css",
        "pages/static/swagger/swagger-ui.css",
        "pages/static/vendor/htmx/htmx.min.js",
        "printing/fonts/SHA256SUMS",
    ]


def test_no_file_of_the_pages_is_left_out() -> None:
    static, kept = surroundings.GATEWAY / "pages" / "static", surroundings.GATEWAY / "printing" / "fonts"
    all_files = {path for folder in (static, kept) for path in folder.rglob("*") if path.is_file()}
    listed = {surroundings.GATEWAY / folder for folder in surroundings.LISTED}

    assert {path for path in all_files if path.parent not in listed and path.name != "README.md"} == {
        surroundings.GATEWAY / name for name in surroundings.OURS
    }
