"""Bulletins that somebody has tampered with, from a careless hand to the owner of the key, and what is said of each.

docs/bulletin.md holds the same table; `python -m tests.ballots.bulletin.test_tampered` prints it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ballots import ledger, tallying
from ballots.bulletin import files, writing
from ballots.bulletin.findings import Asked, State
from ballots.bulletin.phrases import tell
from ballots.bulletin.publishing import counted_by
from ballots.bulletin.values import Batch, Bulletin, Day, Publish
from ballots.bulletin.verifying import is_sound, verify
from ballots.ledger import Link, short_head
from tests.ballots.bulletin.conftest import Closed
from tests.bulletins import of, resealed, sha256

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "bulletin.md"
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
NOBODY, OWNER = "anybody", "the owner of the key"

Files = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """One bulletin that is not in order."""

    what: str
    by: str  # who could do it
    spoil: Callable[[Closed], Files]
    says: str  # in English; what differs from run to run is …
    asked: Callable[[Closed], Asked] = lambda _: Asked()


def by_owner(closed: Closed, spoilt: Bulletin) -> Files:
    """Everything that follows from the values is made anew and signed."""
    return writing.write(spoilt, lambda message: closed.key.sign(message).hex())


def stuffed(closed: Closed) -> Bulletin:
    """A ballot of the first batch is another one, and the tally follows."""
    whole = closed.whole
    (ballot, choices), *others = whole.ballots[1]
    spoilt = replace(whole, ballots={**whole.ballots, 1: ((ballot, (1,) if choices == (3,) else (3,)), *others)})
    return recounted(spoilt)


def recounted(spoilt: Bulletin) -> Bulletin:
    """The tally that its ballots give."""
    tally = tallying.tally(spoilt.paper, spoilt.cast)
    head, kept = ledger.head(spoilt.chain), spoilt.tally
    accepted = kept["pending"] + tally.ballots
    plain = tallying.as_plain(tally, cycle=kept["cycle"], accepted=accepted, pending=kept["pending"], head=head)
    return replace(spoilt, tally=plain)


def with_hash(spoilt: Bulletin, no: int) -> tuple[Batch, ...]:
    """The batches, with the hash that the ballots of this one have now."""
    found = sha256(writing.ballot_files(spoilt)[files.ballots_file(no)])
    return tuple(replace(batch, ballots_hash=found) if batch.no == no else batch for batch in spoilt.batches)


def logged_anew(closed: Closed, spoilt: Bulletin, edit: Callable[[Link], dict[str, object]]) -> Bulletin:
    """The log with edited entries, chained and signed again; the days' heads follow."""
    chain = ledger.chain(edit(link) for link in spoilt.chain)
    heads = {old.hash: new.hash for old, new in zip(spoilt.chain, chain, strict=True)}
    days = tuple(replace(day, tally={**day.tally, "head": heads[day.head]}) for day in spoilt.days)
    signatures = tuple(closed.key.sign(link.hash.encode()).hex() for link in chain)
    return replace(spoilt, chain=chain, signatures=signatures, days=days)


def rewritten(closed: Closed) -> Bulletin:
    """A ballot is another one, and all history agrees with it; only what others hold does not."""
    spoilt = stuffed(closed)
    spoilt = replace(spoilt, batches=with_hash(spoilt, 1))

    def edit(link: Link) -> dict[str, object]:
        entry = dict(link.entry)
        if entry["act"] == "mix" and entry["facts"]["batch"] == 1:
            entry["facts"] = {**entry["facts"], "ballots_hash": spoilt.batches[0].ballots_hash}
        return entry

    anew = recounted(logged_anew(closed, spoilt, edit))
    return replace(anew, days=tuple(retold(anew, day) for day in anew.days))


def retold(spoilt: Bulletin, day: Day) -> Day:
    """A day's tally after its ballots were changed."""
    tally = tallying.tally(spoilt.paper, spoilt.cast_in(batch.no for batch in counted_by(spoilt, day.head)))
    plain = tallying.as_plain(tally, cycle=0, accepted=0, pending=0, head="")
    return replace(day, tally={**day.tally, **{name: plain[name] for name in ("votes", "funded", "ties")}})


