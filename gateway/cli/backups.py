"""`dauys backup`, `dauys restore`: a verified copy of the database, and the way back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from gateway import backup as copies
from gateway.cli.common import FileArgument, at_home, home_path, now, randomness, tell
from gateway.cli.keys import read_export
from gateway.epoch import Epoch
from gateway.restoring import Restored, begin_anew
from gateway.restoring import restore as put_back
from gateway.settings import load


def add_to(app: typer.Typer) -> None:
    """Hang these commands up."""
    app.command()(backup)
    app.command()(restore)
    app.command()(epoch)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Its name; an older backup of that name is replaced.")],
) -> None:
    """Copy the database, check the copy, write it through to the disk. Works beside a serving gateway."""
    with at_home(context) as home:
        copies.check_target(home, file)
        copies.make(home, file, now())
    print(f"Backup: {file}, {file.stat().st_size:,} bytes, whole.")
    print("It is of use only with the keys: dauys keys export FILE, kept apart from it.")


def restore(
    context: typer.Context,
    file: FileArgument,
    *,
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys", metavar="EXPORT", exists=True, dir_okay=False, help="An export of the keys that are missing."
        ),
    ] = None,
) -> None:
    """Put a backup in the database's place, as a new epoch. The gateway must be stopped."""
    path = home_path(context).resolve()
    done = put_back(path, file, now(), randomness, read_export(keys) if keys else None)
    zone = load(path).gateway.zone
    for line in _words(done, path):
        print(line)
    if done.epoch.taken_at is not None:
        tell(f"The backup was made at {done.epoch.taken_at.astimezone(zone):%Y-%m-%d %H:%M:%S} ({zone.key}).")


def epoch(context: typer.Context) -> None:
    """Say that the database was restored by PostgreSQL's own tools. The gateway must be stopped."""
    begun = begin_anew(home_path(context).resolve(), now(), randomness)
    print(f"Epoch {begun.number} begins.")
    for line in _consequences(begun):
        print(line)


def _words(done: Restored, path: Path) -> Iterator[str]:
    yield f"Restored: {path / 'dauys.db'}. Epoch {done.epoch.number} begins."
    if done.aside:
        yield f"The former database lies in {done.aside}."
    if done.placed:
        yield f"Keys from the export: {', '.join(done.placed)}."
    if done.settings == "exported":
        yield "config.toml comes from the export: the addresses of the hooks are the old ones."
    if done.settings == "fresh":
        yield "config.toml is new: set it up, and give the providers the new addresses of the hooks (dauys info)."
    yield from _consequences(done.epoch)


def _consequences(epoch: Epoch) -> Iterator[str]:
    yield "Votes, rolls and acts that came after the backup are not in it: a provider that sends them again is welcome."
    if epoch.unreadable:
        yield (
            f"{epoch.unreadable} sealed votes cannot be opened: the key of their batch is never exported. The next mix "
            "sets them aside and counts them as unreadable; until then each of these voters may send the change word "
            "(ӨЗГЕРТУ, ИЗМЕНИТЬ) with a number, and that vote counts."
        )
    if epoch.silenced:
        yield (
            f"{epoch.silenced} messages by SMS or e-mail that waited in the backup may have been sent since: they are "
            "not sent again. Voters can ask for their receipt."
        )
    if epoch.kept:
        yield f"{epoch.kept} webhooks leave once more, under ids that their receivers know."
    if epoch.skipped:
        yield f"{epoch.skipped} daily tallies may have been told since: they are not told again. The next tells all."
    if epoch.in_doubt:
        yield "The backup is more than a day old: once served, dauys clock confirm says that this box's clock is right."
    yield "Next: dauys doctor, then dauys serve. Tell the observers: the audit log says `restore`."
