"""Every template of a regulation makes a cycle that opens."""

from importlib.resources import files

import pytest

from gateway.errors import NotThere
from gateway.home import Home
from gateway.methods import METHODS, NAMES, settings_of
from gateway.store import cycles, polls, proposals
from gateway.store.polls import Opening
from tests.gateway.store.villages import CLOSES, LANGUAGES, OPENS, aul, names, proposal
from tests.homes import MADE


@pytest.mark.parametrize("name", METHODS)
def test_a_cycle_made_from_a_method_opens_and_keeps_where_it_came_from(sqlite_home: Home, name: str) -> None:
    aul(sqlite_home)
    with sqlite_home.store.transaction() as tx:
        made = cycles.new(tx, 7, names("Budget"), MADE, **settings_of(name), pb_budget=10_000_000, closes_at=CLOSES)
        proposals.put_on_ballot(tx, made.id, [proposal(number) for number in range(1, 5)])
    with sqlite_home.store.transaction() as tx:
        paper = polls.open_poll(tx, sqlite_home.keys, made.poll, OPENS, Opening("akim", LANGUAGES))

        assert paper.rules.form == METHODS[name].settings["form"]
        assert cycles.by_id(tx, made.id).method == f"{name}/1"


def test_the_methods_say_what_they_are_in_the_languages_of_officials() -> None:
    for method in METHODS.values():
        for texts in (method.names, method.about):
            assert texts.keys() == {"kk", "ru", "en"}
            assert all(text.strip() for text in texts.values())
        assert 7 <= method.days <= 60
        assert set(method.settings) <= cycles.OF_CYCLE | cycles.OF_POLL


def test_every_file_is_offered() -> None:
    there = {
        file.name.removesuffix(".toml") for file in files("gateway.methods").iterdir() if file.name.endswith("toml")
    }

    assert there == set(NAMES)


def test_a_method_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(NotThere, match="aul-pilot, aul-three"):
        settings_of("by-mood")
