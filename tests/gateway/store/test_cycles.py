"""A cycle is a draft until its paper is frozen; then the paper stays as everybody got it."""

import json
from datetime import timedelta

import pytest

from ballots.errors import BadQuota
from ballots.manifest import manifest_of, paper_of, sha256_hex
from ballots.model import AreaKind, Phase, PollKind, Ties, Visibility
from ballots.rules import quotas
from gateway.errors import NotNow, NotThere, Taken, Unfit, Unpublishable
from gateway.home import Home
from gateway.store import audit, cycles, polls, proposals, states
from gateway.store.polls import Opening
from tests.gateway.store.villages import CLOSES, LANGUAGES, OPENS, aul, cycle, names, opened, proposal
from tests.homes import MADE

AKIM = Opening("akim", ("kk", "ru"))


def test_a_cycle_is_read_back_as_it_was_set(home: Home) -> None:
    place = aul(home)
    with home.store.transaction() as tx:
        made = cycles.new(tx, 7, names("Budget"), MADE, pb_budget=5_000_000_000, visibility="turnout", ties="dearer")
        changed = cycles.change(tx, made.id, tally_at="19:30", mix_min=20, opens_at=OPENS, closes_at=CLOSES)

    with home.store.reading() as tx:
        assert cycles.every(tx) == (changed,)
        assert (changed.place, changed.phase, changed.pb_budget) == (place, Phase.DRAFT, 5_000_000_000)
        assert (changed.visibility, changed.tally_at, changed.mix_min) == (Visibility.TURNOUT, "19:30", 20)
        assert polls.draft(tx, made.poll, OPENS).rules.ties is Ties.DEARER


def test_quotas_and_settlements_are_frozen_with_the_paper(home: Home) -> None:
    aul(home)
    made = cycle(home, numbers=range(1, 3), quotas=["floor settlement:*=20", "cap sdg:3,4=50"])
    with home.store.transaction() as tx:
        proposals.put_on_ballot(tx, made.id, [proposal(5, settlement="Arqat", sdgs=(3,))])
        paper = polls.open_poll(tx, home.keys, made.poll, OPENS, Opening("akim", LANGUAGES, fitted=True))
    with home.store.reading() as tx:
        read = polls.published(tx, paper.poll)

    assert read == paper
    assert [quotas.write(quota) for quota in read.rules.quotas] == ["floor settlement:*=20", "cap sdg:3,4=50"]
    assert read.by_number[5].settlement == "Arqat"


def test_a_quota_that_cannot_be_is_refused(sqlite_home: Home) -> None:
    aul(sqlite_home)
    with pytest.raises(BadQuota, match="1 to 100 percent"):
        cycle(sqlite_home, quotas=["floor sdg:3=0"])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"colour": "blue"}, "no setting colour"),
        ({"tally_at": "25:00"}, "20:00"),
        ({"publish": "everything"}, "ballots or totals"),
        ({"mix_min": 0}, "1 or more"),
        ({"pb_budget": -1}, "0 or more"),
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_refused(sqlite_home: Home, settings: dict[str, object], said: str) -> None:
    aul(sqlite_home)
    with pytest.raises(Unfit, match=said):
        cycle(sqlite_home, **settings)


def test_opening_freezes_the_paper_and_makes_the_first_batch(home: Home) -> None:
    aul(home)
    paper = opened(home)

    with home.store.reading() as tx:
        assert polls.published(tx, paper.poll) == paper == paper_of(polls.manifest(tx, paper.poll))
        assert (paper.opens_at, paper.closes_at, paper.phase) == (OPENS, CLOSES, Phase.VOTING)
        assert cycles.by_id(tx, paper.cycle).phase is Phase.VOTING
        assert tx.rows("SELECT poll_id, no, state FROM batch") == [(paper.poll, 1, "open")]
        assert tx.rows("SELECT batch_no, manifest_hash FROM poll") == [(1, sha256_hex(manifest_of(paper, 10)))]
        assert states.catalogue_version(tx) == 1
        entry = [signed.link.entry for signed in audit.entries(tx)][-1]
        assert (entry["actor"], entry["act"], entry["facts"]["cycle"]) == ("akim", "open", paper.cycle)
    assert home.keys.batch(paper.poll, 1)


def test_the_frozen_manifest_is_canonical_json(sqlite_home: Home) -> None:
    aul(sqlite_home)
    paper = opened(sqlite_home)
    with sqlite_home.store.reading() as tx:
        ((text,),) = tx.rows("SELECT manifest FROM poll")

    assert json.loads(text) == manifest_of(paper, 10)
    assert text.endswith("}\n")


def test_a_later_opening_instant_is_kept(home: Home) -> None:
    aul(home)
    paper = opened(home, opens_at=OPENS + timedelta(days=1))

    assert paper.opens_at == OPENS + timedelta(days=1)


def test_an_open_cycle_is_not_opened_or_changed_again(home: Home) -> None:
    aul(home)
    paper = opened(home)

    with home.store.transaction() as tx:
        with pytest.raises(NotNow, match="opened already"):
            polls.open_poll(tx, home.keys, paper.poll, OPENS, AKIM)
        with pytest.raises(NotNow, match="rule"):
            cycles.change(tx, paper.cycle, rule="greedy-no-skip", publish="totals")
        with pytest.raises(NotNow):
            proposals.put_on_ballot(tx, paper.cycle, [proposal(9)])
        with pytest.raises(NotNow):
            proposals.clear(tx, paper.cycle)
        assert cycles.change(tx, paper.cycle, publish="totals", tally_at="19:00").publish == "totals"


