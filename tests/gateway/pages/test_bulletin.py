"""The public bulletin as it is fetched from the public page."""

import io
import zipfile
from pathlib import Path

from ballots.__main__ import load
from ballots.bulletin.findings import Asked, State
from ballots.bulletin.verifying import is_sound, verify
from gateway.app import open_books
from gateway.catalogue import Shelf as Catalogues
from gateway.home import Home
from gateway.pages.bulletin import Shelf
from gateway.pages.site import Site
from gateway.store import audit, cycles
from tests.bulletins import lived, of
from tests.gateway.pages.conftest import AT, Visit, close

ADDRESS = "/bulletins/1.zip"


def test_an_open_vote_has_no_bulletin_and_no_link_to_one(visit: Visit) -> None:
    browser = visit()
    assert browser.get(ADDRESS).status_code == 404
    assert browser.get("/bulletins/99.zip").status_code == 404
    assert ADDRESS not in browser.get("/a/7").text


def test_a_closed_vote_links_to_a_zip_that_holds(visit: Visit, home: Home, tmp_path: Path) -> None:
    close(home)
    browser = visit()
    link = browser.get("/a/7?lang=kk").text
    got = browser.get(ADDRESS)
    again = browser.get(ADDRESS, headers={"if-none-match": got.headers["etag"]})

    (tmp_path / "b.zip").write_bytes(got.content)
    found = verify(load(tmp_path / "b.zip"), Asked(home.keys.fingerprint))
    assert f'href="{ADDRESS}"' in link
    assert got.headers["content-type"] == "application/zip"
    assert 'filename="dauys-7-1.zip"' in got.headers["content-disposition"]
    assert is_sound(found)
    assert "key_given" in of(found, State.HOLDS)
    assert (again.status_code, again.content) == (304, b"")


def test_a_bulletin_is_light(visit: Visit, home: Home) -> None:
    close(home)
    browser = visit()
    got = browser.get(ADDRESS)

    assert len(got.content) < 40_000
    assert zipfile.ZipFile(io.BytesIO(got.content)).testzip() is None


def test_asking_writes_nothing_and_a_new_entry_of_the_log_is_in_the_next_zip(visit: Visit, home: Home) -> None:
    close(home)
    browser = visit()
    first = browser.get(ADDRESS)
    same = browser.get(ADDRESS)
    with home.store.transaction() as tx:
        audit.record(tx, home.keys, AT, "akim", "certify", cycle=1)
    later = browser.get(ADDRESS)

    assert first.content == same.content
    assert first.headers["etag"] != later.headers["etag"]


def test_one_zip_of_a_cycle_is_kept_as_long_as_there_is_room(home: Home) -> None:
    close(home)
    other = lived(home, 9)
    shelf = Shelf(_site(home))
    for turn in range(3):
        shelf._take(1)
        with home.store.transaction() as tx:
            audit.record(tx, home.keys, AT, "akim", "look", cycle=1, turn=turn)
    assert len(shelf.made) == 1
    shelf._take(other.cycle)
    assert len(shelf.made) == 2

    shelf.room = 1
    assert shelf._take(1).content

    assert [cycle for cycle, _ in shelf.made] == [1]


def test_a_bulletin_of_few_is_fetched_without_totals(visit: Visit, home: Home, tmp_path: Path) -> None:
    paper = lived(home, 9, mix_min=31)
    browser = visit()
    got = browser.get(f"/bulletins/{paper.cycle}.zip")

    (tmp_path / "b.zip").write_bytes(got.content)
    assert "turnout_only" in of(verify(load(tmp_path / "b.zip")), State.UNKNOWN)
    with home.store.reading() as tx:
        assert cycles.by_id(tx, paper.cycle).mix_min == 31


def _site(home: Home) -> Site:
    return Site(open_books(home), home.store, Catalogues(), home.settings.gateway, lambda: AT, home.keys, home=home)
