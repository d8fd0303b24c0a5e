"""The search through everything that lies anywhere after the mix, with every key that is left."""

import re
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from ballots.bulletin import reading
from gateway.keys import Box, Unreadable
from gateway.outbox import ABOUT
from tests.gateway.witness import WRONG, Place, Village, log_at, phone_of

SPELLINGS = (re.compile(rb"700(\d{7})()"), re.compile(rb"(\d{3}) (\d\d) (\d\d)"), re.compile(rb"(\d{3})-(\d\d)-(\d\d)"))
"""What stands behind +7 or 8, and the last seven digits set apart by blanks or dashes."""


def search(village: Village) -> set[str]:
    """What was found: a sentence for each kind of trace."""
    files = files_of(village)
    return {
        *phones_in(village, files),
        *_choices(village, files),
        *_old_envelopes(village, files),
        *keys_that_open(village),
        *_links(village),
        *_choices_in_the_outbox(village),
        *_order(village),
        *_bulletins(village),
    }


def files_of(village: Village) -> dict[str, bytes]:
    """All that lies on the disk but the keys, the tables of a server, and what was logged."""
    folder = village.home.path
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parent != village.home.keys.folder
    }
    found["log"] = "\n".join(map(repr, village.said)).encode()
    found["tables"] = b"\n".join(
        value if isinstance(value, bytes) else str(value).encode() for row in _rows(village) for value in row
    )
    return found if village.home.store.file is not None else found | _of_server(village)


def _of_server(village: Village) -> dict[str, bytes]:
    """What PostgreSQL has written for this database: files of tables, rows that are gone among them, and its log."""
    with village.home.store.transaction() as tx:
        tx.run("CHECKPOINT")
    facts = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
    ((folder, oid),) = village.field.rows(facts)
    tables = [path for path in (Path(folder) / "base" / str(oid)).iterdir() if path.is_file()]
    assert len(tables) > 100
    logged = _logged(Path(folder) / "pg_wal", village.log_from, log_at(village.field))
    return {"server/log": logged, "server/tables": b"\n".join(path.read_bytes() for path in tables)}


def _logged(folder: Path, begins: Place, ends: Place) -> bytes:
    """A log between two places: what lies behind the last one may be old, files are used again."""
    names = sorted(path.name for path in folder.iterdir() if begins[0] <= path.name <= ends[0])
    whole = b"".join((folder / name).read_bytes() for name in names[:-1])
    found = (whole + (folder / names[-1]).read_bytes()[: ends[1]])[begins[1] :]
    assert len(found) > 100_000
    return found


def _rows(village: Village) -> Iterable[tuple[Any, ...]]:
    """Every row of every table."""
    catalogue = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if village.home.store.file is not None
        else "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for (table,) in village.field.rows(catalogue):
        for row in village.field.rows(f"SELECT * FROM {table}"):
            yield tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def phones_in(village: Village, files: dict[str, bytes]) -> Iterable[str]:
    everybody = {phone_of(choice)[-7:].encode() for choice in range(1, 85)}
    for name, content in files.items():
        for text in (content, content.replace(b"\0", b"")):  # UTF-16
            found = {b"".join(groups) for spelling in SPELLINGS for groups in spelling.findall(text)}
            if not everybody.isdisjoint(found):
                yield f"a phone number in {name}"


def _choices(village: Village, files: dict[str, bytes]) -> Iterable[str]:
    for (_, plain), (name, content) in product(village.seen.values(), files.items()):
        if plain in content:
            yield f"an unsealed choice in {name}"


def _old_envelopes(village: Village, files: dict[str, bytes]) -> Iterable[str]:
    """A copy made before a mix holds what was there, and so may a server's files; what is in use now must not."""
    for envelope, (name, content) in product(village.seen, files.items()):
        if not name.startswith(("backups/", "server/")) and envelope in content:
            yield f"an old envelope in {name}"


def keys_that_open(village: Village) -> Iterable[str]:
    left = [Box(path.read_bytes(), bytes) for path in village.home.keys.folder.iterdir()]
    for key, (envelope, ((poll, tag, batch), _)) in product(left, village.seen.items()):
        try:
            key.open(envelope, b"%d|%d|%s" % (poll, batch, tag))
        except Unreadable:
            continue
        yield "a key that opens an envelope"


