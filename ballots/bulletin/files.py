"""The outside of a bulletin: names of its files, the list of their hashes, and its signature.

SHA256SUMS is what `sha256sum --check` reads: "<64 hex>  <name>" per line, sorted by name, for every file but itself and
its signature. SHA256SUMS.sig is the Ed25519 signature of the bytes of SHA256SUMS, 128 hex digits and a newline.
"""

import re
from collections.abc import Callable, Mapping
from hashlib import sha256

from ballots.errors import BadBulletin

SUMS, SIGNATURE, KEY = "SHA256SUMS", "SHA256SUMS.sig", "key.txt"
ABOUT, MANIFEST, BATCHES, TALLY, DAYS = "bulletin.json", "manifest.json", "batches.json", "tally.json", "days.json"
AUDIT, AUDIT_SIGNATURES = "audit.jsonl", "audit.sig"
ELECTION, PAGE = "election.pb", "index.html"
README = {"kk": "README.kk.txt", "ru": "README.ru.txt", "en": "README.en.txt"}
HEAP = "ballots/together.txt"

Files = Mapping[str, bytes]
"""Name below the bulletin's folder, parts joined by `/` -> bytes."""

_LINE = re.compile(r"[0-9a-f]{64}  [^\n]+")
_SIGNATURE = re.compile(rb"[0-9a-f]{128}\n")
_KEY = re.compile(rb"[0-9a-f]{64}\n")


def receipts_file(batch: int) -> str:
    """Where the receipts of a batch stand."""
    return f"receipts/{batch:04d}.txt"


def ballots_file(batch: int) -> str:
    """Where the ballots of a batch stand."""
    return f"ballots/{batch:04d}.txt"


def lines(rows: list[str]) -> bytes:
    """A list as a file: each row with its newline. The hash of a batch is the hash of these bytes."""
    return "".join(f"{row}\n" for row in rows).encode()


def seal(contents: Files, sign: Callable[[bytes], str]) -> dict[str, bytes]:
    """The files with the list of their hashes and its signature; `sign` gives 128 lower-case hex digits."""
    sums = lines([f"{sha256(contents[name]).hexdigest()}  {name}" for name in sorted(contents)])
    return {**contents, SUMS: sums, SIGNATURE: f"{sign(sums)}\n".encode()}


def sums_in(files: Files) -> dict[str, str]:
    """Name -> SHA-256 of every file that SHA256SUMS lists. Raises BadBulletin."""
    rows = _text(files, SUMS).split("\n")
    if rows.pop() or not all(_LINE.fullmatch(row) for row in rows):
        raise BadBulletin(SUMS, "a line is no hash and name")
    named = [row[66:] for row in rows]
    if named != sorted(set(named)) or {SUMS, SIGNATURE} & set(named):
        raise BadBulletin(SUMS, "names are not sorted, or stand twice")
    return {row[66:]: row[:64] for row in rows}


def signature_in(files: Files) -> bytes:
    """64 bytes. Raises BadBulletin."""
    return _hex(files, SIGNATURE, _SIGNATURE)


def key_in(files: Files) -> bytes:
    """32 bytes. Raises BadBulletin."""
    return _hex(files, KEY, _KEY)


def fingerprint(key: bytes) -> str:
    """What stands on the poster: SHA-256 of the public key, the first 32 hex digits."""
    return sha256(key).hexdigest()[:32]


def content(files: Files, name: str) -> bytes:
    """A file's bytes. Raises BadBulletin if it is not there."""
    try:
        return files[name]
    except KeyError as error:
        raise BadBulletin(name, "is missing") from error


def _text(files: Files, name: str) -> str:
    try:
        return content(files, name).decode()
    except UnicodeDecodeError as error:
        raise BadBulletin(name, "is not UTF-8") from error


def _hex(files: Files, name: str, shape: re.Pattern[bytes]) -> bytes:
    found = content(files, name)
    if not shape.fullmatch(found):
        raise BadBulletin(name, "is not lower-case hex digits and one newline")
    return bytes.fromhex(found.decode())