def swapped(closed: Closed, name: str, old: bytes, new: bytes) -> Files:
    """One place of one file, listed and signed again by the owner."""
    assert old in closed.files[name]
    return resealed({**closed.files, name: closed.files[name].replace(old, new, 1)}, closed.key)


def changed_ballot(closed: Closed) -> Files:
    """The last ballot of the first batch is another one."""
    name = files.ballots_file(1)
    before, _, choices = closed.files[name].rpartition(b" ")
    return {**closed.files, name: before + (b" 1\n" if choices == b"3\n" else b" 3\n")}


def listed(closed: Closed) -> Files:
    """The same, and SHA256SUMS is made anew by somebody without a key."""
    spoilt = changed_ballot(closed)
    name = files.ballots_file(1)
    old, new = sha256(closed.files[name]).encode(), sha256(spoilt[name]).encode()
    return {**spoilt, files.SUMS: spoilt[files.SUMS].replace(old, new)}


def without_batch(closed: Closed) -> Files:
    """The second batch never was."""
    whole = closed.whole
    return by_owner(
        closed,
        recounted(
            replace(
                whole,
                batches=tuple(batch for batch in whole.batches if batch.no != 2),
                ballots={no: rows for no, rows in whole.ballots.items() if no != 2},
                receipts={no: rows for no, rows in whole.receipts.items() if no != 2},
            )
        ),
    )


def doubled(closed: Closed) -> Files:
    """A ballot stands twice, another one is gone."""
    first, _, *others = closed.whole.ballots[3]
    return by_owner(closed, replace(closed.whole, ballots={**closed.whole.ballots, 3: (first, first, *others)}))


def without_entry(closed: Closed) -> Files:
    """The second entry of the log is gone."""
    chain = (closed.whole.chain[0], *closed.whole.chain[2:])
    signatures = (closed.whole.signatures[0], *closed.whole.signatures[2:])
    return by_owner(closed, replace(closed.whole, chain=chain, signatures=signatures))


def hidden(closed: Closed) -> Files:
    """Only the turnout is told, though there are ballots enough."""
    about = replace(closed.whole.about, publish=Publish.TURNOUT)
    untold = dict.fromkeys(("votes", "funded", "ties", "steps"))
    days = tuple(replace(d, tally={**d.tally, "votes": None, "funded": None, "ties": None}) for d in closed.whole.days)
    spoilt = replace(closed.whole, about=about, ballots={}, tally={**closed.whole.tally, **untold}, days=days)
    return by_owner(closed, spoilt)


def heaped(closed: Closed) -> Files:
    """Ballots are moved to the heap, where no hash is compared, and changed there."""
    whole = closed.whole
    about = replace(whole.about, together=(3,))
    apart = {no: rows for no, rows in whole.ballots.items() if no != 3}
    return by_owner(closed, recounted(replace(whole, about=about, ballots=apart, heap=((3,),) * 10)))


def poster(closed: Closed) -> Asked:
    return Asked(key=closed.home.keys.fingerprint)


def observer(closed: Closed) -> Asked:
    return Asked(heads=(short_head(closed.whole.days[0].head),))


def sms(closed: Closed) -> Asked:
    return Asked(digest=f"A7 FIN N30 P1:15 P2:18 P3:12 H:{short_head(closed.whole.days[-1].head)}")


