import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots.errors import BadQuota
from ballots.model import Bound, Quota, Trait
from ballots.rules import quotas
from tests.ballots.papers import proposal, some_quotas


@pytest.mark.parametrize(
    ("text", "quota"),
    [
        pytest.param("sdg:3,4=30", Quota(Bound.FLOOR, Trait.SDG, ("3", "4"), 30), id="two goals"),
        pytest.param(" category: roads and bridges = 50 % ", Quota(Bound.FLOOR, Trait.CATEGORY, ("roads and bridges",), 50), id="spaces"),
        pytest.param("settlement:*=20", Quota(Bound.FLOOR, Trait.SETTLEMENT, (), 20), id="each settlement"),
        pytest.param("settlement:Қарауыл=100", Quota(Bound.FLOOR, Trait.SETTLEMENT, ("Қарауыл",), 100), id="all of it"),
    ],
)  # fmt: skip
def test_a_quota_is_read(text, quota):
    assert quotas.parse(Bound.FLOOR, text) == quota


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("roads=50", "write TRAIT:VALUES=PERCENT", id="no trait"),
        pytest.param("colour:red=50", "a trait is one of sdg, category, settlement", id="another trait"),
        pytest.param("sdg:3", "write TRAIT:VALUES=PERCENT", id="no percent"),
        pytest.param("sdg:3=0", "1 to 100 percent", id="nothing"),
        pytest.param("sdg:3=101", "1 to 100 percent", id="more than all"),
        pytest.param("sdg: , =10", "it needs a value", id="no value"),
    ],
)
def test_what_is_no_quota_is_refused_with_an_example(text, message):
    with pytest.raises(BadQuota, match=message):
        quotas.parse(Bound.CAP, text)


@given(some_quotas())
def test_a_quota_is_read_as_it_is_shown(quota):
    assert quotas.parse(quota.bound, quotas.show(quota)) == quotas.read(quotas.write(quota)) == quota


def test_a_row_that_is_neither_a_floor_nor_a_cap_is_refused():
    with pytest.raises(BadQuota, match="a floor or a cap"):
        quotas.read("roof sdg:3=30")


@given(st.text(max_size=30))
def test_any_text_is_a_quota_or_refused(text):
    try:
        read = quotas.parse(Bound.CAP, text)
    except BadQuota:
        return
    assert quotas.parse(Bound.CAP, quotas.show(read)) == read


ASKED = (
    proposal(1, sdgs=(3, 6), category="water", settlement="Arqat"),
    proposal(2, sdgs=(6,), category="water,roads", settlement="Qarauyl"),
    proposal(3),
)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("sdg:3,11=25", [{1}], id="goals"),
        pytest.param("sdg:6=25", [{1, 2}], id="one goal of several"),
        pytest.param("category:roads=25", [{2}], id="one category of several"),
        pytest.param("category:*=25", [{2}, {1, 2}], id="each category in the order of its name"),
        pytest.param("settlement:Arqat,Qarauyl=25", [{1, 2}], id="two settlements together"),
        pytest.param("settlement:Nowhere=25", [set()], id="nobody"),
    ],
)
def test_which_proposals_a_quota_means_and_how_many_tenge(text, numbers):
    caps = quotas.meant(quotas.parse(Bound.CAP, text), 999, ASKED)

    assert [(set(cap.numbers), cap.left) for cap in caps] == [(each, 249) for each in numbers]
