"""One paper as it hangs on the notice board: its state, its turnout, its results, and an example of a vote."""

from dataclasses import dataclass
from datetime import datetime

from ballots.casting import cost_limit, most_choices
from ballots.cycles import is_open
from ballots.model import Paper, PollKind, Proposal, Step, Tally
from ballots.polls import POLLS
from ballots.rules.words import step_in_words
from gateway.catalogue import Catalogue
from gateway.pages.site import Site
from gateway.pages.wording import Wording
from gateway.store.few import OVER
from gateway.store.results import CERTIFIED
from gateway.store.tallies import Counted


@dataclass(frozen=True, slots=True)
class Notice:
    """What everybody may know of one poll."""

    paper: Paper
    state: str  # soon, open, counting, closed
    turnout: int | None  # as last announced
    tally_at: str  # HH:MM, local
    results: Counted | None
    files: tuple[str, ...] = ()  # what of the results may be taken home: csv, pb

    @property
    def funds(self) -> bool:
        """Is money handed out?"""
        return POLLS[self.paper.kind].funds

    @property
    def certified(self) -> bool:
        """Have officials put their names to the result?"""
        return self.paper.phase in CERTIFIED

    @property
    def rehearsal(self) -> bool:
        """Does nothing count here?"""
        return self.paper.kind is PollKind.REHEARSAL

    @property
    def published(self) -> bool:
        """Is there a public bulletin, once it is closed? Only of a cycle's own vote."""
        return self.paper.kind is PollKind.VOTE

    @property
    def most(self) -> int:
        """How many proposals one ballot may hold."""
        return min(most_choices(self.paper.rules), len(self._choosable))

    @property
    def cost_limit(self) -> int | None:
        """Whole tenge that one ballot may cost."""
        return cost_limit(self.paper.rules)

    @property
    def example(self) -> Proposal:
        """A proposal by which voting is explained: not the first one, so that the page favours nobody at the top."""
        return self._choosable[len(self._choosable) // 2]

    @property
    def other(self) -> Proposal:
        """Another one, to change a vote to."""
        return self._choosable[len(self._choosable) // 2 - 1]

    @property
    def several(self) -> str:
        """Two numbers as they are sent."""
        return " ".join(str(number) for number in sorted({self.example.number, self.other.number}))

    @property
    def ranking(self) -> list[tuple[Proposal, int, bool]]:
        """Proposals with their votes and whether they are funded: in the order of the count, else by votes."""
        assert self.results is not None
        tally = self.results.tally
        place = {step.number: at for at, step in enumerate(tally.steps)}
        rows = [
            (proposal, tally.votes[proposal.proposal_id], proposal.proposal_id in tally.funded)
            for proposal in self.paper.proposals
        ]
        return sorted(rows, key=lambda row: (place.get(row[0].number, 0), -row[1], row[0].number))

    @property
    def _choosable(self) -> list[Proposal]:
        return [proposal for proposal in self.paper.proposals if not proposal.withdrawn]


def notice_of(site: Site, catalogue: Catalogue, paper: Paper, at: datetime) -> Notice:
    """The notice of a paper as it hangs at `at`. Reads the books."""
    turnout = catalogue.turnouts.get(paper.poll)
    results = site.published_results(catalogue.version, paper)
    return Notice(
        paper=paper,
        state=state_of(paper, at),
        turnout=None if turnout is None else turnout.accepted,
        tally_at=site.tally_at(paper),
        results=results,
        files=_files(site, paper) if results else (),
    )


def _files(site: Site, paper: Paper) -> tuple[str, ...]:
    """Of votes alone: what hands out no budget is no result for others to add up."""
    if paper.kind is not PollKind.VOTE:
        return ()
    return ("csv", "pb") if site.publishes_ballots(paper) else ("csv",)


def state_of(paper: Paper, at: datetime) -> str:
    """soon, open, counting or closed."""
    if paper.phase in OVER:
        return "closed"
    if is_open(paper, at):
        return "open"
    return "soon" if at < paper.opens_at else "counting"


def step_words(wording: Wording, step: Step, paper: Paper) -> str:
    """One decision of a count in plain words."""
    return step_in_words(wording.language, step, paper.rules.threshold, amount=wording.amount, money=wording.tenge)


def tie_words(wording: Wording, tally: Tally, paper: Paper) -> list[str]:
    """How ties were ordered, if there were any, and which of them decided who is funded."""
    if not tally.ties:
        return []
    numbers = {proposal.proposal_id: proposal.number for proposal in paper.proposals}
    decisive = [[numbers[each] for each in tie.proposal_ids] for tie in tally.ties if tie.decisive]
    return [wording.say(f"tie_{paper.rules.ties}", seed=paper.rules.lot_seed)] + [
        wording.say("tie_decided", numbers=", ".join(wording.say("numbered", number=number) for number in tied))
        for tied in decisive
    ]
