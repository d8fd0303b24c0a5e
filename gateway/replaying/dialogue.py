"""One voter at the USSD menus: dials, reads screens, presses keys until a receipt or a refusal is seen."""

from collections.abc import Awaitable, Callable

from ballots.model import Choices
from gateway.replaying.delivering import NotTaken
from gateway.replaying.screens import Kind, Screen

MOST_KEYS = 12
TIMES_AT_MAIN = 3  # a restarted gateway has forgotten where we were
TO_VOTE, TO_MINE, YES, FROM_START = "1", "4", "1", "2"

Press = Callable[[tuple[str, ...]], Awaitable[Screen]]
"""All inputs so far -> the next screen."""


class Voting:
    """One dialogue."""

    def __init__(self, choices: Choices, language: int) -> None:
        self._numbers = " ".join(map(str, choices))
        self._language = language
        self._chosen = False
        self._at_main = 0
        self._notice = ""  # what the main menu said before we asked for our vote

    async def through(self, press: Press, dialled: tuple[str, ...]) -> Screen:
        """The last screen: it ends the dialogue or shows a receipt. Raises NotTaken where no key leads on."""
        keys = dialled
        self._chosen = bool(dialled)
        screen = await press(keys)
        while not screen.ends and not screen.receipt:
            if len(keys) > MOST_KEYS:
                raise NotTaken(screen.text)
            keys = (*keys, self._key(screen))
            screen = await press(keys)
        return screen

    def _key(self, screen: Screen) -> str:
        match screen.kind:
            case Kind.LANGUAGE:
                return str(1 + self._language % screen.keys)
            case Kind.RESUME:
                return FROM_START
            case Kind.MAIN:
                return self._from_main(screen)
            case Kind.CONFIRM:
                return YES
            case Kind.OTHER:
                return self._number(screen)

    def _from_main(self, screen: Screen) -> str:
        self._at_main += 1
        self._chosen = False
        if self._at_main > TIMES_AT_MAIN:
            raise NotTaken(screen.text)
        self._notice = screen.text.partition("\n")[0] if screen.noticed else ""
        return TO_MINE if self._notice else TO_VOTE

    def _number(self, screen: Screen) -> str:
        if self._chosen or self._notice:
            raise NotTaken(self._notice or screen.text)
        self._chosen = True
        return self._numbers
