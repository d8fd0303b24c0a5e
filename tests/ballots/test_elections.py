import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import elections, pabulib
from ballots.errors import BadPabulib
from ballots.linting import lint
from ballots.model import BallotForm, Rules, Ties
from ballots.tallying import distinct, tally
from tests.ballots.papers import paper, polls, proposal
from tests.elections import SMALL, WHERE, folder

LANGUAGES = ("kk", "ru")
REAL = folder()
EXPECTED = json.loads((REAL / "expected.json").read_text(encoding="utf-8")) if REAL else {}

COUNTED_AS = {
    "poland_warszawa_2018_niskie-okecie.pb": {"ties": Ties.DEARER},
    "poland_lodz_2022_zdrowie-mania.pb": {"threshold": 59},
    "poland_poznan_2023_10-swierczewo-wilda-zielony-debiec.pb": {"rule": "greedy-no-skip"},
}
"""How the published result came about, where META and cheaper-first do not say it (SOURCES.md beside the files)."""

SAME_VILLAGE = {"poland_wieliczka_2023.pb": ("46", "66", "67")}
"""Projects of which the regulation funds one: 66 and 67 lie where winner 46 does."""

PUBLISHED_TWICE = {"poland_warszawa_2022_wola.pb": {"1040": -1}}
"""One ballot repeats a project, which the published figure counted twice."""


def read(path):
    return pabulib.read(path.read_bytes())


def paper_of(election, **choices):
    rules = elections.rules_of(election, **choices)
    return replace(paper(), proposals=elections.proposals_of(election, LANGUAGES, 30), rules=rules)


def test_a_small_election_of_our_own_is_counted_as_its_file_says():
    election = read(SMALL)

    counted = tally(paper_of(election), elections.choices_of(election))

    assert counted.votes == {project.project_id: int(project.fields["votes"]) for project in election.projects}
    assert set(counted.funded) == {project.project_id for project in election.projects if project.selected}


def test_the_real_elections_are_here():
    if REAL is None:
        pytest.skip(f"counted on the small election only: {WHERE}")

    assert len(EXPECTED) == 12


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_real_election_is_counted_as_published(name):
    election = read(REAL / name)
    published = EXPECTED[name]
    votes = published["votes"] | {
        project_id: published["votes"][project_id] + more for project_id, more in PUBLISHED_TWICE.get(name, {}).items()
    }

    asked = paper_of(election, **COUNTED_AS.get(name, {}))
    excluded = SAME_VILLAGE.get(name, ())[1:]
    asked = replace(asked, proposals=tuple(replace(p, withdrawn=p.proposal_id in excluded) for p in asked.proposals))

    counted = tally(asked, elections.choices_of(election))

    assert counted.votes == votes
    assert counted.ballots == published["voters"]
    assert sorted(counted.funded) == sorted(published["selected"])
    assert any(tie.decisive for tie in counted.ties) or "DECISIVE" not in published["rule"]


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if "wroclaw_2017" not in name))
def test_a_real_election_comes_back_from_its_file(name):
    election = read(REAL / name)

    assert pabulib.read(pabulib.write(election)) == election


def small(**meta):
    election = read(SMALL)
    kept = {key: text for key, text in (dict(election.meta) | meta).items() if text is not None}
    return replace(election, meta=kept)


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        pytest.param({}, Rules(BallotForm.APPROVAL, max_choices=3), id="approval"),
        pytest.param({"max_length": None}, Rules(BallotForm.APPROVAL, max_choices=5), id="any number of projects"),
        pytest.param({"max_length": "9"}, Rules(BallotForm.APPROVAL, max_choices=5), id="more than there are"),
        pytest.param({"max_length": "1"}, Rules(BallotForm.CHOOSE_1), id="one project"),
        pytest.param({"vote_type": "choose-1"}, Rules(BallotForm.CHOOSE_1), id="choose-1"),
        pytest.param({"vote_type": None}, Rules(BallotForm.APPROVAL, max_choices=3), id="no kind of vote"),
        pytest.param(
            {"max_length": None, "max_sum_cost": "800000"},
            Rules(BallotForm.KNAPSACK, max_choices=5, max_cost=800_000),
            id="knapsack",
        ),
        pytest.param(
            {"max_length": "1", "max_sum_cost": "800000"},
            Rules(BallotForm.KNAPSACK, max_choices=1, max_cost=800_000),
            id="knapsack of one",
        ),
        pytest.param(
            {"min_length": "2"}, Rules(BallotForm.APPROVAL, min_choices=2, max_choices=3), id="at least two projects"
        ),
        pytest.param({"rule": None}, Rules(BallotForm.APPROVAL, max_choices=3), id="no rule"),
        pytest.param(
            {"rule": "equalshares/add1"}, Rules(BallotForm.APPROVAL, max_choices=3, rule="equal-shares"), id="add1"
        ),
        pytest.param(
            {"rule": "equalshares"}, Rules(BallotForm.APPROVAL, max_choices=3, rule="equal-shares-plain"), id="shares"
        ),
        pytest.param(
            {"rule": "greedy-no-skip"}, Rules(BallotForm.APPROVAL, max_choices=3, rule="greedy-no-skip"), id="no skip"
        ),
    ],
)
def test_the_rules_of_a_file(meta, expected):
    assert elections.rules_of(small(**meta)) == replace(expected, budget=1_000_000)


