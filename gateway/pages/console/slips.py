"""/console/areas/{area}/slips: slips (талон) as a PDF, and a new one for a lost or spoiled one."""

from collections.abc import Sequence

from gateway import slips
from gateway.pages.console.answers import Answer, Download
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Reading
from gateway.slips import Batch, Put, Reason, Replaced, Slip, Undo
from gateway.store import rounds
from gateway.store import slips as kept
from gateway.store.areas import Place

MOST = 120  # slips of one print: twenty pages, a second or three
PDF = "application/pdf"
LANGUAGES = ("kk", "ru")


def show(desk: Desk) -> Answer:
    """Counts, and both forms."""
    place = _place(desk)
    with desk.site.store.reading() as tx:
        free, spent = kept.how_many(tx, rounds.current(tx).id, place.id)
    today = desk.at.astimezone(desk.site.gateway.zone).date().isoformat()
    return desk.screen("slips.html", free=free, spent=spent, most=MOST, reasons=Reason, today=today)


def take(desk: Desk) -> Answer:
    """The PDF that the pressed button asks for. Raises Mistake, WrongFields.

    Sent twice, nothing is done twice: the name of the print is taken, the old slip replaced.
    """
    return _replace(desk) if desk.form.get("do") == "replace" else _print(desk)


def _print(desk: Desk) -> Answer:
    read = Reading(desk.form)
    count, name = read.whole("count", least=1, most=MOST), read.text("name", most=60)
    read.done()
    sheets: list[bytes] = []
    batch = Batch(_place(desk).code, name, count)
    slips.make(desk.site.home, batch, desk.at, _into(desk, sheets), desk.visitor.official.name)
    return _download(desk, sheets)


def _replace(desk: Desk) -> Answer:
    read = Reading(desk.form)
    slip, reason = read.text("slip", most=40), read.choice("reason", Reason)
    read.done()
    sheets: list[bytes] = []
    replaced = Replaced(_place(desk).code, slip, reason)
    slips.replace(desk.site.home, replaced, desk.at, _into(desk, sheets), desk.visitor.official.name)
    return _download(desk, sheets)


def _into(desk: Desk, sheets: list[bytes]) -> Put:
    """Slips are printed into the answer: no number of theirs lies on a disk of ours."""
    from gateway.printing.collecting import Press  # noqa: PLC0415 - reportlab is read when somebody prints
    from gateway.printing.slips import SlipSheets, slip_sheets  # noqa: PLC0415 - the same

    press = Press.of(desk.site.home)

    def put(place: Place, batch: str, made: Sequence[Slip]) -> Undo:
        facts = SlipSheets(place.area, batch, tuple(made), press.gateway.short_code, press.dial, LANGUAGES)
        sheets.append(slip_sheets(facts))
        return sheets.clear

    return put


def _download(desk: Desk, sheets: Sequence[bytes]) -> Download:
    day = desk.at.astimezone(desk.site.gateway.zone).date()
    return Download(sheets[0], PDF, f"slips-{_place(desk).code}-{day.isoformat()}.pdf")


def _place(desk: Desk) -> Place:
    assert desk.place is not None
    return desk.place
