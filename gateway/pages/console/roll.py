"""/console/areas/{area}/roll: how large a roll is, a file that makes it grow, previewed first; never who is on it."""

from dataclasses import dataclass
from threading import Thread

from gateway.loads import uploads
from gateway.loads.roll import Onto
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import wrong
from gateway.store import roll_uploads, rolls, rounds, slips
from gateway.store.engine import Tx

SHOWN = 50  # bad rows that are named; the others are counted


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts of one area's own roll."""

    phones: int
    by_slip: int  # of these, the ones that joined by a slip
    contacts: int  # numbers that announcements may go to
    free: int  # slips
    spent: int


def show(desk: Desk) -> Answer:
    """Counts, and the form for a file."""
    assert desk.place is not None
    with desk.site.store.reading() as tx:
        found = _sizes(tx, rounds.current(tx).id, desk.place.id)
    return desk.screen("roll.html", place=desk.place, sizes=found)


def take(desk: Desk) -> Answer:
    """What the pressed button says: a file is previewed, loaded, or not wanted. Raises Mistake, WrongFields."""
    match desk.form.get("do"):
        case "load":
            return _load(desk)
        case "cancel":
            return _cancel(desk)
    return _preview(desk)


def show_upload(desk: Desk) -> Answer:
    """How far the loading is. Raises NotThere."""
    assert desk.place is not None
    with desk.site.store.reading() as tx:
        found = roll_uploads.by_id(tx, desk.path["upload"], desk.place.id)
    percent = 100 * found.done // found.total if found.total else 100
    return desk.screen("roll_upload.html", upload=found, stopped=found.stopped(desk.at), percent=percent)


def _preview(desk: Desk) -> Answer:
    file = desk.form.files.get("file")
    if file is None:
        raise wrong("file", "file_needed")
    shown = uploads.preview(desk.site.home, _onto(desk), file.content, desk.at)
    return desk.screen("roll_preview.html", place=desk.place, shown=shown, named=shown.bad[:SHOWN])


def _load(desk: Desk) -> Answer:
    assert desk.place is not None
    home, upload = desk.site.home, desk.form.get("upload")
    opened = uploads.begin(home, _onto(desk), upload, desk.form.get("key"), desk.at)
    Thread(target=uploads.finish, args=(home, opened, desk.site.clock), name="roll", daemon=True).start()
    return SeeOther(f"/areas/{desk.place.code}/roll/{upload}")


def _cancel(desk: Desk) -> Answer:
    place = desk.place
    assert place is not None

    def work(tx: Tx) -> SeeOther:
        roll_uploads.drop(tx, desk.form.get("upload"), place.id, desk.visitor.official.name)
        return SeeOther(f"/areas/{place.code}/roll", "not_loaded")

    return desk.once(work)


def _onto(desk: Desk) -> Onto:
    assert desk.place is not None
    with desk.site.store.reading() as tx:
        return Onto(rounds.current(tx).id, desk.place, desk.visitor.official.name)


def _sizes(tx: Tx, round_id: int, area: int) -> Sizes:
    phones, by_slip, contacts = rolls.counts(tx, round_id, area)
    return Sizes(phones, by_slip, contacts, *slips.how_many(tx, round_id, area))
