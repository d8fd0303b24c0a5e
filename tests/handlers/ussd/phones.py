"""Phones in front of a menu: what is known of them, papers with the longest labels, and a phone that is pressed."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from ballots.model import BallotForm, PollKind, Rules, Standing
from handlers.messages import Entry, Found, Known, Session, SetLanguage, Slip, SlipState, Turn, Turnout, UssdTurn
from handlers.ussd import answer
from tests.papers import AUL, aul_paper, proposal

LANGUAGES = ("kk", "kk-latin", "ru", "en")
AT = datetime(2026, 5, 3, 6, tzinfo=UTC)
TODAY = date(2026, 5, 3)
RECEIPT = "4821773529"
NEW = "1112223334"

SOUND = "4821773525"
"""A receipt whose check digit is right: the others were never typed by anybody."""

WIDE = "Ұзын атаулы жоба бұл"
"""Twenty characters outside the GSM alphabet."""

ABOUT = "Ауылдың шетіне дейін таза су құбыры тартылады, жұмыс күзге дейін бітеді."

FORMS = {
    "choose-1": Rules(BallotForm.CHOOSE_1, budget=10**11),
    "approval": Rules(BallotForm.APPROVAL, max_choices=5, budget=10**11),
    "several": Rules(BallotForm.APPROVAL, min_choices=2, max_choices=99, budget=10**11),
    "knapsack": Rules(BallotForm.KNAPSACK, max_choices=99, max_cost=10**11 - 1, budget=10**11),
}


def long_paper(count, rules=FORMS["choose-1"], kind=PollKind.VOTE):
    """A paper with the longest label, name and cost there may be."""
    texts = dict.fromkeys(LANGUAGES, WIDE)
    about = dict.fromkeys(LANGUAGES, ABOUT)
    proposals = tuple(replace(proposal(number, texts, 999_999_999), texts=about) for number in range(128 - count, 128))
    area = replace(AUL, names=dict.fromkeys(LANGUAGES, "Ұ" * 24))
    return aul_paper(rules, proposals=proposals, area=area, kind=kind)


@dataclass(frozen=True, slots=True)
class Books:
    """What the look-ups say."""

    turnouts: Turnout = field(default_factory=lambda: Turnout(57, None))
    slips: dict[str, Slip] = field(default_factory=dict)
    found: tuple[Found, ...] = ()

    def slip(self, digits):
        return self.slips.get(digits, Slip(SlipState.UNKNOWN, 0, 5))

    def receipt(self, digits):
        return self.found if digits == SOUND else ()

    def turnout(self, poll):
        return self.turnouts

    def new_receipt(self):
        return NEW


def entry(paper, standing=Standing.NONE, choices=(3,)):
    voted = standing is not Standing.NONE
    opened = choices if standing in {Standing.HELD, Standing.PENDING} else ()
    return Entry(paper, standing, TODAY if voted else None, RECEIPT if voted else "", opened)


def known(*entries, language="kk", papers=None, **more):
    """A phone on the roll of its entries' areas."""
    papers = tuple(one.paper for one in entries) if papers is None else papers
    areas = tuple({one.paper.area.code: None for one in entries})
    plain = Known(language, LANGUAGES, entries, papers, areas, Books())
    return replace(plain, **more)


@dataclass
class Phone:
    """A phone that is pressed; `known` changes only by what the phone itself chose."""

    known: Known
    at: datetime = AT
    session: Session | None = None
    turn: Turn = field(default_factory=lambda: Turn(""))

    def dial(self, rest=""):
        return self._hit(rest, first=True)

    def press(self, *keys):
        """The screen after the last of these keys."""
        for key in keys:
            self._hit(key, first=False)
        return self.turn.text

    def wait(self, **passed):
        self.at += timedelta(**passed)

    def _hit(self, key, *, first):
        self.turn = answer(UssdTurn("s", "+77000000001", key, first=first, at=self.at), self.session, self.known)
        self.session = self.turn.session
        for act in self.turn.acts:
            if isinstance(act, SetLanguage):
                self.known = replace(self.known, language=act.language)
        return self.turn.text
