"""What a page of the console is: its address, who may see it, and the functions that show it and take its form."""

from dataclasses import dataclass
from typing import Protocol

from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk
from gateway.pages.console.rights import Act


class Handler(Protocol):
    """One function of a page. It runs in a thread and may ask the store."""

    def __call__(self, desk: Desk) -> Answer:
        """What the browser gets. Raises Mistake, WrongFields, Conflict."""


@dataclass(frozen=True, slots=True)
class ConsolePage:
    """One page: a line of CONSOLE.

    An address may hold {area} (a code) and {cycle} (an id): the door finds them, and lets in only who oversees them.
    """

    path: str  # below /console
    act: Act | None  # what a role must be allowed; None: open to anybody
    show: Handler | None  # GET
    take: Handler | None = None  # POST
    texts: str = ""  # file of its sentences; '' = the page's name in CONSOLE
    menu: bool = False  # does it stand in the menu, or that of its cycle or area? As `title` of its texts calls it
    file: bool = False  # does it answer with a file instead of a page?
