"""Looks at a home through the doctor's eyes, and what brings it out of order."""

from datetime import UTC, datetime
from pathlib import Path

from gateway.doctor import examine
from gateway.doctor.patient import Finding, Level, Patient
from gateway.home import Home

NOW = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)
OK, WARN, BAD = Level.OK, Level.WARN, Level.BAD


def found(path: Path, now: datetime = NOW) -> list[tuple[str, Finding]]:
    return list(examine(Patient.of(path, now)))


def of(path: Path, check: str, now: datetime = NOW) -> list[tuple[Level, str]]:
    """What one check says."""
    return [(finding.level, finding.says) for name, finding in found(path, now) if name == check]


def configure(home: Home, **changes: str) -> None:
    """Lines of config.toml, replaced: `host = "…"` by host='…'. The first of that name, after a section if one is given."""
    config = home.path / "config.toml"
    text = config.read_text(encoding="utf-8")
    for name, value in changes.items():
        section, _, key = name.rpartition("__")
        start = text.index(f"[{section.replace('__', '.')}]") if section else 0
        at = text.index(f"\n{key} = ", start) + 1
        text = f"{text[:at]}{key} = {value}{text[text.index(chr(10), at) :]}"
    config.write_text(text, encoding="utf-8")


def sql(home: Home, statement: str, *params: object) -> None:
    with home.store.transaction() as tx:
        tx.run(statement, *params)