CASES = (
    Case(
        "a ballot changed",
        NOBODY,
        changed_ballot,
        "ballots/0001.txt was changed: its SHA-256 is not the listed one",
    ),
    Case(
        "a ballot changed, `SHA256SUMS` made anew",
        NOBODY,
        listed,
        "SHA256SUMS and SHA256SUMS.sig do not belong together: one of them was changed, or the key …",
    ),
    Case(
        "the whole bulletin made anew under a key of one's own; the poster's given with `--key`",
        NOBODY,
        lambda closed: resealed(changed_ballot(closed), STRANGER),
        "The key is …, not …: somebody else has signed this bulletin",
        poster,
    ),
    Case(
        "the same, without `--key`: the signatures of the log betray it",
        NOBODY,
        lambda closed: resealed(changed_ballot(closed), STRANGER),
        "audit.sig: the signature of entry 1 is not that of the key",
    ),
    Case(
        "a ballot and the tally changed, all signed again",
        OWNER,
        lambda closed: by_owner(closed, stuffed(closed)),
        "ballots/0001.txt: its hash is not the one that the audit log holds for batch 1",
    ),
    Case(
        "the hash of the batch changed too, but not in the log",
        OWNER,
        lambda closed: by_owner(closed, replace(stuffed(closed), batches=with_hash(stuffed(closed), 1))),
        "batches.json: batch 1 differs from entry … of the audit log",
    ),
    Case(
        "the whole history written anew around another ballot; a head from an observer's SMS given with `--head`",
        OWNER,
        lambda closed: by_owner(closed, rewritten(closed)),
        "The head … is not in the audit log: it was rewritten, or the SMS is from another gateway",
        observer,
    ),
    Case(
        "the same; the observer's whole SMS given with `--digest`",
        OWNER,
        lambda closed: by_owner(closed, rewritten(closed)),
        "The head … is not in the audit log: it was rewritten, or the SMS is from another gateway",
        sms,
    ),
    Case(
        "an entry of the log taken out",
        OWNER,
        without_entry,
        "audit.jsonl: entry 2 does not follow the one before it; it was changed, or one is missing",
    ),
    Case(
        "a batch left out, everything counted without it",
        OWNER,
        without_batch,
        "batches.json: batch 2 of the audit log is missing",
    ),
    Case(
        "a ballot put in twice in place of another",
        OWNER,
        doubled,
        "ballots/0003.txt: its hash is not the one that the audit log holds for batch 3",
    ),
    Case(
        "another project named as funded",
        OWNER,
        lambda closed: swapped(closed, files.TALLY, b'"funded":["2","1"]', b'"funded":["2","3"]'),
        "tally.json: “funded” is not what the ballots and the rule give",
    ),
    Case(
        "another budget on the paper",
        OWNER,
        lambda closed: swapped(closed, files.MANIFEST, b'"budget":10000000', b'"budget":90000000'),
        "manifest.json is not the paper that the audit log says was opened",
    ),
    Case(
        "the tally of a day changed",
        OWNER,
        lambda closed: swapped(closed, files.DAYS, b'"votes":{"1":', b'"votes":{"1":1'),
        "days.json: “votes” of 2026-05-01 is not what the batches of that day give",
    ),
    Case(
        "the votes hidden as if there were too few",
        OWNER,
        hidden,
        "bulletin.json: the votes are hidden, though there are ballots enough: 30, needed 3",
    ),
    Case(
        "ballots changed on a heap, where their batch's hash is not compared",
        OWNER,
        heaped,
        "bulletin.json: batches lie on the heap that are large enough to stand apart, where their hashes can be compared",
    ),
)


def said(closed: Closed, case: Case) -> list[str]:
    """What the verifier finds wrong, without what differs from run to run."""
    found = [finding for finding in verify(case.spoil(closed), case.asked(closed)) if finding.state is State.WRONG]
    lines = [tell("en", finding).removeprefix("WRONG: ") for finding in found]
    return [re.sub(r"\b([0-9a-f]{32}|[0-9A-HJKMNP-TV-Z]{16})\b", "…", line) for line in lines]


def table(cases: Sequence[Case]) -> str:
    """As docs/bulletin.md shows it."""
    rows = [f"| {case.what} | {case.by} | {case.says} |" for case in cases]
    return "\n".join(("| what was done | by | what the verifier says |", "| --- | --- | --- |", *rows))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_what_was_done_is_found_and_said(closed: Closed, case: Case) -> None:
    lines = [re.sub(r"entry \d+ of", "entry … of", line) for line in said(closed, case)]

    assert case.says in lines


def about(closed: Closed, **changes: object) -> Bulletin:
    """Another bulletin.json."""
    return replace(closed.whole, about=replace(closed.whole.about, **changes))


def receipts(closed: Closed, no: int, rows: tuple[str, ...]) -> Bulletin:
    """Another list of receipts."""
    return replace(closed.whole, receipts={**closed.whole.receipts, no: rows})