def test_rule_ties_threshold_and_seed_can_be_given():
    rules = elections.rules_of(small(rule="poem"), "greedy-no-skip", Ties.LOT, 4, "2026")

    assert (rules.rule, rules.ties, rules.threshold, rules.lot_seed) == ("greedy-no-skip", Ties.LOT, 4, "2026")


@pytest.mark.parametrize(
    ("meta", "rule", "message"),
    [
        pytest.param({"rule": "poem"}, None, "the rule poem is not known here; choose one with --rule", id="of META"),
        pytest.param({}, "song", "the rule song is not known here; choose one with --rule", id="given"),
        pytest.param({"vote_type": "ordinal"}, None, "vote_type ordinal is not counted here", id="kind of vote"),
    ],
)
def test_what_is_not_known_here_is_refused(meta, rule, message):
    with pytest.raises(BadPabulib, match=message):
        elections.rules_of(small(**meta), rule)


def test_projects_become_proposals_in_the_order_of_the_file():
    proposals = elections.proposals_of(small(), LANGUAGES, 9)

    assert [proposal.number for proposal in proposals] == [1, 2, 3, 4, 5]
    assert proposals[1].proposal_id == "SHATYR"
    assert proposals[1].names == {"kk": "Мектеп шатыры; жаңа", "ru": "Мектеп шатыры; жаңа"}
    assert proposals[1].shorts == {"kk": "Мектеп", "ru": "Мектеп"}


def test_a_paper_of_a_file_can_be_published():
    assert lint(paper_of(small()), (), LANGUAGES) == ()


@given(polls())
def test_a_poll_written_as_a_file_gives_the_same_tally(poll):
    drawn, ballots = poll
    counted = tally(drawn, ballots)

    election = pabulib.read(pabulib.write(elections.election_of(drawn, distinct(ballots), counted, "kk")))
    again = tally(paper_of(election, rule=drawn.rules.rule, ties=Ties.NUMBER), elections.choices_of(election))

    assert again.votes == counted.votes
    if election.meta["rule"] in {"greedy", "greedy-threshold", "greedy-no-skip"}:  # the others say in a comment why not
        assert set(again.funded) == set(counted.funded)
    assert {project.project_id for project in election.projects if project.selected} == set(counted.funded)
    assert election.budget == drawn.rules.budget


def test_the_limits_of_a_knapsack_stand_in_the_file_and_the_order_of_votes_tells_nothing():
    asked = paper(proposal(1), proposal(2), form=BallotForm.KNAPSACK, max_cost=150)

    election = elections.election_of(asked, {(2,): 1, (1,): 2}, tally(asked, {(2,): 1, (1,): 2}), "ru")

    assert election.meta["max_sum_cost"] == "150"
    assert election.meta["unit"] == "Карагайлы"
    assert [(vote.voter_id, vote.project_ids) for vote in election.votes] == [
        ("1", ("P1",)),
        ("2", ("P1",)),
        ("3", ("P2",)),
    ]
    assert elections.rules_of(election) == replace(asked.rules, max_choices=2)


TIED = {(1,): 3, (2,): 2, (3,): 2}


@pytest.mark.parametrize(
    ("asked", "rule", "comment"),
    [
        pytest.param(paper(), "greedy", None, id="greedy"),
        pytest.param(paper(rule="greedy-no-skip"), "greedy-no-skip", None, id="no skip"),
        pytest.param(paper(threshold=2), "greedy", None, id="a threshold that everybody reached"),
        pytest.param(paper(threshold=3), "greedy-threshold", None, id="a threshold that decides"),
        pytest.param(paper(budget=200, ties=Ties.NUMBER), "greedy", "#1: A tie decided. Policy: number;", id="a tie"),
        pytest.param(
            paper(budget=200, ties=Ties.LOT, lot_seed="2026"),
            "greedy",
            "#1: A tie decided. Policy: lot with the seed 2026;",
            id="a lot",
        ),
        pytest.param(
            paper(proposal(1, group="a"), proposal(2, group="a"), proposal(3)),
            "greedy-exclusive",
            "#1: Not funded because another project of the same conflict group was: P2.",
            id="a conflict",
        ),
        pytest.param(
            paper(proposal(1), proposal(2, withdrawn=True), proposal(3)),
            "greedy-custom",
            "#1: Withdrawn while people voted, and not counted: P2.",
            id="a withdrawn proposal",
        ),
        pytest.param(
            paper(proposal(1, group="a"), proposal(2, group="a"), proposal(3), rule="greedy-no-skip"),
            "greedy-custom",
            "#1: Not funded because",
            id="a conflict under no skip",
        ),
    ],
)
def test_the_rule_is_named_as_the_format_names_it_and_a_comment_says_the_rest(asked, rule, comment):
    meta = elections.election_of(asked, TIED, tally(asked, TIED), "kk").meta

    assert meta["rule"] == rule
    assert meta.get("min_project_score_threshold") == ("3" if rule == "greedy-threshold" else None)
    assert meta.get("comment", "").startswith(comment or "")
    assert ("comment" in meta) == (comment is not None)


