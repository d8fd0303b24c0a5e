from copy import deepcopy
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given

from ballots import canonical, manifest
from ballots.errors import BadManifest
from ballots.model import Bound, Phase, Quota, Trait
from ballots.tallying import tally
from tests.ballots.papers import OPENS, paper, papers, polls, proposal

FULL = paper(
    proposal(1, texts={"kk": "Мәтін"}, sdgs=(6, 11), category="су", group="a", settlement="Арқат"),
    proposal(2, withdrawn=True),
    quotas=(Quota(Bound.FLOOR, Trait.SDG, ("6", "11"), 30), Quota(Bound.CAP, Trait.SETTLEMENT, (), 50)),
)


@given(papers())
def test_a_paper_comes_back_from_its_manifest_exactly(drawn):
    frozen = manifest.manifest_of(drawn, mix_min=10)

    assert manifest.paper_of(canonical.read(canonical.write(frozen))) == drawn
    assert frozen["mix_min"] == 10


@given(polls())
def test_a_recount_from_the_manifest_is_the_tally(poll):
    drawn, ballots = poll

    assert tally(manifest.paper_of(manifest.manifest_of(drawn, 10)), ballots) == tally(drawn, ballots)


def test_every_field_comes_back():
    assert manifest.paper_of(manifest.manifest_of(FULL, 10)) == FULL


def test_a_paper_without_quotas_and_settlements_is_written_as_before_there_were_any():
    frozen = manifest.manifest_of(paper(), 10)

    assert "quotas" not in frozen["rules"]
    assert all("settlement" not in row for row in frozen["proposals"])


def test_the_hash_does_not_depend_on_the_phase_or_the_time_zone_of_the_dates():
    later = replace(FULL, phase=Phase.CLOSED, opens_at=OPENS.astimezone(timezone(timedelta(hours=5))))

    assert manifest.sha256_hex(manifest.manifest_of(later, 10)) == manifest.sha256_hex(manifest.manifest_of(FULL, 10))


def test_the_hash_depends_on_every_word():
    other = replace(FULL, proposals=(replace(FULL.proposals[0], texts={"kk": "Мәтiн"}), FULL.proposals[1]))

    assert manifest.sha256_hex(manifest.manifest_of(other, 10)) != manifest.sha256_hex(manifest.manifest_of(FULL, 10))


def test_a_proposal_taken_back_since_is_given_beside_the_manifest():
    read = manifest.paper_of(manifest.manifest_of(FULL, 10), withdrawn={1})

    assert [p.withdrawn for p in read.proposals] == [True, True]


def changed(path, value):
    frozen = deepcopy(manifest.manifest_of(FULL, 10))
    inner = frozen
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return frozen


@pytest.mark.parametrize(
    "frozen",
    [
        pytest.param({}, id="nothing"),
        pytest.param(changed(["format"], "dauys-manifest-2"), id="another format"),
        pytest.param(changed(["more"], 1), id="a field more"),
        pytest.param(changed(["proposals", 0, "more"], 1), id="a field more in a proposal"),
        pytest.param(changed(["kind"], "poem"), id="an unknown kind"),
        pytest.param(changed(["opens_at"], "2026-05-02T04:00:00"), id="a date without a zone"),
        pytest.param(changed(["opens_at"], "2026-05-02T09:00:00+05:00"), id="a date in another zone"),
        pytest.param(changed(["area"], []), id="a list for an area"),
        pytest.param(changed(["grace"], "1"), id="text for a number"),
    ],
)
def test_anything_else_is_no_manifest(frozen):
    with pytest.raises(BadManifest):
        manifest.paper_of(frozen)
