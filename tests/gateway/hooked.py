"""A village behind the hooks of a real gateway: every call is made twice, as operators do, and must count once."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from gateway import daily
from gateway.bulletins.digest import FINAL
from gateway.home import Home
from gateway.loads.paper import Sitting, load_paper_voters
from gateway.outbox import Letter
from gateway.sender import Line, Sender
from gateway.sheets import Row
from gateway.store import jobs, tallies
from gateway.store.jobs import Watched
from handlers.messages import KAZAKHSTAN
from tests.gateway.field import Field, Reply, call
from tests.phones import PHONES
from tests.phones.base import Call, Screen, Step, Text
from tests.village import Village

AT_ONCE = 1e6  # messages a second
OPERATOR = timedelta(seconds=1)  # between two text messages: changes are told apart by the operator's seconds


@dataclass(slots=True)
class Dialogue:
    """Where a phone stands in the operator's session."""

    session: str
    keys: tuple[str, ...]
    ended: bool = False


class Hooked:
    """A village, laid into a home, whose phones reach it through one provider."""

    def __init__(self, village: Village, home: Home, provider: str, field: Field | None = None) -> None:
        self.at = village.at
        self.field = field or Field(home)
        self._home = home
        self._service_code = village.service_code
        self._provider, self._phones = provider, PHONES[provider]
        self._serial = count(1)
        self._dialogues: dict[str, Dialogue] = {}
        self._read: list[tuple[str, str]] = []
        self._sender = Sender(
            self.field.outbox,
            (self._line(provider),),
            owner="hooked",
            clock=lambda: self.at,
            randomness=home.randomness,
            zone=home.settings.gateway.zone,
            sms_per_day=home.settings.limits.sms_per_day,
        )

    def sms(self, phone: str, text: str) -> str:
        """Send a text message; the one reply ('' is silence)."""
        self.at += OPERATOR
        sent = self._phones.sms(Text(f"m{next(self._serial)}", phone, text, self.at))
        assert self._twice("sms", sent) == Reply(200, "")
        self.field.run(self._sender.drain())
        read, self._read = self._read, []
        assert [to for to, _ in read] in ([], [phone])
        return read[0][1] if read else ""

    def dial(self, phone: str, string: str) -> str:
        """Dial the service code, or with more behind it; the first screen."""
        rest = string.removeprefix(self._service_code.rstrip("#")).strip("*#")
        self._dialogues[phone] = Dialogue(f"s{next(self._serial)}", (rest,))
        return self._step(phone)

    def key(self, phone: str, text: str) -> str:
        """Answer the screen that the phone shows; the next one."""
        self._dialogues[phone].keys += (text,)
        return self._step(phone)

    def vote_on_paper(self, phone: str) -> None:
        """The phone's owner stands in the sheets of those who voted on paper."""
        for poll in self._polls():
            assert load_paper_voters(self._home, Sitting(poll.cycle, ()), (Row(1, (phone,)),), self.at) == 1

    def spoil(self, phone: str) -> None:
        """The phone's sealed votes can be opened by nobody."""
        with self._home.store.transaction() as tx:
            tx.run("UPDATE pending_ballot SET envelope = ? WHERE tag = ?", b"spoilt", self.field.tag(phone))

    def noon(self) -> None:
        """The turnout moves."""
        for poll in self._polls():
            daily.turnout(self._home, poll, self._day(), self.at)

    def mix(self) -> None:
        """The daily tally."""
        for poll in self._polls():
            daily.tally(self._home, poll, self._day(), self.at)

    def close(self) -> None:
        """The tally after closing."""
        for poll in self._polls():
            daily.tally(self._home, poll, FINAL, max(self.at, poll.closes_at + poll.grace))

    def tally(self) -> dict[int, int]:
        """Number -> votes that count, over all polls: envelopes and ballots."""
        counted: Counter[int] = Counter()
        for poll in self._polls():
            paper = self._counted(poll).paper
            counted.update({proposal.number: 0 for proposal in paper.proposals})
            for choices, times in self.field.votes(paper).items():
                counted.update(dict.fromkeys(choices, times))
        return dict(counted)

    def leave(self) -> None:
        """The books are in order; whatever was not closed is closed, and the ballots tell what the envelopes told."""
        self.field.invariants()
        before = self.tally()
        self.close()
        after: Counter[int] = Counter()
        for counted in map(self._counted, self._polls()):
            numbers = {proposal.proposal_id: proposal.number for proposal in counted.paper.proposals}
            assert counted.pending == 0
            after.update({numbers[proposal_id]: votes for proposal_id, votes in counted.tally.votes.items()})
        assert before == dict(after)

    def _step(self, phone: str) -> str:
        dialogue = self._dialogues[phone]
        assert not dialogue.ended, "nothing can be keyed in any more"
        screen = self._screen(self._phones.ussd(Step(dialogue.session, phone, dialogue.keys)))
        dialogue.ended = screen.ends
        return screen.text

    def _screen(self, made: Call) -> Screen:
        answer = self._twice("ussd", made)
        assert answer.status == 200
        return self._phones.shown(answer.body, answer.headers)

    def _twice(self, what: str, made: Call) -> Reply:
        self.field.now = self.at
        path = self.field.path(what, self._provider)
        first, again = (self.field.run(self._call(path, made)) for _ in range(2))
        assert first == again
        return first

    async def _call(self, path: str, made: Call) -> Reply:
        return await call(self.field.hooks, made.method, path, made.body, made.headers, made.query)

    def _line(self, provider: str) -> Line:
        return Line(provider, AT_ONCE, self._deliver)

    def _deliver(self, letter: Letter) -> str:
        self._read.append((letter.recipient, letter.content["text"]))
        return f"p{letter.id}"

    def _polls(self) -> tuple[Watched, ...]:
        with self._home.store.reading() as tx:
            return jobs.watched(tx)

    def _counted(self, poll: Watched) -> tallies.Counted:
        with self._home.store.reading() as tx:
            return tallies.of_poll(tx, poll.poll)

    def _day(self) -> str:
        return self.at.astimezone(KAZAKHSTAN).date().isoformat()
