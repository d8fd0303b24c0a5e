"""/console/help-desk: one number at a time. The number is typed into a form and stands in no address and no log."""

from gateway.help_desk import PER_DAY, Asker, OfSlip, look_up
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Reading
from handlers.telling import day as short_day


def show(desk: Desk) -> Answer:
    """The question."""
    return desk.screen("help_desk.html", found=None, per_day=PER_DAY)


def take(desk: Desk) -> Answer:
    """The answer. Raises WrongFields, Unfit, NotNow."""
    read = Reading(desk.form)
    typed = read.text("number", most=40)
    read.done()
    with desk.site.store.reading() as tx:
        catalogue = desk.site.shelf.current(tx)
    who = desk.visitor
    found = look_up(desk.site.home, catalogue, Asker(who.official.id, who.official.name, who.areas), typed, desk.at)
    return desk.screen(
        "help_desk.html", found=found, of_slip=isinstance(found, OfSlip), short_day=short_day, per_day=PER_DAY
    )
