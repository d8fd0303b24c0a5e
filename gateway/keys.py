"""Key files of one home: created, read, destroyed. They lie outside the database and its backups, mode 0600.

keys/master.key          derives (HKDF) the key of contacts and of the outbox, and the key of phone tags
keys/signing.key         Ed25519: heads of the audit chain, bulletins
keys/round-<id>.key      tags of one round
keys/batch-<poll>-<no>.key  envelopes of one batch; destroyed after its mix
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ballots.model import PollId
from gateway.errors import Mistake

Randomness = Callable[[int], bytes]
"""So many random bytes, fit for keys."""

KEY = 32  # bytes
NONCE = 12  # bytes, NIST SP 800-38D section 8.2.2
TAG = 16  # bytes of a voter's tag
EXPORT_VERSION = b"dauys-keys-1\n"
SETTINGS = "config.toml"  # goes with the keys: it holds the secrets of the hooks


class KeyMissing(Mistake):
    """A key file that is needed is not there."""


class KeyTaken(Mistake):
    """There is another key of that name."""


class Unreadable(Mistake):
    """Sealed bytes that this key does not open: another key, or a changed byte."""


class Box:
    """Sealing under one key: AES-256-GCM with a random nonce in front."""

    def __init__(self, key: bytes, randomness: Randomness) -> None:
        self._cipher = AESGCM(key)
        self._randomness = randomness

    def seal(self, plain: bytes, about: bytes = b"") -> bytes:
        """Nonce and ciphertext; `about` must be the same at opening."""
        nonce = self._randomness(NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes = b"") -> bytes:
        """The plain bytes. Raises Unreadable."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], about)
        except (InvalidTag, ValueError) as error:
            raise Unreadable("sealed under another key, or changed") from error


