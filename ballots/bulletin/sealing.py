"""The first checks, on bytes alone: is every file the one that was listed, and is the list the one that was signed?"""

from collections.abc import Iterator
from hashlib import sha256

from ballots import ed25519
from ballots.bulletin import files
from ballots.bulletin.files import Files
from ballots.bulletin.findings import Asked, Finding, holds, unknown, wrong
from ballots.errors import BadBulletin


def check(found: Files, asked: Asked) -> Iterator[Finding]:
    """Hashes, signature, key. A file that is not listed is no part of the bulletin."""
    try:
        sums = files.sums_in(found)
    except BadBulletin as error:
        yield wrong("bad_file", file=error.file, reason=error.reason)
        return
    changed = list(_against(sums, found))
    yield from changed or [holds("files_hold", files=len(sums))]
    for name in sorted(found.keys() - sums.keys() - {files.SUMS, files.SIGNATURE}):
        yield unknown("stray_file", file=name)
    yield from _signed(found, asked)


def _against(sums: dict[str, str], found: Files) -> Iterator[Finding]:
    for name, expected in sums.items():
        if name not in found:
            yield wrong("missing_file", file=name)
        elif sha256(found[name]).hexdigest() != expected:
            yield wrong("changed_file", file=name)


def _signed(found: Files, asked: Asked) -> Iterator[Finding]:
    try:
        key, signature = files.key_in(found), files.signature_in(found)
    except BadBulletin as error:
        yield wrong("bad_file", file=error.file, reason=error.reason)
        return
    fingerprint = files.fingerprint(key)
    if ed25519.verify(key, found[files.SUMS], signature):
        yield holds("signed", key=fingerprint)
    else:
        yield wrong("not_signed", file=files.SUMS, signature=files.SIGNATURE, key=fingerprint)
    yield from _key(key, fingerprint, asked)


def _key(key: bytes, fingerprint: str, asked: Asked) -> Iterator[Finding]:
    wanted = "".join(asked.key.split()).replace(":", "").lower()
    if not wanted:
        yield unknown("key_alone", key=fingerprint)
    elif wanted in {fingerprint, key.hex()}:
        yield holds("key_given", key=fingerprint)
    else:
        yield wrong("other_key", key=fingerprint, asked=asked.key)
