"""Closed votes whose bulletin is looked at: days with mixes and tallies, receipts as they are, a sitting on paper."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ballots import receipts
from ballots.bulletin import files
from ballots.bulletin.findings import Asked, Finding, State
from ballots.bulletin.verifying import verify
from ballots.model import Choices, Paper, Standing
from gateway import daily
from gateway.bulletins.digest import FINAL
from gateway.envelopes import seal_choices
from gateway.home import Home
from gateway.identity import Identity
from gateway.loads.paper import Sitting, load_paper_voters, load_paper_votes
from gateway.loads.roll import Onto, load_roll, read_roll
from gateway.publishing import Press
from gateway.sheets import read
from gateway.store import areas, ballots, jobs, votes
from tests.gateway.store.villages import CLOSES, ROUND, aul, opened

EVENING = datetime(2026, 5, 1, 15, 0, tzinfo=UTC)  # 20:00 in the village, the first tally
PATTERNS: tuple[Choices, ...] = ((1,), (1, 2), (2,), (1, 3), (3,), (1, 2, 3))
MIX_MIN = 3


def village(home: Home, code: int = 7, **settings: Any) -> Paper:
    """An aul with an open vote on up to three of three projects."""
    aul(home, code)
    usual = {"form": "approval", "max_choices": 3, "mix_min": MIX_MIN}
    return opened(home, code, **usual | settings)


def vote(home: Home, paper: Paper, cast: Sequence[Choices]) -> None:
    """As many phones vote, each for what stands in `cast`."""
    with home.store.transaction() as tx:
        batch = ballots.last_batch(tx, paper.poll).no
        for choices in cast:
            tag, receipt = home.randomness(16), receipts.make(int.from_bytes(home.randomness(8)) % receipts.RECEIPTS)
            sealed = votes.Sealed(batch, seal_choices(home.keys, paper.poll, tag, batch, choices, 1))
            part = votes.Participation(paper.poll, tag, "sms", "2026-05-01", Standing.PENDING, receipt)
            votes.cast(tx, part, sealed)


def evening(home: Home, paper: Paper, day: int = 1) -> None:
    """The tally of a day of voting, from 1."""
    at = EVENING + timedelta(days=day - 1)
    daily.tally(home, _watched(home, paper), at.date().isoformat(), at)


def end(home: Home, paper: Paper) -> None:
    """Voting is over and counted."""
    daily.tally(home, _watched(home, paper), FINAL, CLOSES)


def sit(home: Home, paper: Paper, phones: Sequence[str], cast: Sequence[Choices]) -> None:
    """So many vote on paper, in one sitting."""
    at = EVENING + timedelta(hours=14)
    with home.store.reading() as tx:
        place = areas.by_code(tx, paper.area.code)
    load_roll(home, Onto(ROUND, place), read_roll(read("\n".join(("phone", *phones)).encode()), Identity()), at)
    load_paper_voters(home, Sitting(paper.cycle, ()), read("\n".join(("phone", *phones)).encode()), at)
    rows = "\n".join(("choices", *("+".join(map(str, choices)) for choices in cast)))
    load_paper_votes(home, Sitting(paper.cycle, ("Aigul", "Bolat")), read(rows.encode()), at)


def lived(home: Home, code: int = 7, **settings: Any) -> Paper:
    """Two days of voting with a mix each, and the end: 30 ballots in three batches."""
    paper = village(home, code, **settings)
    for day, much in ((1, 12), (2, 11)):
        vote(home, paper, [PATTERNS[(day + place) % len(PATTERNS)] for place in range(much)])
        evening(home, paper, day)
    vote(home, paper, [(2,)] * 7)
    end(home, paper)
    return paper


def press(home: Home) -> Press:
    """What makes this gateway's bulletins."""
    return Press(home.keys, home.settings.gateway)


def published(home: Home, paper: Paper) -> dict[str, bytes]:
    """The bulletin that everybody may read."""
    with home.store.reading() as tx:
        return press(home).public(tx, paper.cycle)


def resealed(found: dict[str, bytes], key: Ed25519PrivateKey) -> dict[str, bytes]:
    """The files with a list and a signature of this key's owner: what whoever holds the key can always make."""
    contents = {name: content for name, content in found.items() if name not in {files.SUMS, files.SIGNATURE}}
    contents[files.KEY] = files.lines([key.public_key().public_bytes_raw().hex()])
    return files.seal(contents, lambda message: key.sign(message).hex())


def of(findings: Sequence[Finding], state: State) -> list[str]:
    """Phrases of the findings in this state."""
    return [finding.phrase for finding in findings if finding.state is state]


def wrong(found: dict[str, bytes], **asked: Any) -> list[str]:
    """What the verifier holds against a bulletin."""
    return of(verify(found, Asked(**asked)), State.WRONG)


def sha256(content: bytes) -> str:
    """64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def _watched(home: Home, paper: Paper) -> jobs.Watched:
    with home.store.reading() as tx:
        return next(watched for watched in jobs.watched(tx) if watched.poll == paper.poll)
