"""Key files: there, for their owner only, of this database, and exported."""

from collections.abc import Iterator
from pathlib import Path

from gateway.doctor.patient import Finding, Level, Patient
from gateway.doctor.saying import found
from gateway.keys import KEY, key_check
from gateway.store import keychecks, states

IMPORT = "dauys keys import FILE"


def check_keys(patient: Patient) -> Iterator[Finding]:
    """Modes and owner; what the database needs is here, and is its own."""
    folder = patient.path / "keys"
    if not folder.is_dir():
        yield Finding(Level.BAD, "keys/ is missing: no phone is recognised, nothing can be opened", IMPORT)
        return
    files = sorted(folder.glob("*.key"))
    wrong = [*_modes(folder, files), *_sizes(files)]
    yield from wrong
    with patient.reading() as tx:
        fit = keychecks.compare(tx, {file.name: key_check(file.read_bytes()) for file in files})
        open_batches = tx.rows("SELECT poll_id, no FROM batch WHERE state = 'open' ORDER BY poll_id, no")
    if fit.foreign:
        yield Finding(
            Level.BAD, f"keys of another database: {', '.join(fit.foreign)}", f"put the right ones there: {IMPORT}"
        )
    if fit.missing:
        yield Finding(Level.BAD, f"keys are missing: {', '.join(fit.missing)}", IMPORT)
    lost = [name for name in (f"batch-{poll}-{no}.key" for poll, no in open_batches) if not (folder / name).exists()]
    if lost:
        yield Finding(
            Level.BAD,
            f"the votes of today cannot be sealed or opened: {', '.join(lost)} is missing",
            "restore the last backup on this box: a restore begins a new batch",
        )
    if not wrong and fit.whole and not lost:
        yield Finding(Level.OK, f"{len(files)} key files, for their owner only, of this database")


def check_export(patient: Patient) -> Iterator[Finding]:
    """Every key that a restore needs lies somewhere else, too."""
    with patient.reading() as tx:
        at, names = states.get(tx, states.EXPORTED), (states.get(tx, states.EXPORTED_KEYS) or "").split(",")
        missing = [name for name in keychecks.needed(tx) if name not in names]
    if at is None:
        yield found(Level.BAD, "keys_never_exported")
    elif missing:
        yield found(Level.BAD, "keys_not_exported", names=", ".join(missing))
    else:
        yield found(Level.OK, "keys_exported", day=at[:10])


def _modes(folder: Path, files: list[Path]) -> Iterator[Finding]:
    owner = folder.parent.stat().st_uid
    for path, wanted in ((folder, 0o700), *((file, 0o600) for file in files)):
        found = path.stat()
        if found.st_mode & 0o077:
            yield Finding(
                Level.BAD, f"others may read {path.name} ({found.st_mode & 0o777:04o})", f"chmod {wanted:o} {path}"
            )
        if found.st_uid != owner:
            yield Finding(Level.BAD, f"{path.name} belongs to another user than the home", f"chown it to user {owner}")


def _sizes(files: list[Path]) -> Iterator[Finding]:
    for file in files:
        if file.stat().st_size != KEY:
            yield Finding(Level.BAD, f"{file.name} is no whole key", f"remove it, then {IMPORT}")
