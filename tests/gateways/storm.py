"""Many votes through a real Kannel while our process, smsbox and bearerbox are killed; what is counted at the end.

The fake SMSC's protocol knows no acknowledgement: what is on its way to bearerbox, or in smsbox's hands, when one of
these is killed is what no spool kept. All else must be counted, once.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gateway.home import open_home
from gateway.replaying.phones import phone_of
from tests.gateways.kannel import Kannel, Operator, Ports, until
from tests.gateways.village import home_for, opened_for
from tests.served import Served, dauys, document

KILLS: Sequence[tuple[float, str, bool]] = (  # share of the messages sent by then, who is killed, is the spool full?
    (0.10, "gateway", False),
    (0.20, "smsbox", False),
    (0.30, "gateway", False),
    (0.40, "bearerbox", True),
    (0.50, "gateway", False),
    (0.60, "smsbox", True),
    (0.70, "gateway", False),
    (0.90, "gateway", False),
)
BURST = 50  # messages between two looks
LEAD = 300  # messages that the operator may be ahead of what is counted
NUMBERS = 5  # proposals of small.pb
CALM = 180.0  # seconds in which all that is left must arrive


@dataclass(slots=True)
class Outcome:
    """What a storm left."""

    sent: int = 0
    seconds: float = 0.0
    counted: set[str] = field(default_factory=set)
    accepted: int = 0
    votes: Counter[int] = field(default_factory=Counter)  # as the tally has them, by proposal's place
    spooled: int = 0  # messages that were seen in the spool after a kill
    in_hand: set[str] = field(default_factory=set)  # in the memory of what was killed, and in no spool since
    by_itself: int = 0  # times that smsbox ended with an assertion of its own
    kills: Counter[str] = field(default_factory=Counter)
    missing: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        alone = f", and smsbox fell {self.by_itself} times by itself" if self.by_itself else ""
        killed = ", ".join(f"{who} {times}" for who, times in sorted(self.kills.items()))
        return (
            f"{self.sent} SMS votes through Kannel in {self.seconds:.0f} s; killed with -9: {killed}{alone}. Counted {self.accepted}; "
            f"lost although the spool or the gateway had them {len(self.lost)}; counted twice {self.twice}; "
            f"seen in the spool after a kill {self.spooled}; "
            f"gone with the memory of smsbox or bearerbox {len(self.missing & self.in_hand)}"
        )

    @property
    def lost(self) -> set[str]:
        """Not counted, although nobody who was killed had them in memory alone."""
        return self.missing - self.in_hand

    @property
    def twice(self) -> int:
        """Votes in the tally beyond one for each phone."""
        return max(0, sum(self.votes.values()) - len(self.counted)) + max(0, self.accepted - len(self.counted))


class Storm:
    """One run in a folder."""

    def __init__(self, folder: Path, size: int) -> None:
        self.phones = tuple(phone_of(3, place) for place in range(size))
        self.outcome = Outcome()
        self._ports = Ports.free()
        self._served = Served(folder / "home")
        home_for(self._served.home, self._ports, self._served.url)
        opened_for(self._served.home, self.phones)
        self._home = open_home(self._served.home, os.urandom)
        self._phone_by_tag = {self._home.keys.voter_tag(1, phone): phone for phone in self.phones}
        self._kannel = Kannel(self._served.home, folder / "kannel", self._ports)
        self._operator: Operator | None = None

    def run(self) -> Outcome:
        """Until all that can arrive has arrived."""
        began = time.monotonic()
        with self._served, self._kannel:
            self._operator = Operator(self._ports.smsc)
            try:
                self._blow()
                self._calm_down()
                self.outcome.seconds = time.monotonic() - began
                self._count()
            finally:
                self._operator.close()
                self._home.close()
        return self.outcome

    def _blow(self) -> None:
        coming = [(round(share * len(self.phones)), who, full) for share, who, full in KILLS]
        for start in range(0, len(self.phones), BURST):
            burst = self.phones[start : start + BURST]
            until(self._keeps_up, "votes arrive", CALM)
            if not coming or start < coming[0][0]:
                self._send(burst, start)
                continue
            _, who, full = coming.pop(0)
            if who in REVIVALS:  # smsbox has in hand all that came while the gateway was away: one fault at a time
                self._settle()
            if full:
                self._kannel.hold("smsbox")
            self._send(burst, start)
            if full:
                until(lambda phones=burst: all(map(self._lies_in_spool(), phones)), "bearerbox has written them")
            self._kill(who)
        assert not coming

    def _lies_in_spool(self) -> Callable[[str], bool]:
        spooled = self._kannel.spooled()
        return lambda phone: phone.encode() in spooled

    def _send(self, phones: Sequence[str], start: int) -> None:
        assert self._operator
        for place, phone in enumerate(phones, start):
            self._operator.line(phone, "44135", "text", str(1 + place % NUMBERS))
        self.outcome.sent += len(phones)

    def _kill(self, who: str) -> None:
        self.outcome.kills[who] += 1
        if who == "gateway":
            self._served.kill()
            self._served.start()
            return
        self._kannel.kill(who)
        self._fell(who)

    def _fell(self, who: str) -> None:
        """A box is gone: what it alone had is in nobody's hand any more. Its supervisor starts it again."""
        spooled = self._kannel.spooled()
        waiting = set(self.phones[: self.outcome.sent]) - self._counted()
        kept = {phone for phone in waiting if phone.encode() in spooled}
        self.outcome.spooled += len(kept)
        self.outcome.in_hand = self.outcome.in_hand - kept | waiting - kept
        REVIVALS[who](self)
        torn = self._kannel.torn()
        self.outcome.in_hand |= {phone for phone in kept if phone.encode() in torn}

    def revive_smsbox(self) -> None:
        """Only the box that takes messages to us."""
        self._kannel.start("smsbox")

    def revive_both(self) -> None:
        """The operator's line is cut, too; smsbox is ended, as its supervisor would."""
        assert self._operator
        self._operator.close()
        self._kannel.kill("smsbox")
        self._kannel.start()
        self._operator = Operator(self._ports.smsc)

    def _settle(self) -> None:
        """All that was sent arrives, but for what was in somebody's hand when he was killed."""
        until(self._all_here, "all that was kept is counted", CALM)

    def _all_here(self) -> bool:
        self._supervise()
        return set(self.phones[: self.outcome.sent]) - self.outcome.in_hand <= self._counted()

    def _keeps_up(self) -> bool:
        self._supervise()
        return self.outcome.sent - len(self._counted()) < LEAD + len(self.outcome.in_hand)

    def _supervise(self) -> None:
        """Kannel 1.4.5 has an assertion that fails now and then when the gateway's connections break under load."""
        if self._kannel.ended("smsbox"):
            self.outcome.by_itself += 1
            self._fell("smsbox")

    def _calm_down(self) -> None:
        self._settle()
        until(lambda: not self._kannel.spooled(), "the spool empties", CALM)

    def _count(self) -> None:
        found = self.outcome
        found.counted = self._counted()
        found.missing = set(self.phones) - found.counted
        dauys(self._served.home, "close", 1)
        tally = document(self._served.home, "tally", 1)
        found.accepted = tally["accepted"]
        found.votes = Counter(dict(enumerate(tally["votes"].values())))

    def _counted(self) -> set[str]:
        with self._home.store.reading() as tx:
            return {self._phone_by_tag[bytes(tag)] for (tag,) in tx.rows("SELECT tag FROM participation")}


REVIVALS: dict[str, Callable[[Storm], None]] = {"smsbox": Storm.revive_smsbox, "bearerbox": Storm.revive_both}
