"""A home folder: everything of one gateway (config.toml, keys/, dauys.db, exports/, backups/)."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from gateway.errors import Mistake
from gateway.keys import KeyMissing, Keyring, Randomness, sync_folder
from gateway.presence import InUse, Presence
from gateway.settings import BadSettings, Settings, load, render
from gateway.store import migrate, rounds, states
from gateway.store.engine import BUSY_TIMEOUT_CLI, SettingsRefused, Store

FOLDERS = ("exports", "backups")
DATABASE = "dauys.db"
UNFINISHED = "config.toml.unfinished"  # of a home that is being made
SECRET, PASSWORD = 32, 16  # bytes
HOOKED = ("africastalking", "kannel", "console")  # providers whose hooks have a secret
AT_FIRST = ("africastalking", "console")  # providers that `dauys init --defaults` enables


class BadHome(Mistake):
    """This folder cannot be used as a home; the message says why and what to do."""


@dataclass(frozen=True)
class Home:
    """One gateway's folder, opened."""

    path: Path
    settings: Settings
    keys: Keyring
    store: Store
    presence: Presence
    randomness: Randomness = os.urandom

    @property
    def exports(self) -> Path:
        """Where bulletins for the public are written."""
        return self.path / "exports"

    @property
    def backups(self) -> Path:
        """Where verified copies of the database lie."""
        return self.path / "backups"

    def close(self) -> None:
        """Give back the database's connections; a restore may come now."""
        self.store.close()
        self.presence.end()


def create_home(
    path: Path,
    randomness: Randomness,
    at: datetime,
    *,
    defaults: bool = False,
    values: Mapping[str, object] | None = None,
) -> Home:
    """Make a home: settings with fresh secrets, keys, a migrated database with its first round.

    `defaults` enables Africa's Talking (sandbox, without a key for calling out) and the console provider; `values` sets
    other settings, keyed 'section.name'. Raises BadHome, BadSettings. What was begun may be begun again: config.toml
    comes last, when all else is on the disk.
    """
    path = path.resolve()
    config = path / "config.toml"
    if config.exists():
        raise BadHome(f"{path} is a Dauys home already; nothing was changed")
    with _said(path):
        path.mkdir(parents=True, exist_ok=True)
        for name in FOLDERS:
            (path / name).mkdir(mode=0o700, exist_ok=True)
        Keyring.create(path / "keys", randomness)
        unfinished = path / UNFINISHED
        unfinished.unlink(missing_ok=True)
        write_config(unfinished, fresh_settings(randomness, values or {}, enabled=defaults))
    try:
        home = _open(path, load(path, UNFINISHED), randomness, BUSY_TIMEOUT_CLI, migrating=True)
        with _said(path), home.store.transaction() as tx:
            if not states.instance(tx):
                states.put(tx, states.INSTANCE, randomness(16).hex())
                states.put(tx, states.CATALOGUE, "0")
            if not rounds.every(tx):
                rounds.begin(tx, home.keys, str(at.astimezone(home.settings.gateway.zone).year), at)
    except BaseException:
        unfinished.unlink()
        raise
    with _said(path):
        unfinished.rename(config)
        sync_folder(path)
        sync_folder(path.parent)
    return home


def open_home(
    path: Path, randomness: Randomness, *, busy_timeout: int = BUSY_TIMEOUT_CLI, migrating: bool = False
) -> Home:
    """The home in `path`. Raises BadHome, BadSettings.

    A database that waits for a migration is refused unless `migrating`: then it is brought up to date, after a copy.
    """
    path = path.resolve()
    settings = load(path)
    if not settings.database.url and not (path / DATABASE).exists():
        raise BadHome(f"{path / DATABASE} is missing: restore a backup with dauys restore")
    return _open(path, settings, randomness, busy_timeout, migrating=migrating)


def _open(path: Path, settings: Settings, randomness: Randomness, busy_timeout: int, *, migrating: bool) -> Home:
    with _said(path):
        keys = Keyring(path / "keys", randomness)
        presence = Presence(path / "keys")
        store = Store(settings.database.url or f"sqlite:///{path / DATABASE}", busy_timeout=busy_timeout)
        try:
            _bring_up_to_date(path, store, migrating=migrating)
        except BaseException:
            store.close()
            presence.end()
            raise
    return Home(path, settings, keys, store, presence, randomness)


def _bring_up_to_date(path: Path, store: Store, *, migrating: bool) -> None:
    if migrating:
        migrate.migrate(store)
    elif migrate.pending(store):
        raise BadHome(f"the database of {path} waits for a migration: make a backup, then run dauys serve")


def fresh_settings(randomness: Randomness, wished: Mapping[str, object], *, enabled: bool) -> str:
    """config.toml with secrets that nobody knows; `wished` replaces defaults, keyed 'section.name'."""
    values: dict[str, object] = {f"providers.{name}.secret": randomness(SECRET).hex() for name in HOOKED}
    values["providers.kannel.password"] = randomness(PASSWORD).hex()
    values["server.metrics_token"] = randomness(SECRET).hex()
    if enabled:
        values |= {f"providers.{name}.enabled": True for name in AT_FIRST}
    return render(values | dict(wished))


def write_config(config: Path, text: str) -> None:
    """A new file for its owner only, on the disk before this returns. Raises FileExistsError."""
    descriptor = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """What the disk, the keys or the database refuse, as a sentence."""
    try:
        yield
    except OSError as error:
        raise BadHome(f"{path}: {error.strerror or error}") from error
    except KeyMissing as error:
        raise BadHome(f"{path}: {error}; restore the keys from their export") from error
    except InUse as error:
        raise BadHome(f"{path} is being restored: wait until that is done") from error
    except (migrate.NewerDatabase, migrate.CannotCopy, SettingsRefused) as error:
        raise BadHome(f"{path}: {error}") from error
    except ArgumentError as error:
        raise BadSettings(f"{path / 'config.toml'}: database.url: {error}") from error
    except SQLAlchemyError as error:
        first = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise BadHome(f"the database of {path} does not answer: {first}") from error