def acted(closed: Closed, edit: Callable[[Link], dict[str, object]]) -> Bulletin:
    """Another log, chained and signed anew."""
    return recounted(logged_anew(closed, closed.whole, edit))


def renamed(link: Link, act: str, name: str) -> dict[str, object]:
    """The entry, and under another name if it is this act."""
    return {**link.entry, "act": name} if link.entry["act"] == act else dict(link.entry)


def extended(closed: Closed) -> Bulletin:
    """Voting lasted a day longer, as an entry says."""
    whole, later = closed.whole, closed.whole.about.closes_at + timedelta(days=1)
    facts = {"cycle": whole.about.cycle, "poll": whole.about.poll, "closes_at": later.isoformat()}
    entry = {"seq": len(whole.chain) + 1, "at": later.isoformat(), "actor": "akim", "act": "extend", "facts": facts}
    chain = (*whole.chain, *ledger.chain([entry], ledger.head(whole.chain)))
    signatures = (*whole.signatures, closed.key.sign(chain[-1].hash.encode()).hex())
    about = replace(whole.about, closes_at=later)
    return recounted(replace(whole, chain=chain, signatures=signatures, about=about))


def unhashed(closed: Closed) -> Bulletin:
    """A signature of the log is no hex."""
    return replace(closed.whole, signatures=("x" * 128, *closed.whole.signatures[1:]))


def invented(closed: Closed) -> Bulletin:
    """A batch that nobody mixed, with its ballots."""
    batch = replace(closed.whole.batches[0], no=9)
    return recounted(
        replace(
            closed.whole,
            batches=(*closed.whole.batches, batch),
            ballots={**closed.whole.ballots, 9: closed.whole.ballots[1]},
            receipts={**closed.whole.receipts, 9: closed.whole.receipts[1]},
        )
    )


def headless(closed: Closed) -> Bulletin:
    """A day's head is none of the log."""
    first, *others = closed.whole.days
    return replace(closed.whole, days=(replace(first, tally={**first.tally, "head": "0" * 64}), *others))


MORE: dict[str, tuple[Callable[[Closed], Bulletin], str]] = {
    "a signature of the log is missing": (lambda c: replace(c.whole, signatures=c.whole.signatures[1:]), "chain_gap"),
    "a signature of the log is no hex": (unhashed, "entry_not_signed"),
    "another poll": (lambda c: about(c, poll=9), "other_paper"),
    "another cycle": (lambda c: about(c, cycle=9), "other_paper"),
    "a proposal withdrawn that was not": (lambda c: about(c, withdrawn=(1,)), "other_withdrawals"),
    "the vote was never closed": (lambda c: acted(c, lambda link: renamed(link, "close", "x")), "not_closed"),
    "other dates without an act": (
        lambda c: about(c, closes_at=c.whole.about.closes_at + timedelta(days=1)),
        "other_dates",
    ),
    "a batch that nobody mixed": (invented, "batch_invented"),
    "a receipt twice": (
        lambda c: receipts(c, 1, (c.whole.receipts[1][0], *c.whole.receipts[1][:-1])),
        "receipt_twice",
    ),
    "a receipt less": (lambda c: receipts(c, 1, c.whole.receipts[1][1:]), "other_number"),
    "receipts of no batch": (lambda c: receipts(c, 77, ("1",)), "list_invented"),
    "ballots of no batch": (
        lambda c: replace(c.whole, ballots={**c.whole.ballots, 77: ()}),
        "list_invented",
    ),
    "ballots of a batch are missing": (
        lambda c: replace(c.whole, ballots={no: rows for no, rows in c.whole.ballots.items() if no != 2}),
        "missing_file",
    ),
    "a ballot less": (
        lambda c: replace(c.whole, ballots={**c.whole.ballots, 1: c.whole.ballots[1][1:]}),
        "other_number",
    ),
    "more on the heap than its batches have": (
        lambda c: replace(about(c, together=(3,)), heap=((1,),)),
        "other_number",
    ),
    "a ballot that the paper does not allow": (
        lambda c: replace(
            c.whole, ballots={**c.whole.ballots, 1: ((c.whole.ballots[1][0][0], (1, 1)), *c.whole.ballots[1][1:])}
        ),
        "not_allowed",
    ),
    "a day's head of no entry": (headless, "day_without_head"),
    "a sealed vote more": (
        lambda c: replace(c.whole, tally={**c.whole.tally, "pending": 1, "accepted": 31}),
        "sealed",
    ),
}