def test_a_paper_with_flaws_stays_a_draft_and_every_flaw_is_told(home: Home) -> None:
    aul(home)
    made = cycle(home, numbers=range(0), rule="by mood", closes_at=OPENS - timedelta(days=1))

    with pytest.raises(Unpublishable) as refused, home.store.transaction() as tx:
        polls.open_poll(tx, home.keys, made.poll, OPENS, AKIM)

    assert len(refused.value.findings) >= 3
    assert "by mood" in str(refused.value)
    with home.store.reading() as tx:
        assert cycles.by_id(tx, made.id).phase is Phase.DRAFT
        assert states.catalogue_version(tx) == 0


def test_texts_that_no_phone_shows_keep_a_paper_back_unless_they_were_fitted(sqlite_home: Home) -> None:
    aul(sqlite_home)
    made = cycle(sqlite_home, numbers=range(0))
    long = proposal(1, shorts=names("A label that no screen of a phone has room for"))
    with sqlite_home.store.transaction() as tx:
        proposals.put_on_ballot(tx, made.id, [long])

    with sqlite_home.store.transaction() as tx:
        with pytest.raises(Unpublishable, match="short label"):
            polls.open_poll(tx, sqlite_home.keys, made.poll, OPENS, AKIM)
        polls.open_poll(tx, sqlite_home.keys, made.poll, OPENS, Opening("box", LANGUAGES, fitted=True))


def test_texts_are_looked_at_before_the_transaction_that_opens(sqlite_home: Home) -> None:
    aul(sqlite_home)
    made = cycle(sqlite_home)
    with sqlite_home.store.reading() as tx:
        proved = polls.prove(tx, made.poll, OPENS, AKIM)
    with sqlite_home.store.transaction() as tx:
        paper = polls.open_poll(tx, sqlite_home.keys, made.poll, OPENS, proved)

        assert proved.proved == sha256_hex(polls.manifest(tx, paper.poll))


def test_numbers_open_on_the_same_phones_are_not_given_twice(home: Home) -> None:
    aul(home, 40, kind=AreaKind.DISTRICT)
    aul(home, 7, 40)
    aul(home, 8, 40)
    opened(home, 7)
    opened(home, 8)  # other phones

    with pytest.raises(Unpublishable, match="same phones"):
        opened(home, 40, range(3, 5))
    opened(home, 40, range(101, 104))


def test_voting_needs_a_closing_instant(sqlite_home: Home) -> None:
    aul(sqlite_home)
    with pytest.raises(Unfit, match="closes"):
        opened(sqlite_home, closes_at=None)


def test_a_rehearsal_has_the_rules_and_proposals_of_its_cycle(home: Home) -> None:
    aul(home)
    made = cycle(home, ties="dearer")
    with home.store.transaction() as tx:
        poll = polls.add(tx, made.id, PollKind.REHEARSAL, OPENS, OPENS + timedelta(hours=3))
        paper = polls.open_poll(tx, home.keys, poll, OPENS, AKIM)

        assert (paper.kind, paper.rules.ties, len(paper.proposals)) == (PollKind.REHEARSAL, Ties.DEARER, 3)
        assert cycles.by_id(tx, made.id).phase is Phase.DRAFT
        assert poll != made.poll


def test_numbers_and_ids_stand_once_in_a_cycle(home: Home) -> None:
    aul(home)
    made = cycle(home)
    with home.store.transaction() as tx:
        with pytest.raises(Taken, match="number 3"):
            proposals.put_on_ballot(tx, made.id, [proposal(4), proposal(3)])
        with pytest.raises(Taken, match="id 3"):
            proposals.put_on_ballot(tx, made.id, [proposal(5, proposal_id="3")])
        assert [one.number for one in proposals.on_ballot(tx, made.id)] == [1, 2, 3]


def test_proposals_are_read_back_as_they_were_put(home: Home) -> None:
    aul(home)
    made = cycle(home, numbers=range(0))
    full = proposal(7, texts=names("text"), category="water", sdgs=(6, 11), group="a", proposal_id="W-07")
    with home.store.transaction() as tx:
        proposals.put_on_ballot(tx, made.id, [full])
    with home.store.reading() as tx:
        assert proposals.on_ballot(tx, made.id) == (full,)


def test_a_proposal_taken_back_keeps_its_number_on_the_open_paper(home: Home) -> None:
    aul(home)
    paper = opened(home)
    with home.store.transaction() as tx:
        proposals.withdraw(tx, paper.cycle, 2, "the land was sold")

        assert [one.withdrawn for one in polls.published(tx, paper.poll).proposals] == [False, True, False]
        assert states.catalogue_version(tx) == 2
        with pytest.raises(NotThere):
            proposals.withdraw(tx, paper.cycle, 9, "")


def test_what_is_not_there_is_told(home: Home) -> None:
    with home.store.reading() as tx:
        with pytest.raises(NotThere, match="cycle list"):
            cycles.by_id(tx, 1)
        with pytest.raises(NotThere):
            polls.published(tx, 1)
