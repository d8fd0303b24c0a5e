"""/console/officials: who signs in, as what, for which auls; one-time links for those who come or have forgotten.

An administrator of some areas sees and appoints officials of these areas only.
"""

from gateway.errors import NotThere
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.door import number_of
from gateway.pages.console.forms import Reading
from gateway.store import areas, console_sessions, invitations, officials
from gateway.store.areas import Place
from gateway.store.engine import Tx
from gateway.store.officials import Official, Role

EVERYWHERE = "everywhere"


def show(desk: Desk) -> Answer:
    """All officials, and the form for a new one."""
    with desk.site.store.reading() as tx:
        found = [official for official in officials.every(tx) if _within(desk, official)]
        places = _places(desk, tx)
    return desk.screen("people.html", officials=found, places=places, roles=Role, everywhere=EVERYWHERE)


def take(desk: Desk) -> Answer:
    """Appoint somebody; on to the page with the link. Raises WrongFields, Mistake."""
    read = Reading(desk.form)
    name, role = read.text("name", most=80), read.choice("role", Role)
    looked_after = _chosen_areas(desk, read)
    read.done()

    def work(tx: Tx) -> SeeOther:
        home = desk.site.home
        officials.appoint(tx, (name, role), desk.at, home.randomness, looked_after)
        official = officials.by_name(tx, name)
        assert official is not None
        invitations.invite(tx, home.keys, official.id, desk.at, home.randomness)
        desk.record(tx, "new official", name=official.name, role=str(role), areas=_codes(tx, official))
        return SeeOther(f"/officials/{official.id}", "appointed", {"name": official.name})

    return desk.once(work)


def show_one(desk: Desk) -> Answer:
    """One official, and the link that waits for them."""
    with desk.site.store.reading() as tx:
        official = _asked(desk, tx)
        link = invitations.of_official(tx, desk.site.home.keys, official.id, desk.at)
        places = [place for place in areas.every(tx) if official.areas and place.id in official.areas]
        claimed = bool(officials.password_hash(tx, official.id))
    return desk.screen("person.html", official=official, link=link, places=places, claimed=claimed)


def take_one(desk: Desk) -> Answer:
    """What the pressed button says: `link` (a new password by a new link) or `dismiss`. Raises Mistake."""

    def work(tx: Tx) -> SeeOther:
        official, home = _asked(desk, tx), desk.site.home
        if desk.form.get("do") == "dismiss":
            officials.dismiss(tx, official.id, desk.at)
            desk.record(tx, "dismiss official", name=official.name)
            return SeeOther("/officials", "dismissed", {"name": official.name})
        officials.set_password(tx, official.id, "")
        console_sessions.end_all(tx, official.id)
        invitations.invite(tx, home.keys, official.id, desk.at, home.randomness)
        desk.record(tx, "reset password", name=official.name)
        return SeeOther(f"/officials/{official.id}", "linked")

    return desk.once(work)


def _asked(desk: Desk, tx: Tx) -> Official:
    """The official of the address. Raises NotThere, also for those of other areas."""
    official = officials.by_id(tx, number_of(desk.path["official"]))
    if not _within(desk, official):
        raise NotThere("an official of other areas", "no_official")
    return official


def _within(desk: Desk, official: Official) -> bool:
    mine = desk.visitor.areas
    return mine is None or (official.areas is not None and official.areas <= mine)


def _places(desk: Desk, tx: Tx) -> list[Place]:
    return [place for place in areas.every(tx) if desk.visitor.oversees(place.id)]


def _chosen_areas(desk: Desk, read: Reading) -> frozenset[int] | None:
    """Ids of the ticked areas; None: the whole gateway, which only an administrator of all of it gives."""
    ticked = set(desk.form.all("areas"))
    if EVERYWHERE in ticked and desk.visitor.areas is None:
        return None
    with desk.site.store.reading() as tx:
        chosen = frozenset(place.id for place in _places(desk, tx) if str(place.code) in ticked)
    if not chosen:
        read.refuse("areas", "mistakes.no_area")
    return chosen


def _codes(tx: Tx, official: Official) -> list[int]:
    return [place.code for place in areas.every(tx) if official.areas and place.id in official.areas]
