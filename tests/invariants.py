"""What must hold after every fault, in one place: I1 to I6 of docs/faults.md."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from ballots.bulletin import reading
from ballots.bulletin.findings import State
from ballots.bulletin.values import Publish
from ballots.bulletin.verifying import verify
from ballots.model import NUMBERS, Choices, PollId
from gateway import ballast
from gateway.envelopes import open_choices
from gateway.home import DATABASE, Home
from gateway.identity import Identity
from gateway.publishing import Press
from gateway.store import audit, cycles, inbox, rounds, tallies
from gateway.store.engine import Tx

PROVIDER = "africastalking"
TAKEN = {"accepted", "changed", "held", "confirmed"}
FEW = 10  # proposals
DAY = 86_400  # seconds, the longest from the opening to a vote
PHONE = re.compile(rb"70[01]" + rb"[ ()./-]{0,2}".join([rb"", rb"\d{3}", rb"\d\d", rb"\d\d"]))  # the numbers of tests
OPEN_CHOICE = re.compile(rb"\x01" + bytes(NUMBERS[-1] - FEW) + rb"\0{,%d}[\0\x80](.{4})" % (FEW - 1), re.DOTALL)
"""As ballots.casting writes one of the first few numbers: the cells after it, and in which second it was sent."""


def books(tx: Tx) -> None:
    """I1: what is pending has its envelope, what is mixed its ballot, and batches say so."""
    waiting = numbers(  # a held vote expires when its poll is closed
        tx,
        "SELECT p.poll_id, count(*) FROM participation p JOIN poll ON poll.id = p.poll_id WHERE p.state = 'pending' "
        "OR (p.state = 'held' AND poll.phase IN ('voting', 'grace')) GROUP BY 1",
    )
    assert waiting == numbers(
        tx,
        "SELECT b.poll_id, count(*) FROM pending_ballot b JOIN participation p ON p.poll_id = b.poll_id "
        "AND p.tag = b.tag AND p.state IN ('pending', 'held') GROUP BY 1",
    )
    assert waiting == numbers(tx, "SELECT poll_id, count(*) FROM pending_ballot GROUP BY 1")
    mixed = numbers(tx, "SELECT poll_id, count(*) FROM participation WHERE state = 'mixed' GROUP BY 1")
    ballots = numbers(tx, "SELECT poll_id, count(*) FROM ballot GROUP BY 1")
    aside = numbers(tx, "SELECT poll_id, count(*) FROM unreadable_envelope GROUP BY 1")
    batches = numbers(tx, "SELECT poll_id, sum(size + unreadable) FROM batch GROUP BY 1 HAVING sum(size) > 0")
    assert mixed == Counter(ballots) + Counter(aside)
    assert mixed == batches


def kept(tx: Tx, home: Home, acknowledged: Mapping[str, str]) -> None:
    """I3: every acknowledged message (id -> its sender) is kept, and if it was a vote its sender takes part."""
    identity = Identity(home.settings.gateway.country)
    outcomes = {bytes(key): outcome for key, outcome in tx.rows("SELECT key, outcome FROM inbox")}
    voters = {bytes(tag) for (tag,) in tx.rows("SELECT tag FROM participation")}
    round_id = rounds.current(tx).id
    for message, sender in acknowledged.items():
        phone = identity.read(sender).phone
        outcome = outcomes.get(inbox.key_of(PROVIDER, message))
        assert not phone or outcome, f"{message} was acknowledged and is not kept"
        if phone and outcome in TAKEN:
            assert home.keys.voter_tag(round_id, phone) in voters, f"{message} was a vote and its sender takes no part"


def cast(tx: Tx, home: Home, poll: PollId) -> Counter[Choices]:
    """All that counts or will count. Raises Unreadable for an envelope whose key is lost."""
    rows = tx.rows(
        "SELECT b.tag, b.batch_no, b.envelope FROM pending_ballot b JOIN participation p "
        "ON p.poll_id = b.poll_id AND p.tag = b.tag WHERE b.poll_id = ? AND p.state = 'pending'",
        poll,
    )
    sealed = Counter(
        open_choices(home.keys, poll, bytes(tag), batch, bytes(envelope))[0] for tag, batch, envelope in rows
    )
    return sealed + tallies.cast_in(tx, poll)


def counted_once(tx: Tx, home: Home, poll: PollId, votes: Mapping[str, Choices], sure: Collection[str]) -> None:
    """I2 and I3: of these votes (phone -> choice) at least the sure ones take part, and each that does counts once."""
    round_id = rounds.current(tx).id
    tags = {home.keys.voter_tag(round_id, phone): phone for phone in votes}
    there = [tags[bytes(tag)] for (tag,) in tx.rows("SELECT tag FROM participation WHERE poll_id = ?", poll)]
    lost = set(sure) - set(there)
    assert not lost, f"{len(lost)} acknowledged votes are lost"
    assert len(there) == len(set(there))
    found = cast(tx, home, poll)
    assert found == Counter(votes[phone] for phone in there)
    counted = tallies.of_poll(tx, poll)
    assert counted.accepted == len(there)
    numbered = {proposal.proposal_id: proposal.number for proposal in counted.paper.proposals}
    opened = Counter(number for choices, times in counted.ballots.items() for number in choices * times)
    assert {numbered[name]: times for name, times in counted.tally.votes.items() if times} == dict(opened)


def published(tx: Tx, home: Home, cycle: int) -> bool:
    """I2 and I4, as an observer sees them: a closed vote's bulletin holds and recounts to its tally. Was it closed?"""
    if cycles.by_id(tx, cycle).phase in cycles.BEFORE_CLOSING:
        return False
    files = Press(home.keys, home.settings.gateway).public(tx, cycle)
    wrong = [finding for finding in verify(files) if finding.state is State.WRONG]
    assert not wrong, wrong
    shown, counted = reading.read(files), tallies.tally_of(tx, cycle)
    assert sum(batch.size for batch in shown.batches) == counted.tally.ballots
    if shown.about.publish is Publish.BALLOTS:
        assert shown.cast == counted.ballots
    return True


