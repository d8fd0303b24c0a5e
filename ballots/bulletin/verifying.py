"""All checks of a bulletin, in their order. CHECKS names them; what nobody can check stands at the end."""

from collections.abc import Callable, Iterator

from ballots.bulletin import counting, digest, files, logged, page, reading, sealing
from ballots.bulletin.files import Files
from ballots.bulletin.findings import Asked, Finding, State, unknown, wrong
from ballots.bulletin.values import Bulletin
from ballots.errors import BadBulletin, Unreadable

Check = Callable[[Bulletin, Asked], Iterator[Finding]]

CHECKS: dict[str, Check] = {
    "chain": logged.check_chain,
    "heads": logged.check_heads,
    "paper": logged.check_paper,
    "batches": logged.check_batches,
    "receipts": logged.check_receipts,
    "ballots": logged.check_ballots,
    "choices": counting.check_choices,
    "tally": counting.check_tally,
    "days": counting.check_days,
}
"""Name -> what it finds in a bulletin whose files are the signed ones."""

BEYOND = ("beyond_roll", "beyond_sealed", "beyond_receipts", "beyond_phones")
"""What no bulletin can show, whatever stands in it."""


def verify(found: Files, asked: Asked | None = None) -> tuple[Finding, ...]:
    """Everything that was found. If a file is not the listed one, nothing in it is worth a further look."""
    asked = asked or Asked()
    findings = list(sealing.check(found, asked))
    if not any(finding.state is State.WRONG and "file" in finding.facts for finding in findings):
        findings += _inside(found, asked)
    return (*findings, *map(unknown, BEYOND))


def is_sound(findings: tuple[Finding, ...]) -> bool:
    """Is nothing wrong?"""
    return not any(finding.state is State.WRONG for finding in findings)


def _inside(found: Files, asked: Asked) -> Iterator[Finding]:
    try:
        bulletin = reading.read(found)
        _ = bulletin.paper
    except BadBulletin as error:
        yield wrong("bad_file", file=error.file, reason=error.reason)
        return
    except Unreadable as error:
        yield wrong("bad_file", file=files.MANIFEST, reason=str(error))
        return
    for name, check in CHECKS.items():
        yield from _guarded(name, lambda check=check: check(bulletin, asked))  # type: ignore[misc]
    yield from _guarded("election", lambda: counting.check_election(bulletin, found))
    yield from _guarded("page", lambda: page.check(bulletin, found))
    if asked.digest:
        yield from _guarded("digest", lambda: digest.check(bulletin, asked.digest))


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Values that nobody honest has written end a check, and are said."""
    try:
        yield from list(check())
    except counting.MALFORMED as error:
        yield wrong("malformed", check=name, reason=repr(error)[:200])
