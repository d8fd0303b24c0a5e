from dataclasses import replace

from hypothesis import given, settings

from ballots import canonical
from ballots.comparing import as_plain, compare, reasons
from ballots.model import PollKind
from ballots.rules import RULES
from ballots.rules.words import TENGE
from ballots.tallying import tally
from tests.ballots.papers import paper, polls, proposal

ASKED = paper(
    proposal(1, 600, sdgs=(11,)), proposal(2, 500, sdgs=(4, 11)), proposal(3, 200, sdgs=(3,)), proposal(4, 200)
)
BALLOTS = {(1,): 5, (1, 2): 1, (3, 4): 4, (4,): 1}


def test_every_rule_is_counted_and_the_stated_one_is_named():
    compared = compare(ASKED, BALLOTS)

    assert compared.stated == "greedy"
    assert [result.rule for result in compared.results] == list(RULES)
    assert [row.proposal.number for row in compared.rows] == [1, 4, 3, 2]


def test_what_a_rule_funds_what_it_spends_and_how_many_voters_it_reaches():
    (result,) = compare(ASKED, BALLOTS, ["greedy"]).results

    assert result.funded == ("P1", "P4", "P3")
    assert (result.spent, result.left, result.reached) == (1000, 0, 11)
    assert result.sdgs == {3: 200, 11: 600}


@settings(max_examples=30)
@given(polls())
def test_each_result_is_the_tally_under_that_rule(poll):
    drawn, ballots = poll
    for result in compare(drawn, ballots).results:
        assert result.funded == tally(replace(drawn, rules=replace(drawn.rules, rule=result.rule)), ballots).funded


def test_where_rules_differ_each_says_why():
    road, school = proposal(1, 900), proposal(2, 500)
    compared = compare(paper(road, school), {(1,): 8, (2,): 4}, ["greedy", "equal-shares-plain"])

    (row,) = compared.differing
    assert (row.proposal, row.funded_by) == (road, ("greedy",))
    assert reasons(row, 0, "en") == {
        "greedy": "Votes: 8. There is money for it: 900 tenge. Then 100 tenge is left.",
        "equal-shares-plain": "Votes: 8. The shares of its supporters do not reach its cost: 900 tenge.",
    }


def test_as_plain_values_a_comparison_has_shares_of_goals_and_reasons_only_where_rules_differ():
    plain = as_plain(compare(ASKED, BALLOTS, ["greedy", "equal-shares-plain"]), "kk")

    assert canonical.read(canonical.write(plain)) == plain
    assert plain["rules"]["greedy"] == {
        "name": "Дауыс саны бойынша",
        "funded": ["P1", "P4", "P3"],
        "spent": 1000,
        "left": 0,
        "reached": 11,
        "tie_decided": False,
        "sdgs": {"3": {"tenge": 200, "share": 2000}, "11": {"tenge": 600, "share": 6000}},
    }
    assert {row["proposal_id"]: sorted(row["reasons"]) for row in plain["proposals"]} == {
        "P1": ["equal-shares-plain", "greedy"],
        "P4": [],
        "P3": [],
        "P2": [],
    }


def test_without_ballots_and_without_a_budget_nothing_is_funded_by_anybody():
    for asked, ballots in ((ASKED, {}), (replace(ASKED, kind=PollKind.CONSULT), BALLOTS)):
        compared = compare(asked, ballots)

        assert {result.funded for result in compared.results} == {()}
        assert compared.differing == ()
        for language in TENGE:
            assert all(not row["funded_by"] for row in as_plain(compared, language)["proposals"])
