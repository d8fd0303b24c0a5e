"""One voter with a connection: the calls that its phone makes, by SMS and by USSD, each perhaps delivered twice."""

import random  # noqa: TID251 - a replay is repeatable: seeded, and nothing secret comes of it
from dataclasses import dataclass
from datetime import datetime

from ballots.model import Choices
from gateway.replaying.client import Request, Response
from gateway.replaying.delivering import NotTaken, Postman
from gateway.replaying.dialogue import Voting
from gateway.replaying.plan import Voter, chance_of
from gateway.replaying.screens import Screen
from gateway.replaying.spelling import spell
from gateway.replaying.via import Hit, Sms, Via

DIALS = 4  # a dialogue that ends without a receipt is dialled again
BY_MENU = 0.2  # of the voters for one proposal go through the menus, the others dial it


@dataclass(frozen=True, slots=True)
class Occasion:
    """What all voters of a replay share."""

    via: Via
    seed: int
    cycle: str  # makes ids of messages differ between cycles
    area: int  # the code of the aul, for direct dials
    at: datetime  # the operator's time of every message
    duplicates: float  # share of deliveries that are posted twice: half of them at once, half later


class Booth:
    """One voter."""

    def __init__(self, occasion: Occasion, voter: Voter, strays: list[Request]) -> None:
        self._occasion, self._voter = occasion, voter
        self._strays = strays  # calls to be delivered once more when all is over
        self._chance = self._drawn("booth")

    async def sms(self, postman: Postman, choices: Choices, what: str = "sms") -> None:
        """A text message. `what` tells a first vote from another one."""
        await postman.deliver(self._message(choices, what), _taken, twice=self._at_once())

    async def late(self, postman: Postman) -> None:
        """The message of the first vote, delivered at any other time."""
        await postman.deliver(self._message(self._voter.choices, "sms"), _taken)

    async def ussd(self, postman: Postman, choices: Choices, what: str = "ussd") -> None:
        """A dialogue, dialled again until a receipt was seen. Raises NotTaken, GaveUp."""
        menu = len(choices) > 1 or self._chance.random() < BY_MENU
        dialled = () if menu else (f"{self._occasion.area}*{choices[0]}",)
        refused = ""
        for attempt in range(DIALS):
            session = self._drawn(what, attempt).randbytes(16).hex()
            try:
                screen = await self._dial(postman, session, choices, dialled)
            except NotTaken as error:  # a gateway that was restarted on the way shows another screen than we thought
                refused = str(error)
                continue
            if screen.receipt:
                return
            refused = screen.text
        raise NotTaken(refused)

    async def _dial(self, postman: Postman, session: str, choices: Choices, dialled: tuple[str, ...]) -> Screen:
        async def press(keys: tuple[str, ...]) -> Screen:
            return await self._press(postman, Hit(session, self._voter.phone, keys))

        return await Voting(choices, self._voter.place).through(press, dialled)

    async def _press(self, postman: Postman, hit: Hit) -> Screen:
        request = self._occasion.via.hit(hit)
        if self._chance.random() < self._occasion.duplicates / 2:
            self._strays.append(request)
        return await postman.deliver(request, self._occasion.via.screen, twice=self._at_once())

    def _message(self, choices: Choices, what: str) -> Request:
        text = spell(choices, self._drawn("spelling", what))
        message_id = self._drawn(what).randbytes(16).hex()
        return self._occasion.via.sms(Sms(message_id, self._voter.phone, text, self._occasion.at))

    def _at_once(self) -> bool:
        return self._chance.random() < self._occasion.duplicates / 2

    def _drawn(self, *what: object) -> random.Random:
        return chance_of(self._occasion.seed, self._occasion.cycle, self._voter.place, *what)


def _taken(_response: Response) -> None:
    """A text message is acknowledged by its 200 alone."""
