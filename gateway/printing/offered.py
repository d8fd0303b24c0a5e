"""SHEETS: every sheet of a cycle that can be had by its name alone, as a page or a job offers it."""

from typing import Protocol

from gateway.errors import NotNow
from gateway.printing.board import board_sheet
from gateway.printing.collecting import Asked, Press, board_sheet_of, minutes_of, poster_of
from gateway.printing.minutes import minutes
from gateway.printing.minutes_facts import Commission
from gateway.printing.poster import poster
from gateway.store.engine import Tx


class Sheet(Protocol):
    """One sheet of a cycle."""

    def __call__(self, tx: Tx, press: Press, asked: Asked) -> bytes:
        """The PDF. Raises NotThere, Unfit, and NotNow while there is nothing to print."""


def _poster(tx: Tx, press: Press, asked: Asked) -> bytes:
    return poster(poster_of(tx, press, asked))


def _board(tx: Tx, press: Press, asked: Asked) -> bytes:
    return board_sheet(board_sheet_of(tx, press, asked))


def _office(tx: Tx, press: Press, asked: Asked) -> bytes:
    return board_sheet(board_sheet_of(tx, press, asked, office=True))


def _minutes(tx: Tx, press: Press, asked: Asked) -> bytes:
    """With blank lines for names. Minutes that only two may read are not had by their name alone: NotNow."""
    facts = minutes_of(tx, press, asked, Commission())
    if facts.for_two and not asked.by_two:
        raise NotNow("these totals are so small that they tell who voted how: two officials read them together")
    return minutes(facts)


SHEETS: dict[str, Sheet] = {
    "poster": _poster,
    "board": _board,  # for the notice board
    "office": _office,  # the same for officials, with totals as the visibility allows
    "minutes": _minutes,
}
