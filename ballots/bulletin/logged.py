"""Checks of the audit log, and against it: paper, dates, batches and lists are the ones that it tells of."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise

from ballots import canonical, ed25519, ledger
from ballots.bulletin import acts, files, hiding
from ballots.bulletin.findings import Asked, Finding, holds, unknown, wrong
from ballots.bulletin.values import Batch, Bulletin, Publish


def check_chain(bulletin: Bulletin, _: Asked) -> Iterator[Finding]:
    """Every entry follows the one before, and each hash is signed."""
    broken = ledger.verify(bulletin.chain)
    if broken is not None:
        yield wrong("chain_broken", file=files.AUDIT, entry=broken + 1)
        return
    places = [link.entry["seq"] for link in bulletin.chain]
    if places != list(range(1, len(places) + 1)) or len(bulletin.signatures) != len(places):
        yield wrong("chain_gap", file=files.AUDIT)
        return
    bad = [place for place in places if not _is_signed(bulletin, place - 1)]
    for place in bad:
        yield wrong("entry_not_signed", file=files.AUDIT_SIGNATURES, entry=place)
    if not bad:
        head = ledger.head(bulletin.chain)
        yield holds("chain_holds", entries=len(places), head=ledger.short_head(head))


def _is_signed(bulletin: Bulletin, place: int) -> bool:
    try:
        signature = bytes.fromhex(bulletin.signatures[place])
    except ValueError:
        return False
    return ed25519.verify(bytes.fromhex(bulletin.key), bulletin.chain[place].hash.encode(), signature)


def check_heads(bulletin: Bulletin, asked: Asked) -> Iterator[Finding]:
    """Is what observers hold a head of this chain?"""
    for head in asked.heads:
        found = [place for place, link in enumerate(bulletin.chain, 1) if ledger.is_head(head, link.hash)]
        if found:
            at = str(bulletin.chain[found[0] - 1].entry["at"])[:16].replace("T", " ")
            yield holds("head_given", head=head, entry=found[0], at=at)
        else:
            yield wrong("other_head", head=head)
    if not asked.heads and not asked.digest:
        yield unknown("head_alone")


def check_paper(bulletin: Bulletin, _: Asked) -> Iterator[Finding]:
    """The paper is the one that was frozen, and what changed since is an act."""
    about, logged = bulletin.about, _acts(bulletin)
    opened = [act for act in logged if act.name == acts.OPEN and act.facts.get("poll") == about.poll]
    if [act.facts["manifest"] for act in opened] != [canonical.sha256_hex(bulletin.manifest)]:
        yield wrong("other_paper", file=files.MANIFEST)
    elif (bulletin.paper.poll, bulletin.paper.cycle) != (about.poll, about.cycle):
        yield wrong("other_paper", file=files.ABOUT)
    else:
        yield holds("paper_holds", proposals=len(bulletin.paper.proposals), entry=opened[0].seq)
    if acts.withdrawn(logged) != about.withdrawn:
        yield wrong("other_withdrawals", file=files.ABOUT)
    if not any(act.name == acts.CLOSE for act in logged):
        yield wrong("not_closed", file=files.AUDIT)
    yield from _dates(bulletin, logged)


def _dates(bulletin: Bulletin, logged: list[acts.Act]) -> Iterator[Finding]:
    about, frozen = bulletin.about, bulletin.frozen
    moved = acts.closing(logged, frozen.closes_at)
    if about.opens_at != frozen.opens_at or about.closes_at != moved:
        yield wrong("other_dates", file=files.ABOUT)
    elif moved != frozen.closes_at:
        yield holds("moved_end", planned=f"{frozen.closes_at:%Y-%m-%d %H:%M}", ended=f"{moved:%Y-%m-%d %H:%M}")


def check_batches(bulletin: Bulletin, _: Asked) -> Iterator[Finding]:
    """Every batch of the log is here, with the size and the hashes that the log holds; and no other."""
    logged = acts.batches(_acts(bulletin))
    shown = {batch.no: batch for batch in bulletin.batches}
    found = [wrong("batch_missing", file=files.BATCHES, batch=no) for no in sorted(logged.keys() - shown.keys())]
    found += [wrong("batch_invented", file=files.BATCHES, batch=no) for no in sorted(shown.keys() - logged.keys())]
    for no in sorted(shown.keys() & logged.keys()):
        facts = logged[no]
        if any(getattr(shown[no], name) != value for name, value in facts.items() if hasattr(shown[no], name)):
            found.append(wrong("other_batch", file=files.BATCHES, batch=no, entry=facts["seq"]))
    yield from found or [
        holds("batches_hold", batches=len(shown), ballots=sum(batch.size for batch in bulletin.batches))
    ]
    yield from _uncounted(bulletin)


def _uncounted(bulletin: Bulletin) -> Iterator[Finding]:
    unreadable = sum(batch.unreadable for batch in bulletin.batches)
    if unreadable:
        yield unknown("unreadable", votes=unreadable)
    held = [act.facts["held"] for act in _acts(bulletin) if act.name == acts.MIX and act.facts.get("slot") == "final"]
    if sum(held):
        yield unknown("unconfirmed", votes=sum(held))


def check_receipts(bulletin: Bulletin, _: Asked) -> Iterator[Finding]:
    """As many receipts as ballots in each batch, none twice, and their hash is the logged one."""
    logged = acts.batches(_acts(bulletin))
    found = []
    for batch in bulletin.batches:
        name, paper = files.receipts_file(batch.no), bool(logged.get(batch.no, {}).get("paper"))
        receipts = bulletin.receipts.get(batch.no, ())
        if _hash(list(receipts)) != batch.receipts_hash:
            found.append(wrong("other_hash", file=name, batch=batch.no))
        if len(receipts) != (0 if paper else batch.size):
            found.append(wrong("other_number", file=name, lines=len(receipts), ballots=batch.size))
    every = [receipt for receipts in bulletin.receipts.values() for receipt in receipts]
    if len(set(every)) != len(every) or any(list(rows) != sorted(rows) for rows in bulletin.receipts.values()):
        found.append(wrong("receipt_twice"))
    found += [wrong("list_invented", file=files.receipts_file(no)) for no in _invented(bulletin, bulletin.receipts)]
    yield from found or [holds("receipts_hold", receipts=len(every))]
    on_paper = sum(batch.size for batch in bulletin.batches if logged.get(batch.no, {}).get("paper"))
    if on_paper:
        yield unknown("paper_ballots", ballots=on_paper)


def check_ballots(bulletin: Bulletin, _: Asked) -> Iterator[Finding]:
    """The ballots of each batch have the logged hash and number, and lie in the order of their random ids."""
    found = list(_needless(bulletin))
    for batch in bulletin.batches:
        if batch.no in bulletin.ballots and batch.no not in bulletin.about.together:
            found += list(_list(batch, bulletin.ballots[batch.no]))
        elif bulletin.about.publish is Publish.BALLOTS and batch.no not in bulletin.about.together:
            found.append(wrong("missing_file", file=files.ballots_file(batch.no)))
    heaped = sum(batch.size for batch in bulletin.batches if batch.no in bulletin.about.together)
    if bulletin.heap and len(bulletin.heap) != heaped:
        found.append(wrong("other_number", file=files.HEAP, lines=len(bulletin.heap), ballots=heaped))
    found += [wrong("list_invented", file=files.ballots_file(no)) for no in _invented(bulletin, bulletin.ballots)]
    number = sum(len(rows) for rows in bulletin.ballots.values())
    yield from found or ([holds("ballots_hold", ballots=number)] if number else [])
    if bulletin.heap:
        yield unknown("heap", ballots=len(bulletin.heap), batches=", ".join(map(str, bulletin.about.together)))


def _needless(bulletin: Bulletin) -> Iterator[Finding]:
    """More is hidden than hiding.py hides: so could somebody escape the hashes."""
    least, ballots = bulletin.manifest["mix_min"], sum(batch.size for batch in bulletin.batches)
    if bulletin.about.together not in {(), hiding.heap_of(bulletin.batches, least)}:
        yield wrong("needless_heap", file=files.ABOUT)
    if bulletin.about.publish is Publish.TURNOUT and ballots >= least:
        yield wrong("needless_turnout", file=files.ABOUT, ballots=ballots, least=least)


def _list(batch: Batch, rows: tuple[tuple[str, tuple[int, ...]], ...]) -> Iterator[Finding]:
    name = files.ballots_file(batch.no)
    if _hash([f"{ballot} {','.join(map(str, choices))}" for ballot, choices in rows]) != batch.ballots_hash:
        yield wrong("other_hash", file=name, batch=batch.no)
    if len(rows) != batch.size:
        yield wrong("other_number", file=name, lines=len(rows), ballots=batch.size)
    if any(before[0] >= after[0] for before, after in pairwise(rows)):
        yield wrong("not_sorted", file=name)


def _invented(bulletin: Bulletin, lists: object) -> list[int]:
    assert isinstance(lists, dict)
    return sorted(lists.keys() - {batch.no for batch in bulletin.batches})


def _hash(rows: list[str]) -> str:
    return sha256(files.lines(rows)).hexdigest()


def _acts(bulletin: Bulletin) -> list[acts.Act]:
    return acts.of_poll(bulletin.chain, bulletin.about.poll, bulletin.about.cycle)
