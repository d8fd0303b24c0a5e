"""Areas have codes that can be dialled, and stand in a tree."""

import pytest

from ballots.model import Area, AreaKind
from gateway.errors import NotThere, Taken, Unfit
from gateway.home import Home
from gateway.store import areas
from tests.gateway.store.villages import aul, names


def test_an_area_is_found_by_its_code(home: Home) -> None:
    place = aul(home)

    with home.store.reading() as tx:
        assert areas.by_code(tx, 7) == place == areas.by_id(tx, place.id)
        assert areas.every(tx) == (place,)
        assert place.area == Area(7, AreaKind.AUL, names("Area 7"))


@pytest.mark.parametrize("code", [-1, 0, 1, 6, 1_000_000])
def test_codes_that_cannot_be_dialled_are_refused(sqlite_home: Home, code: int) -> None:
    with pytest.raises(Unfit, match="cannot be dialled"):
        aul(sqlite_home, code)


def test_a_code_is_never_used_twice(home: Home) -> None:
    aul(home)
    with pytest.raises(Taken):
        aul(home)


def test_an_area_without_a_name_or_with_a_strange_method_is_refused(sqlite_home: Home) -> None:
    with sqlite_home.store.transaction() as tx:
        with pytest.raises(Unfit, match="name"):
            areas.create(tx, Area(7, AreaKind.AUL, {"kk": " "}))
        with pytest.raises(Unfit, match="roll or slip"):
            areas.create(tx, Area(7, AreaKind.AUL, names("x")), method="drums")


def test_an_unknown_area_is_told_with_what_to_do(home: Home) -> None:
    with home.store.reading() as tx, pytest.raises(NotThere, match="area new 9"):
        areas.by_code(tx, 9)


def test_a_district_is_the_union_of_what_lies_below_it(home: Home) -> None:
    region = aul(home, 900, kind=AreaKind.REGION)
    district = aul(home, 40, 900, AreaKind.DISTRICT)
    first, second = aul(home, 7, 40), aul(home, 8, 40)
    elsewhere = aul(home, 9)

    with home.store.reading() as tx:
        assert areas.below(tx, district.id) == {district.id, first.id, second.id}
        assert areas.below(tx, region.id) == {region.id, district.id, first.id, second.id}
        assert areas.related(tx, first.id) == {first.id, district.id, region.id}
        assert areas.related(tx, elsewhere.id) == {elsewhere.id}


def test_names_are_added_by_language(home: Home) -> None:
    aul(home)
    with home.store.transaction() as tx:
        areas.rename(tx, 7, {"ru": "Аул"})
    with home.store.reading() as tx:
        assert areas.by_code(tx, 7).area.names == names("Area 7") | {"ru": "Аул"}


def test_each_area_knows_those_in_which_it_lies_the_nearest_first(home: Home) -> None:
    aul(home, 900, kind=AreaKind.REGION)
    aul(home, 90, 900, AreaKind.DISTRICT)
    aul(home, 7, 90)
    aul(home, 8)

    with home.store.reading() as tx:
        assert areas.above(areas.every(tx)) == {900: (), 90: (900,), 7: (90, 900), 8: ()}


def test_areas_that_lie_in_each_other_by_mistake_end_somewhere(sqlite_home: Home) -> None:
    aul(sqlite_home, 90, kind=AreaKind.DISTRICT)
    aul(sqlite_home, 7, 90)
    with sqlite_home.store.transaction() as tx:
        tx.run("UPDATE area SET parent_id = (SELECT id FROM area WHERE code = 7) WHERE code = 90")

        assert areas.above(areas.every(tx)) == {90: (7,), 7: (90,)}