def chained(tx: Tx, home: Home) -> None:
    """I4: the audit log's hashes and signatures hold."""
    assert audit.verify(tx, home.keys) is None


def whole(tx: Tx) -> None:
    """I5: the database is what SQLite calls sound."""
    assert tx.rows("PRAGMA integrity_check") == [("ok",)]
    assert tx.rows("PRAGMA foreign_key_check") == []


def silent(tx: Tx, home: Home, phones: Iterable[str], said: Iterable[str] = ()) -> None:
    """I6: no phone, no secret, no open choice and no way back to one lies on the disk or in what was `said` to the log."""
    receipts, tags = _voters(tx)
    gone = tx.rows("SELECT poll_id, no FROM batch WHERE state = 'destroyed'")
    assert not any(home.keys.has_batch(poll, no) for poll, no in gone), "a mixed batch's key is left"
    opened = [at // 10**6 for (at,) in tx.rows("SELECT opens_at FROM poll WHERE opens_at IS NOT NULL")]
    national = {phone.removeprefix("+7").encode() for phone in phones} - receipts  # a receipt may look like one
    secrets = _secrets(home)
    logged = b"\n".join([*map(str.encode, said), *(file.read_bytes() for file in home.path.glob("*.log"))])
    assert not any(voter in logged for voter in receipts | tags), "the log tells of a voter"
    for name, held in [("the log", logged), *((file.name, file.read_bytes()) for file in _files(home.path))]:
        spelled = {re.sub(rb"\D", b"", found) for found in PHONE.findall(held)}
        assert spelled.isdisjoint(national), f"a phone number lies in {name}"
        assert not any(secret in held for secret in secrets), f"a secret lies in {name}"
        sent = [int.from_bytes(second) for second in OPEN_CHOICE.findall(held)]
        assert not any(abs(second - at) < DAY for second, at in product(sent, opened)), f"an open choice lies in {name}"


def _voters(tx: Tx) -> tuple[set[bytes], set[bytes]]:
    """Their receipts, and their tags in each way that a log may spell them."""
    rows = tx.rows("SELECT receipt, tag FROM participation")
    spelled = ((bytes(tag).hex(), repr(bytes(tag))[2:-1]) for _, tag in rows)
    return {receipt.encode() for receipt, _ in rows}, {word.encode() for words in spelled for word in words}


def _secrets(home: Home) -> set[bytes]:
    """What config.toml and keys/ alone may hold."""
    config = (home.path / "config.toml").read_bytes()
    words = set(re.findall(rb'(?:secret|password|_token|_key) = "(.+)"', config))
    keys = {file.read_bytes() for file in home.keys.folder.glob("*.key")} - {b""}  # what a power cut left of one
    return words | keys | {key.hex().encode() for key in keys}


def _files(folder: Path) -> list[Path]:
    """All but where secrets are kept. A ballast holds nothing, and what SQLite maps into memory is not to be opened."""
    other = {"keys", "config.toml", ballast.NAME, f"{DATABASE}-shm"}
    return [file for file in folder.rglob("*") if file.is_file() and other.isdisjoint(file.relative_to(folder).parts)]


def numbers(tx: Tx, sql: str) -> dict[Any, int]:
    """Key -> number, of a query with two columns."""
    return {key: int(value) for key, value in tx.rows(sql)}
