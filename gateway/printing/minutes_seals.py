"""The end of the minutes: batches with their hashes, what seals them, lines for signatures."""

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether

from ballots.ledger import short_head
from gateway.pages.wording import Wording
from gateway.printing.layout import (
    SECTION,
    SMALL,
    SMALL_STRONG,
    TINY,
    Cell,
    Line,
    columns,
    gap,
    grouped,
    labelled,
    rows,
    style,
    text,
)
from gateway.printing.minutes_facts import Minutes
from gateway.printing.qr import QrCode

BLANK_MEMBERS = 3  # lines for members whose names nobody gave


def batches(facts: Minutes, w: Wording) -> list[Flowable]:
    names = ("batch", "batch_mixed", "batch_size", "batch_hash")
    lines: list[Line] = [[text(w.say(name), SMALL_STRONG) for name in names]]
    for batch in facts.batches:
        paper = f" ({w.say('batch_paper')})" if batch.paper else ""
        figures = [text(f"{batch.no}{paper}", SMALL), text(facts.imprint.day(batch.mixed_at), SMALL)]
        lines.append([*figures, text(w.amount(batch.size), SMALL), text(grouped(batch.ballots_hash, 8), style(7))])
    return [text(w.say("batches"), SECTION), text(w.say("batches_note"), SMALL), gap(1), rows(lines, (26, 24, 18, 112))]


def sealed(facts: Minutes, w: Wording) -> list[Flowable]:
    """What seals the minutes and the signatures, on one page: nobody signs a page that could belong to others."""
    return [KeepTogether([*_seals(facts, w), gap(4), *_signatures(facts, w)])]


def _seals(facts: Minutes, w: Wording) -> list[Flowable]:
    imprint, head = facts.imprint, facts.counted.head
    note = w.say("bulletin_note" if imprint.address else "bulletin_key_note")
    said: list[Flowable] = [
        text(w.say("head"), SMALL),
        text(f"H: {grouped(short_head(head))}", style(13, bold=True)),
        text(f"{w.say('seals_entry', seq=facts.seq)}: {head}", TINY),
        gap(1),
        labelled(w.say("verify_key"), grouped(imprint.fingerprint), SMALL),
        text(f"{w.say('verify_manifest')}: {imprint.manifest}", TINY),
        gap(1),
        labelled(w.say("bulletin"), imprint.address, SMALL)
        if imprint.address
        else text(w.say("bulletin"), SMALL_STRONG),
        text(note, SMALL),
    ]
    sign = QrCode(bulletin_sign(facts), 34 * mm)
    return [text(w.say("seals"), SECTION), columns([said, sign], (144, 36), boxed=True)]


def bulletin_sign(facts: Minutes) -> str:
    """What the QR code holds: where the bulletin is, or, without an address, by what one is recognised."""
    address = facts.imprint.address or f"dauys:{facts.imprint.paper.area.code}"
    return f"{address}?head={short_head(facts.counted.head)}&key={facts.imprint.fingerprint}"


def _signatures(facts: Minutes, w: Wording) -> list[Flowable]:
    names = facts.commission
    people = [
        ("chair", (names.chair,)),
        ("secretary", (names.secretary,)),
        ("member", names.members or ("",) * BLANK_MEMBERS),
        ("observer", names.observers or ("",)),
        ("akim", (names.akim,)),
    ]
    heading: list[Cell] = [text(w.say(name), SMALL) for name in ("sign_role", "sign_name", "sign_here", "sign_date")]
    lines: list[Line] = [heading]
    for role, whom in people:
        lines += [[[gap(3), text(w.say(f"sign_{role}"))], [gap(3), text(name)], "", ""] for name in whom]
    return [text(w.say("signatures"), SECTION), gap(1), rows(lines, (52, 64, 38, 26))]
