"""/console/cycles/{cycle}/import: a sheet of proposals is looked at, its columns are matched, then it is loaded."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from ballots.linting import CUSTOMARY
from ballots.model import NUMBERS
from gateway.errors import BadSheet
from gateway.loads.columns import PLAIN, Sheet, known, matched
from gateway.loads.proposals import ProposalFile, RowFault, read_under
from gateway.pages.console import drafting
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.drafting import also
from gateway.pages.console.forms import wrong
from gateway.sheets import Row, read
from gateway.store import proposals
from gateway.store.drafts import Draft
from gateway.store.engine import Tx

MOST_ROWS = 300  # of a sheet: a paper has at most 127 proposals


@dataclass(frozen=True, slots=True)
class Looked:
    """A sheet with what its columns are taken for, and what comes of it."""

    sheet: Sheet
    means: tuple[str, ...]  # of each column
    found: ProposalFile | None  # None: one of the columns has to be chosen first
    problem: str = ""  # which, as a sentence


def show(desk: Desk) -> Answer:
    """The form for a file; with a sheet in the form, its columns and what they make."""
    draft = drafting.read(desk)
    rows = () if "sheet" in desk.wrongs else _rows(desk)
    looked = _looked(desk, draft, rows) if rows else None
    return desk.screen(
        "proposal_import.html",
        also=lambda name, **facts: also(desk, name, **facts),
        draft=draft,
        rows=[json.dumps([row.no, *row.cells], ensure_ascii=False) for row in rows],
        looked=looked,
        meanings=[
            ("", also(desk, "columns.leave")),
            *((one, _called(desk, one)) for one in known(drafting.languages(desk))),
        ],
        faulty=[(fault.no, _fault(desk, fault)) for fault in looked.found.faults] if looked and looked.found else [],
    )


def take(desk: Desk) -> Answer:
    """Look at it, or load it. Raises WrongFields, Mistake."""
    if not desk.form.get("load"):
        return show(desk)
    draft = drafting.read(desk)
    looked = _looked(desk, draft, _rows(desk))
    if looked.found is None or not looked.found.proposals:
        return show(desk)
    if looked.found.faults and not desk.form.get("skip_bad"):
        raise wrong("skip_bad", "bad_rows")
    found, cycle = looked.found.proposals, draft.cycle.id

    def load(tx: Tx) -> SeeOther:
        if desk.form.get("replace"):
            proposals.clear(tx, cycle)
        proposals.put_on_ballot(tx, cycle, found, by=desk.visitor.official.name)
        desk.record(tx, "load proposals", cycle=cycle, proposals=len(found))
        return SeeOther(f"/cycles/{cycle}/proposals", "loaded", {"number": len(found)})

    return desk.once(load)


def _rows(desk: Desk) -> tuple[Row, ...]:
    """The sheet: just sent as a file, or as the page carries it. Raises WrongFields."""
    upload = desk.form.files.get("sheet")
    if upload is None:
        return tuple(_carried(desk.form.all("row")))
    try:
        rows = read(upload.content)
    except BadSheet as bad:
        raise wrong("sheet", f"mistakes.{bad.phrase}", **bad.facts) from bad
    if not rows:
        raise wrong("sheet", "mistakes.no_rows")
    if len(rows) > MOST_ROWS:
        raise wrong("sheet", "many_rows", most=MOST_ROWS)
    return rows


def _carried(lines: Sequence[str]) -> Iterator[Row]:
    for line in lines[:MOST_ROWS]:
        try:
            no, *cells = json.loads(line)
            yield Row(int(no), tuple(map(str, cells)))
        except (ValueError, TypeError):
            raise wrong("sheet", "send_again") from None


def _looked(desk: Desk, draft: Draft, rows: tuple[Row, ...]) -> Looked:
    """Meanings as chosen, else as the headings say."""
    languages = drafting.languages(desk)
    sheet = matched(rows, languages)
    chosen = tuple(desk.form.get(f"column.{place}", column.means) for place, column in enumerate(sheet.columns))
    offered = {"", *known(languages)}
    means = tuple(one if one in offered else "" for one in chosen)
    twice = next((one for place, one in enumerate(means) if one and one in means[:place]), "")
    if twice:
        return Looked(sheet, means, None, desk.say("column_twice", column=_called(desk, twice)))
    try:
        return Looked(sheet, means, read_under(sheet.under(means), languages, _free(desk, draft)))
    except BadSheet as bad:
        called = _called(desk, str(bad.facts.get("column", "cost")))
        return Looked(sheet, means, None, desk.say("missing", column=called))


def _free(desk: Desk, draft: Draft) -> Iterator[int]:
    """Numbers for a sheet without any: after those that stay."""
    taken = set() if desk.form.get("replace") else set(draft.paper.by_number)
    first = CUSTOMARY.get(draft.cycle.place.area.kind, NUMBERS)[0]
    return (number for number in count(first) if number not in taken)


def _called(desk: Desk, means: str) -> str:
    if not means or means in PLAIN:
        return also(desk, f"columns.{means or 'leave'}")
    text, _, language = means.partition("_")
    return also(desk, f"columns.{text}", language=also(desk, f"languages.{language}"))


def _fault(desk: Desk, fault: RowFault) -> str:
    return also(desk, f"faults.{fault.fault.name.lower()}", **fault.facts)