@pytest.mark.parametrize(("spoil", "phrase"), MORE.values(), ids=MORE)
def test_whatever_the_owner_of_the_key_signs_is_held_against_the_log(
    closed: Closed, spoil: Callable[[Closed], Bulletin], phrase: str
) -> None:
    contents = {**writing.facts(spoil(closed)), **writing.ballot_files(spoil(closed))}
    kept = {name: closed.files[name] for name in (files.PAGE, files.ELECTION, *files.README.values())}

    found = verify(files.seal({**contents, **kept}, lambda message: closed.key.sign(message).hex()))

    assert phrase in [finding.phrase for finding in found]


def test_an_end_that_an_act_moved_is_as_it_should_be(closed: Closed) -> None:
    found = verify(by_owner(closed, extended(closed)))

    assert is_sound(found)
    assert "moved_end" in of(found, State.HOLDS)


SHAPES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "another format": (files.ABOUT, lambda content: content.replace(b"dauys-bulletin-1", b"dauys-bulletin-9")),
    "no object": (files.MANIFEST, lambda _: b"[]\n"),
    "no manifest": (files.MANIFEST, lambda _: b"{}\n"),
    "a negative size": (files.BATCHES, lambda content: content.replace(b'"size":', b'"size":-')),
    "a word for a number": (files.BATCHES, lambda content: content.replace(b'"no":1', b'"no":"1"')),
    "no days": (files.DAYS, lambda _: b"7\n"),
    "a day without a tally": (files.DAYS, lambda _: b'[{"day":1,"slot":"final","tally":7}]\n'),
    "not canonical": (files.TALLY, lambda content: content.replace(b":", b": ", 1)),
    "no chain": (files.AUDIT, lambda _: b"{}\n"),
    "no last newline": (files.receipts_file(1), lambda content: content[:-1]),
    "not ASCII": (files.receipts_file(1), lambda content: b"\xd0\xb0" + content),
    "no choices": (files.ballots_file(1), lambda content: content.replace(b" ", b" x", 1)),
    "zeros in front": (files.ballots_file(1), lambda content: content.replace(b" ", b" 0", 1)),
    "no key": (files.KEY, lambda _: b"key\n"),
}


@pytest.mark.parametrize(("name", "spoil"), SHAPES.values(), ids=SHAPES)
def test_a_signed_file_of_another_shape_is_named(closed: Closed, name: str, spoil: Callable[[bytes], bytes]) -> None:
    contents = {n: c for n, c in closed.files.items() if n not in {files.SUMS, files.SIGNATURE}}

    found = verify(files.seal(contents | {name: spoil(closed.files[name])}, lambda m: closed.key.sign(m).hex()))

    assert name in [finding.facts.get("file") for finding in found if finding.state is State.WRONG]


@pytest.mark.parametrize(
    "sums",
    [b"", b"x\n", b"\xff\n", b"0" * 64 + b"  b\n" + b"0" * 64 + b"  a\n", b"0" * 64 + b"  SHA256SUMS\n"],
    ids=["empty", "no list", "not UTF-8", "not sorted", "lists itself"],
)
def test_a_list_that_is_none_is_named(closed: Closed, sums: bytes) -> None:
    found = verify({**closed.files, files.SUMS: sums})

    assert files.SUMS in [finding.facts.get("file") for finding in found if finding.state is State.WRONG]


def test_only_what_others_hold_finds_a_history_that_was_written_anew(closed: Closed) -> None:
    """The verifier says so itself: without a head this is not verified."""
    found = verify(by_owner(closed, rewritten(closed)))

    assert is_sound(found)
    assert {"key_alone", "head_alone"} <= set(of(found, State.UNKNOWN))


def test_the_document_tells_of_the_same_bulletins() -> None:
    assert table(CASES) in DOCUMENT.read_text(encoding="utf-8"), "python -m tests.ballots.bulletin.test_tampered"


if __name__ == "__main__":
    print(table(CASES))