class Keyring:
    """The keys of one home."""

    def __init__(self, folder: Path, randomness: Randomness) -> None:
        self.folder = folder
        self._randomness = randomness
        self._rounds: dict[int, hmac.HMAC] = {}
        self._batches: dict[tuple[int, int], Box] = {}
        master = self._read("master.key")
        self.contacts = Box(_derive(master, b"contacts and outbox"), randomness)
        self._phones = _keyed(_derive(master, b"phone tags"))
        self._links = _keyed(_derive(master, b"one-time links"))
        self.signing = Ed25519PrivateKey.from_private_bytes(self._read("signing.key"))

    @classmethod
    def create(cls, folder: Path, randomness: Randomness) -> "Keyring":
        """A new home's keys. Existing files are kept."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        for name in ("master.key", "signing.key"):
            _make(folder / name, randomness)
        return cls(folder, randomness)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public signing key, the first 32 hex digits: it stands on the poster."""
        return hashlib.sha256(self.signing.public_key().public_bytes_raw()).hexdigest()[:32]

    def sign(self, message: bytes) -> str:
        """The Ed25519 signature in lower-case hex."""
        return self.signing.sign(message).hex()

    def phone_tag(self, phone: str) -> bytes:
        """The tag under which a phone's language is remembered beyond rounds."""
        return _mac(self._phones, phone)[:TAG]

    def link_secret(self, seed: str) -> str:
        """The secret of a one-time link, 64 hex digits: the database keeps its seed and its hash, never itself."""
        return _mac(self._links, seed).hex()

    def voter_tag(self, round_id: int, identifier: str, kind: str = "phone") -> bytes:
        """The tag of a phone or a slip in one round: HMAC-SHA256(K_round, kind | identifier)[:16]."""
        return _mac(self._round(round_id), f"{kind}|{identifier}")[:TAG]

    def confirm_digits(self, round_id: int, receipt: str) -> int:
        """A number below 2^32 from which the two digits that confirm a held vote are taken."""
        return int.from_bytes(_mac(self._round(round_id), f"confirm|{receipt}")[:4])

    def new_round(self, round_id: int) -> None:
        """Make the key of a round, durable before this returns. An existing one is kept."""
        _make(self._path(f"round-{round_id}.key"), self._randomness)

    def new_batch(self, poll: PollId, no: int) -> None:
        """Make the key of a batch, durable before this returns. An existing one is kept."""
        _make(self._path(f"batch-{poll}-{no}.key"), self._randomness)

    def batch(self, poll: PollId, no: int) -> Box:
        """The box of a batch's envelopes. Raises KeyMissing once it is destroyed."""
        found = self._batches.get((poll, no))
        if found is None:
            found = self._batches[poll, no] = Box(self._read(f"batch-{poll}-{no}.key"), self._randomness)
        return found

    def keep_batches(self, current: Mapping[PollId, int]) -> None:
        """Drop all other batches' keys from memory: another process may have mixed them."""
        for poll, no in list(self._batches):
            if current.get(PollId(poll)) != no:
                self._batches.pop((poll, no), None)

    def destroy_batch(self, poll: PollId, no: int) -> bool:
        """Overwrite and remove a batch's key. Was there one?"""
        destroyed = _destroy(self._path(f"batch-{poll}-{no}.key"))
        self._batches.pop((poll, no), None)
        return destroyed

    def destroy_round(self, round_id: int) -> bool:
        """Overwrite and remove a round's key: its tags become noise. Was there one?"""
        destroyed = _destroy(self._path(f"round-{round_id}.key"))
        self._rounds.pop(round_id, None)
        return destroyed

    def names(self) -> tuple[str, ...]:
        """The files that a restore needs: master, signing, rounds; never batches."""
        return ("master.key", "signing.key", *sorted(path.name for path in self.folder.glob("round-*.key")))

    def check(self, name: str) -> str:
        """A word that tells this key from any other, and nothing else of it. Raises KeyMissing."""
        return key_check(self._read(name))

    def has_batch(self, poll: PollId, no: int) -> bool:
        """Is the key of this batch here?"""
        return self._path(f"batch-{poll}-{no}.key").exists()

    def export(self, passphrase: str, settings: bytes = b"") -> bytes:
        """The keys that a restore needs and the text of config.toml, sealed under a passphrase."""
        contents = {name: self._read(name).hex() for name in self.names()} | {SETTINGS: settings.hex()}
        plain = json.dumps(contents).encode()
        salt = self._randomness(16)
        return EXPORT_VERSION + salt + Box(_stretch(passphrase, salt), self._randomness).seal(plain, EXPORT_VERSION)

    def _round(self, round_id: int) -> hmac.HMAC:
        found = self._rounds.get(round_id)
        if found is None:
            found = self._rounds[round_id] = _keyed(self._read(f"round-{round_id}.key"))
        return found

    def _path(self, name: str) -> Path:
        return self.folder / name

    def _read(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise KeyMissing(f"keys/{name} is missing") from error


@dataclass(frozen=True, slots=True)
class Exported:
    """What lies in an export of keys."""

    keys: Mapping[str, bytes]  # by file name
    settings: bytes  # the text of config.toml; b"" if it was not exported


def open_export(exported: bytes, passphrase: str, randomness: Randomness) -> Exported:
    """The contents of `Keyring.export`. Raises Unreadable."""
    if not exported.startswith(EXPORT_VERSION):
        raise Unreadable("this file is no export of Dauys keys")
    salt, sealed = exported[len(EXPORT_VERSION) :][:16], exported[len(EXPORT_VERSION) + 16 :]
    try:
        plain = Box(_stretch(passphrase, salt), randomness).open(sealed, EXPORT_VERSION)
    except Unreadable as error:
        raise Unreadable("the passphrase does not open this export, or the file was changed") from error
    contents = {name: bytes.fromhex(content) for name, content in json.loads(plain).items()}
    settings = contents.pop(SETTINGS, b"")
    return Exported(contents, settings)


def place_keys(keys: Mapping[str, bytes], folder: Path) -> list[str]:
    """Write the key files that are not there yet; their names. Raises KeyTaken: another key is never overwritten."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = {name: (folder / name).read_bytes() for name in keys if (folder / name).exists()}
    taken = sorted(name for name, key in held.items() if key != keys[name])
    if taken:
        raise KeyTaken(f"{folder} holds other keys under these names: {', '.join(taken)}; nothing was changed")
    placed = sorted(set(keys) - set(held))
    for name in placed:
        _write(folder / name, keys[name])
    return placed


def key_check(key: bytes) -> str:
    """16 hex digits that tell a key from any other: a keyed hash of a constant, from which the key cannot be found."""
    return hmac.digest(key, b"dauys key check", "sha256")[:8].hex()


def _keyed(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod="sha256")


def _mac(keyed: hmac.HMAC, message: str) -> bytes:
    """HMAC-SHA256; the key is taken in once, since each message asks for two tags."""
    fresh = keyed.copy()
    fresh.update(message.encode())
    return fresh.digest()


def _derive(master: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY, None, b"dauys " + purpose).derive(master)


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt, KEY, n=2**15, r=8, p=1).derive(passphrase.encode())


def _make(path: Path, randomness: Randomness) -> None:
    if not path.exists():
        with suppress(FileExistsError):  # made by another process a moment ago
            _write(path, randomness(KEY))


def _write(path: Path, key: bytes) -> None:
    """Whole or not at all, durable, never in another key's place. Raises FileExistsError."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        path.hardlink_to(unfinished)
    finally:
        unfinished.unlink()
    sync_folder(path.parent)


def _destroy(path: Path) -> bool:
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(KEY))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(path.parent)
        return True
    return False


def sync_folder(folder: Path) -> None:
    """Make a file's coming, going or renaming in this folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
