"""/console/cycles/{cycle}/paper: sittings on paper. Voters and ballots are entered apart; two officials confirm."""

from collections import Counter

from gateway import sittings
from gateway.pages.console.answers import Answer, SeeOther
from gateway.pages.console.desk import Desk
from gateway.pages.console.forms import Reading
from gateway.store import officials, polls
from gateway.store import sittings as kept
from gateway.store.engine import Tx
from gateway.store.sittings import Sitting

MOST_LETTERS = 2**16  # of a list that is typed or pasted


def show(desk: Desk) -> Answer:
    """Open sittings of the cycle; a clerk may begin one."""
    assert desk.cycle is not None
    with desk.site.store.reading() as tx:
        found = [one for one in kept.every(tx) if one.cycle == desk.cycle.id]
        first = {one.id: _first(tx, one) for one in found}
    return desk.screen("paper.html", sittings=found, first=first)


def begin(desk: Desk) -> Answer:
    """A new sitting; on to its lists. Raises Mistake."""
    assert desk.cycle is not None
    read = Reading(desk.form)
    label, cycle = read.text("label", most=120), desk.cycle.id
    read.done()

    def work(tx: Tx) -> SeeOther:
        one = sittings.begin(tx, desk.site.home, cycle, label, desk.at, desk.visitor.official.name)
        return SeeOther(_address(one))

    return desk.once(work)


def show_one(desk: Desk) -> Answer:
    """Both lists of a sitting: numbers of lines and counts, never who chose what."""
    with desk.site.store.reading() as tx:
        one = _asked(desk, tx)
        if one is None:
            return desk.screen("paper_over.html")
        return desk.screen("paper_sitting.html", one=one, voters=kept.voters(tx, one.id), first=_first(tx, one))


def take_one(desk: Desk) -> Answer:
    """What the pressed button says: voters, ballots, strike, again, give up. Raises Mistake, WrongFields."""
    ended: list[Sitting] = []

    def work(tx: Tx) -> SeeOther:
        one = _asked(desk, tx)
        if one is None:
            return SeeOther(f"/cycles/{desk.path['cycle']}/paper", "over")
        said = _entered(desk, tx, one)
        if said == "given_up":
            ended.append(one)
            return SeeOther(f"/cycles/{one.cycle}/paper", said)
        return SeeOther(_address(one), said)

    answer = desk.once(work)
    for one in ended:
        sittings.settle(desk.site.home, one.poll)
    return answer


def show_confirm(desk: Desk) -> Answer:
    """What an official confirms: how many, and the votes of each proposal."""
    with desk.site.store.reading() as tx:
        one = _asked(desk, tx)
        if one is None:
            return desk.screen("paper_over.html")
        cast = kept.ballots(tx, one.id)
        return desk.screen(
            "paper_confirm.html",
            one=one,
            votes=Counter(number for choices in cast for number in choices),
            spoiled=cast.count(()),
            paper=polls.published(tx, one.poll),
            first=_first(tx, one),
        )


def confirm(desk: Desk) -> Answer:
    """The visitor confirms both lists; with the second one they count. Raises Mistake."""
    done: list[sittings.Confirmed] = []

    def work(tx: Tx) -> SeeOther:
        one = _asked(desk, tx)
        if one is None:
            return SeeOther(f"/cycles/{desk.path['cycle']}/paper", "over")
        done.append(sittings.confirm(tx, desk.site.home, one.id, desk.visitor.official, desk.at))
        if done[0].batch is None:
            return SeeOther(f"/cycles/{one.cycle}/paper", "confirmed")
        return SeeOther(f"/cycles/{one.cycle}/paper", "counted", {"ballots": done[0].batch.size})

    answer = desk.once(work)
    for confirmed in done:
        if confirmed.batch is not None:
            sittings.settle(desk.site.home, confirmed.batch.poll)
    return answer


def _entered(desk: Desk, tx: Tx, one: Sitting) -> str:
    """Do it; the sentence that tells it. Raises Mistake, WrongFields."""
    read, home = Reading(desk.form), desk.site.home
    match desk.form.get("do"):
        case "ballots":
            sittings.enter_ballots(tx, home, one.id, _lines(read, "ballots"))
        case "strike":
            line = read.whole("line", most=10**6)
            read.done()
            sittings.strike_voter(tx, one.id, line)
            return "struck"
        case "again":
            sittings.strike_ballots(tx, one.id)
            return "again_done"
        case "give_up":
            sittings.give_up(tx, home, one.id, desk.at, desk.visitor.official.name)
            return "given_up"
        case _:
            sittings.enter_voters(tx, home, one.id, _lines(read, "voters"), desk.at)
    return "entered"


def _lines(read: Reading, name: str) -> list[tuple[int, str]]:
    """Lines that are not empty, with their numbers. Raises WrongFields."""
    text = read.text(name, most=MOST_LETTERS)
    read.done()
    return [(no, line.strip()) for no, line in enumerate(text.split("\n"), 1) if line.strip()]


def _asked(desk: Desk, tx: Tx) -> Sitting | None:
    """The open sitting of the address; None once it was counted or given up."""
    assert desk.cycle is not None
    wanted = desk.path["sitting"]
    return next((one for one in kept.every(tx) if str(one.id) == wanted and one.cycle == desk.cycle.id), None)


def _first(tx: Tx, one: Sitting) -> str:
    """The name of the official who has confirmed the lists as they stand; '' if nobody has."""
    asked = sittings.first_of(tx, one)
    return "" if asked is None else officials.names(tx)[asked.asked_by]


def _address(one: Sitting) -> str:
    return f"/cycles/{one.cycle}/paper/{one.id}"