def _links(village: Village) -> Iterable[str]:
    """A row that knows a voter and a choice."""
    rows = list(_rows(village))
    for number, choice in village.chose.items():
        paper = village.seven if choice <= WRONG else village.eight
        who = {
            village.field.tag(number),
            village.home.keys.phone_tag(number),
            village.field.receipt(paper, number),
        }
        for row in rows:
            if not who.isdisjoint(row) and _tells([value for value in row if isinstance(value, str)], choice):
                yield "a row that links a voter and a choice"


def _choices_in_the_outbox(village: Village) -> Iterable[str]:
    """Even whoever has the key of contacts, which lives on."""
    for content, poll, tag in village.field.rows("SELECT content, poll_id, tag FROM outbox"):
        if poll is not None or tag is not None:
            yield "a message that still points to a vote"
        if content is not None:
            text = village.home.keys.contacts.open(bytes(content), ABOUT).decode()
            if any(_tells([text], choice) for choice in range(1, 85)):
                yield "a message that tells a choice"


def _tells(words: Iterable[str], choice: int) -> bool:
    return any(word == str(choice) or f"Project {choice}" in word or f"№{choice}" in word for word in words)


def _order(village: Village) -> Iterable[str]:
    """Each voter chose another number, in the order of voting: so a row's place can be held against its voter's."""
    by_tag = {choice: village.field.tag(number) for number, choice in village.chose.items()}
    place = "id" if village.home.store.file is not None else "ctid"
    for batch in (None, 1, 2):
        rows = village.field.rows(
            f"SELECT choices, batch_no FROM ballot WHERE poll_id = ? ORDER BY {place}", village.seven.poll
        )
        cast = [int(choices) for choices, no in rows if batch in {None, no}]
        if len(cast) > 15 and _alike(cast, cast):
            yield "ballots in the order of voting"
        if len(cast) > 15 and _alike(cast, [by_tag.get(choice, b"") for choice in cast]):
            yield "ballots in the order of tags"
    arrivals = [due_at for (due_at,) in village.field.rows("SELECT due_at FROM outbox ORDER BY id")]
    if _alike(arrivals, arrivals):
        yield "messages in the order of arrival"
    tags = {tag: choice for choice, tag in by_tag.items()}
    voters = [tags.get(bytes(tag)) for (tag,) in village.field.rows("SELECT tag FROM participation ORDER BY tag")]
    if _alike(known := [choice for choice in voters if choice is not None], known):
        yield "voters in the order of voting"


def _bulletins(village: Village) -> Iterable[str]:
    """What everybody may read: no voter's tag, no order of voting, and no receipt beside a choice."""
    tags = {village.field.tag(number): choice for number, choice in village.chose.items()}
    for paper in (village.seven, village.eight):
        files = village.published[paper.poll]
        for tag, (name, content) in product(tags, files.items()):
            if tag in content or tag.hex().encode() in content.lower():
                yield f"a voter's tag in {name}"
        shown = reading.read(files)
        voters = {village.field.receipt(paper, number): choice for number, choice in village.chose.items()}
        for no, ballots in shown.ballots.items():
            cast = [choices[0] for _, choices in ballots]
            counted = [voters[receipt] for receipt in shown.receipts[no]]
            assert sorted(cast) == sorted(counted)
            if len(cast) > 15 and _alike(cast, cast):
                yield "published ballots in the order of voting"
            if len(cast) > 15 and _alike(counted, counted):
                yield "published receipts in the order of voting"
            if len(cast) > 15 and _alike(cast, counted):
                yield "published ballots in the order of receipts"
        if any(b"channel" in content for name, content in files.items() if name.endswith((".json", ".jsonl"))):
            yield "a channel in a bulletin"


def _alike(rows: Sequence[Any], keys: Sequence[Any]) -> bool:
    """Do rows as they lie follow their keys, up or down? Spearman's rank correlation over 0.9."""
    assert len(rows) == len(keys) > 15
    ranks = {key: rank for rank, key in enumerate(sorted(set(keys)))}
    much = len(keys)
    apart = sum((place - ranks[key] * (much - 1) / max(1, len(ranks) - 1)) ** 2 for place, key in enumerate(keys))
    return abs(1 - 6 * apart / (much * (much**2 - 1))) > 0.9
