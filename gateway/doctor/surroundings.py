"""The box around the gateway: settings, disk, clock, files that are served."""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway import ballast, timekeeping
from gateway.doctor.patient import Fact, Finding, Level, Patient
from gateway.doctor.saying import found

SCARCE = 256 * 2**20  # bytes free
LOW = 1024 * 2**20
ALMATY = "Asia/Almaty"
EAST = timedelta(hours=5)  # the whole country since 2024-03-01
GATEWAY = Path(__file__).parents[1]
LISTED = ("pages/static/swagger", "pages/static/vendor/htmx", "pages/static/vendor/pico", "printing/fonts")
"""Folders of what others made, with its sums."""
OURS = tuple(f"pages/static/{name}" for name in ("page.css", "icon.svg", "docs.js", "console/console.css"))


def check_settings(patient: Patient) -> Iterator[Finding]:
    """config.toml can be read, and by its owner only."""
    if patient.unreadable:
        yield Finding(Level.BAD, patient.unreadable, "mend config.toml; what follows is told by the defaults")
        return
    mode = (patient.path / "config.toml").stat().st_mode & 0o777
    if mode & 0o077:
        yield Finding(
            Level.BAD, f"config.toml holds secrets and others may read it ({mode:04o})", "chmod 600 config.toml"
        )
    else:
        yield Finding(Level.OK, "config.toml is in order")


def check_disk(patient: Patient) -> Iterator[Finding]:
    """Is there room for the votes of days?"""
    free = shutil.disk_usage(patient.path).free
    facts: dict[str, Fact] = {"mib": free >> 20, "folder": str(patient.path)}
    if free < SCARCE:
        yield found(Level.BAD, "disk_full", **facts)
    elif free < LOW:
        yield found(Level.WARN, "disk_low", **facts)
    else:
        yield found(Level.OK, "disk_ok", **facts)
    if patient.file is not None and not ballast.lies(patient.path, patient.settings.database.ballast):
        yield found(Level.WARN, "no_ballast", file=ballast.NAME)


def check_clock(patient: Patient) -> Iterator[Finding]:
    """The time zone is today's, and the clock does not stand behind what was seen."""
    name = patient.settings.gateway.time_zone
    try:
        offset = patient.now.astimezone(ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        yield found(Level.BAD, "zone_unknown", zone=name)
        return
    if name == ALMATY and offset != EAST:
        yield found(Level.BAD, "zone_old", zone=ALMATY, offset=str(offset))
    else:
        yield found(Level.OK, "clock_ok", zone=name, local=f"{patient.now.astimezone(ZoneInfo(name)):%Y-%m-%d %H:%M}")
    with patient.reading() as tx:
        told = timekeeping.tell(tx, patient.now)
    if told.doubt is not None:
        yield found(Level.BAD, "clock_in_doubt", why=told.doubt.why)


def check_assets(_patient: Patient) -> Iterator[Finding]:
    """What pages load and print is here, as it was published: there is no other host to take it from."""
    lost = (name for name in OURS if not (GATEWAY / name).is_file())
    wrong = [*lost, *(name for folder in LISTED for name in _strayed(folder))]
    if wrong:
        yield Finding(
            Level.BAD, f"files of the pages are missing or changed: {', '.join(wrong)}", "install Dauys again"
        )
    else:
        yield Finding(Level.OK, "every file that a page loads is here")


def _strayed(folder: str) -> Iterator[str]:
    """What is not as the folder's list says."""
    listed = GATEWAY / folder / "SHA256SUMS"
    if not listed.is_file():
        yield f"{folder}/{listed.name}"
        return
    for digest, name in (line.split() for line in listed.read_text(encoding="utf-8").splitlines()):
        if not _is(listed.with_name(name), digest):
            yield f"{folder}/{name}"


def _is(file: Path, digest: str) -> bool:
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == digest
