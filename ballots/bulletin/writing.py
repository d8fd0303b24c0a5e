"""A bulletin as files; reading.py reads them back. The same bulletin always gives the same bytes."""

from collections.abc import Callable
from dataclasses import asdict

from ballots import canonical, ledger, pabulib, tallying
from ballots.bulletin import files, page, readme
from ballots.bulletin.publishing import day_plain
from ballots.bulletin.values import Bulletin, Publish, about_plain
from ballots.elections import election_of


def write(bulletin: Bulletin, sign: Callable[[bytes], str]) -> dict[str, bytes]:
    """Name -> bytes; `sign` gives the Ed25519 signature of bytes as 128 lower-case hex digits."""
    contents = {**facts(bulletin), **ballot_files(bulletin), files.PAGE: page.render(bulletin)}
    contents |= {name: readme.render(bulletin, language) for language, name in files.README.items()}
    if bulletin.about.publish is Publish.BALLOTS:
        contents[files.ELECTION] = election(bulletin)
    return files.seal(contents, sign)


def facts(bulletin: Bulletin) -> dict[str, bytes]:
    """The files that are values: JSON, the audit log, its signatures, the key."""
    head = {"seq": len(bulletin.chain), "hash": ledger.head(bulletin.chain)}
    return {
        files.ABOUT: canonical.write(about_plain(bulletin.about, head)),
        files.MANIFEST: canonical.write(bulletin.manifest),
        files.BATCHES: canonical.write([asdict(batch) for batch in bulletin.batches]),
        files.TALLY: canonical.write(dict(bulletin.tally)),
        files.DAYS: canonical.write([day_plain(day) for day in bulletin.days]),
        files.AUDIT: ledger.write(bulletin.chain),
        files.AUDIT_SIGNATURES: files.lines(list(bulletin.signatures)),
        files.KEY: files.lines([bulletin.key]),
    }


def ballot_files(bulletin: Bulletin) -> dict[str, bytes]:
    """The lists: receipts and ballots, one file per batch, and the heap."""
    lists = {files.receipts_file(no): list(receipts) for no, receipts in bulletin.receipts.items()}
    for no, ballots in bulletin.ballots.items():
        lists[files.ballots_file(no)] = [f"{ballot} {','.join(map(str, choices))}" for ballot, choices in ballots]
    if bulletin.heap:
        lists[files.HEAP] = [",".join(map(str, choices)) for choices in bulletin.heap]
    return {name: files.lines(rows) for name, rows in lists.items()}


def election(bulletin: Bulletin) -> bytes:
    """election.pb, in Pabulib's format."""
    tally = tallying.tally(bulletin.paper, bulletin.cast)
    about = bulletin.about
    return pabulib.write(election_of(bulletin.paper, bulletin.cast, tally, about.language, about.zone))