def test_a_threshold_that_decided_is_read_back():
    asked = paper(threshold=3)
    election = elections.election_of(asked, TIED, tally(asked, TIED), "kk")

    assert elections.rules_of(election).threshold == 3
    assert elections.rules_of(election, threshold=5).threshold == 5


def test_where_a_tie_decided_the_order_of_the_file_takes_it_as_it_was_taken():
    asked = paper(proposal(1), proposal(2, cost=80), proposal(3, cost=70), budget=180, ties=Ties.CHEAPER)
    election = elections.election_of(asked, TIED, tally(asked, TIED), "kk")

    assert [project.project_id for project in election.projects] == ["P1", "P3", "P2"]
    assert tally(paper_of(election, ties=Ties.NUMBER), elections.choices_of(election)).funded == ("P1", "P3")


def test_days_are_those_of_the_village():
    asked = replace(
        paper(), opens_at=datetime(2026, 4, 30, 19, tzinfo=UTC), closes_at=datetime(2026, 5, 10, 13, tzinfo=UTC)
    )
    meta = elections.election_of(asked, TIED, tally(asked, TIED), "kk", timezone(timedelta(hours=5))).meta

    assert (meta["date_begin"], meta["date_end"]) == ("01.05.2026", "10.05.2026")


def test_one_choice_is_the_kind_of_vote_that_the_format_has_for_it():
    asked = paper(form=BallotForm.CHOOSE_1)
    election = elections.election_of(asked, TIED, tally(asked, TIED), "kk")

    assert (election.meta["vote_type"], election.meta["max_length"]) == ("choose-1", "1")
    assert elections.rules_of(election).form is BallotForm.CHOOSE_1


def test_texts_are_single_lines_and_a_column_stands_only_where_the_format_takes_it():
    long = {"kk": ' Су\nқұбыры;\t"жаңа" ', "ru": "Водопровод"}
    some = paper(proposal(1, texts=long, category="roads"), proposal(2), proposal(3))
    all_told = paper(*(proposal(number, texts=long) for number in (1, 2, 3)))

    assert [*_first(some).fields] == ["votes", "name", "category", "selected", "public_id"]
    assert [*_first(all_told).fields] == ["votes", "name", "selected", "description", "public_id"]
    assert _first(all_told).fields["description"] == 'Су құбыры; "жаңа"'


def test_a_budget_for_everything_is_said_so():
    assert elections.election_of(paper(), TIED, tally(paper(), TIED), "kk").meta["fully_funded"] == "1"
    assert (
        "fully_funded" not in elections.election_of(paper(budget=299), TIED, tally(paper(budget=299), TIED), "kk").meta
    )


def _first(asked):
    return elections.election_of(asked, TIED, tally(asked, TIED), "kk").projects[0]


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        pytest.param("Су құбыры", 9, "Су құбыры", id="it fits"),
        pytest.param("Ауылға су құбыры", 12, "Ауылға су", id="between words"),
        pytest.param("Ауылға су құбыры", 9, "Ауылға су", id="the limit is a border"),
        pytest.param("Су электрстанциясы", 10, "Су электрс", id="a long word is cut"),
        pytest.param("Электрстанция", 5, "Элект", id="one word"),
        pytest.param("Су құбыры, жаңа", 11, "Су құбыры", id="no comma at the end"),
        pytest.param("🌳🌳🌳", 5, "🌳🌳", id="no half of a letter of two units"),
        pytest.param("Кои\u0306ма", 3, "Ко", id="no letter without its mark"),
        pytest.param("Су", 0, "", id="no room"),
    ],
)
def test_a_text_is_shortened(text, limit, short):
    assert elections.shorten(text, limit) == short


@given(st.text(), st.integers(0, 20))
def test_a_shortened_text_always_fits(text, limit):
    assert len(elections.shorten(text, limit).encode("utf-16-le", "surrogatepass")) <= 2 * limit
