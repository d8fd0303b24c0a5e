"""The bulletin that a gateway publishes: the same on both databases, whole where it may be, silent where it must be."""

import io
import json
import os
import random  # noqa: TID251 - which ballots are drawn is the test's
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ballots import canonical, ledger
from ballots.bulletin import files, hiding, reading
from ballots.bulletin.counting import BY_SUMS
from ballots.bulletin.findings import Asked, State
from ballots.bulletin.publishing import counted_by, public
from ballots.bulletin.values import Publish
from ballots.bulletin.verifying import is_sound, verify
from ballots.rules import RULES
from gateway import backup, mixing
from gateway.errors import NotNow, NotThere, Taken
from gateway.home import Home, open_home
from gateway.publishing import note_export, packed, write_folder
from gateway.restoring import restore
from gateway.store import audit, cycles, proposals, tallies
from tests import bulletins, invariants
from tests.bulletins import MIX_MIN, PATTERNS, end, evening, lived, of, press, published, sit, village, vote, wrong
from tests.gateway.store.villages import CLOSES

ROOT = Path(__file__).resolve().parents[2]
PHONES = [f"+770012345{digit:02d}" for digit in range(20)]


def whole(home: Home, cycle: int) -> reading.Bulletin:
    with home.store.reading() as tx:
        return press(home).whole(tx, cycle)


def test_the_bulletin_of_a_closed_vote_holds_and_tells_the_tally_of_the_books(home: Home) -> None:
    paper = lived(home)
    found = published(home, paper)

    with home.store.reading() as tx:
        invariants.books(tx)
        invariants.chained(tx, home)
        counted = tallies.tally_of(tx, paper.cycle)
    assert is_sound(verify(found))
    assert canonical.read(found[files.TALLY]) == canonical.read(canonical.write(counted.plain()))
    assert reading.read(found).cast == counted.ballots


@pytest.mark.parametrize("rule", RULES)
def test_whatever_the_rule_its_count_is_verified_or_said_to_need_the_ballots(sqlite_home: Home, rule: str) -> None:
    paper = lived(sqlite_home, rule=rule)
    whole_one = published(sqlite_home, paper)
    with sqlite_home.store.transaction() as tx:
        cycles.change(tx, paper.cycle, publish="totals")

    totals = published(sqlite_home, paper)

    assert is_sound(verify(whole_one))
    assert is_sound(verify(totals))
    followed = "tally_holds" in of(verify(totals), State.HOLDS)
    assert followed != ("rule_needs_ballots" in of(verify(totals), State.UNKNOWN))
    assert followed == (rule in BY_SUMS)


def test_the_same_books_give_the_same_bytes(sqlite_home: Home) -> None:
    paper = lived(sqlite_home)

    assert published(sqlite_home, paper) == published(sqlite_home, paper)
    assert packed(published(sqlite_home, paper), "b") == packed(published(sqlite_home, paper), "b")


def test_files_read_and_written_again_are_the_same_files(sqlite_home: Home) -> None:
    paper = lived(sqlite_home)
    found = published(sqlite_home, paper)

    assert press(sqlite_home).signed(reading.read(found)) == found


@pytest.mark.parametrize("name", sorted(files.README.values()))
def test_readmes_tell_the_fingerprint_and_no_blank(sqlite_home: Home, name: str) -> None:
    text = published(sqlite_home, lived(sqlite_home))[name].decode()

    assert sqlite_home.keys.fingerprint in text
    assert "{" not in text
    assert max(map(len, text.splitlines())) <= 120


def test_before_closing_nothing_is_published(sqlite_home: Home) -> None:
    paper = village(sqlite_home)

    with pytest.raises(NotNow, match="from closing on"):
        published(sqlite_home, paper)
    with pytest.raises(NotThere), sqlite_home.store.reading() as tx:
        press(sqlite_home).public(tx, 99)


# what is hidden


def test_a_vote_with_few_ballots_tells_how_many_voted_and_no_more(home: Home) -> None:
    paper = village(home, mix_min=4)
    vote(home, paper, [(1,), (2,), (2, 3)])
    end(home, paper)

    found = published(home, paper)

    told = canonical.read(found[files.TALLY])
    assert (told["ballots"], told["votes"], told["funded"], told["steps"]) == (3, None, None, None)
    assert [day["tally"]["votes"] for day in canonical.read(found[files.DAYS])] == [None]
    assert not [name for name in found if name.startswith("ballots/") or name == files.ELECTION]
    assert is_sound(verify(found))
    assert "turnout_only" in of(verify(found), State.UNKNOWN)
    for name in (files.PAGE, *files.README.values()):
        assert "№" not in found[name].decode()


def test_totals_alone_are_published_where_the_cycle_says_so(sqlite_home: Home) -> None:
    paper = lived(sqlite_home, publish="totals")

    found = published(sqlite_home, paper)

    assert not [name for name in found if name.startswith("ballots/") or name == files.ELECTION]
    assert canonical.read(found[files.TALLY])["votes"] == {"1": 15, "2": 18, "3": 12}
    assert is_sound(verify(found))
    assert {"totals_only"} == set(of(verify(found), State.UNKNOWN)) & {"totals_only", "rule_needs_ballots"}


def test_a_small_sitting_on_paper_lies_on_a_heap_with_a_batch_that_hides_it(home: Home) -> None:
    """Two ballots on paper: alone they would tell how these two voted."""
    paper = village(home)
    vote(home, paper, [PATTERNS[place % len(PATTERNS)] for place in range(12)])
    evening(home, paper)
    sit(home, paper, PHONES[:2], [(3,), (1, 2)])
    vote(home, paper, [(2,)] * 8)
    evening(home, paper, 2)
    end(home, paper)

    found = published(home, paper)

    shown = reading.read(found)
    apart = {batch.no: batch.size for batch in shown.batches}
    (other,) = set(shown.about.together) - {1001}
    assert apart[1001] == 2
    assert len(shown.heap) == apart[other] + 2 >= MIX_MIN
    assert set(shown.ballots) == set(apart) - {1001, other}
    assert is_sound(verify(found))
    assert {"heap", "paper_ballots"} <= set(of(verify(found), State.UNKNOWN))
    for day in shown.days:
        if day.tally["votes"] is not None:
            assert not hiding.splits(counted_in(shown, day.head), shown.batches, shown.about.together)


def test_no_two_published_sums_tell_those_of_fewer_than_mix_min(sqlite_home: Home) -> None:
    """Whatever is subtracted from whatever: days, batches, the heap, the end."""
    paper = village(sqlite_home)
    draw = random.Random(5)
    for day in range(1, 6):
        vote(sqlite_home, paper, [PATTERNS[draw.randrange(6)] for _ in range(draw.randrange(2, 9))])
        evening(sqlite_home, paper, day)
        if day in {2, 4}:
            some = PHONES[day : day + 1]
            sit(sqlite_home, paper, some, [PATTERNS[draw.randrange(6)] for _ in some])
    end(sqlite_home, paper)

    shown = reading.read(published(sqlite_home, paper))
    pieces = [frozenset({no}) for no in shown.ballots] + [frozenset(shown.about.together)]
    size = {batch.no: batch.size for batch in shown.batches}
    told = [counted_in(shown, day.head) for day in shown.days if day.tally["votes"] is not None]
    assert shown.about.together
    for piece in pieces:
        assert sum(size[no] for no in piece) in {0, *range(MIX_MIN, 1000)}
        for cut in told:
            assert piece <= cut or not any(size[no] for no in piece & cut)


def counted_in(shown: reading.Bulletin, head: str) -> set[int]:
    return {batch.no for batch in counted_by(shown, head)}


def test_all_of_few_can_be_written_for_two_officials(sqlite_home: Home) -> None:
    paper = village(sqlite_home, mix_min=4)
    vote(sqlite_home, paper, [(1,), (2,), (2, 3)])
    end(sqlite_home, paper)

    everything = press(sqlite_home).signed(whole(sqlite_home, paper.cycle))

    assert is_sound(verify(everything))
    assert canonical.read(everything[files.TALLY])["votes"] == {"1": 1, "2": 2, "3": 1}


# what changes after opening


def test_a_withdrawn_proposal_and_an_early_end_are_explained_by_the_log(home: Home) -> None:
    paper = village(home)
    vote(home, paper, [PATTERNS[place % len(PATTERNS)] for place in range(12)])
    evening(home, paper)
    with home.store.transaction() as tx:
        proposals.withdraw(tx, paper.cycle, 3, "the land is taken")
        audit.record(tx, home.keys, CLOSES, "akim", "withdraw", cycle=paper.cycle, number=3, reason="the land is taken")
    mixing.close(home, paper.poll, bulletins.EVENING.replace(day=5), "akim", early=True)

    found = published(home, paper)

    assert wrong(found) == []
    assert "moved_end" in of(verify(found), State.HOLDS)
    assert reading.read(found).about.withdrawn == (3,)
    assert canonical.read(found[files.TALLY])["funded"] == ["1", "2"]


def test_an_export_is_noted_once(sqlite_home: Home) -> None:
    paper = lived(sqlite_home)
    for _ in range(2):
        with sqlite_home.store.transaction() as tx:
            note_export(tx, sqlite_home.keys, CLOSES, paper.cycle)

    acts = [link.entry["act"] for link in reading.read(published(sqlite_home, paper)).chain]

    assert acts.count("export") == 1
    assert wrong(published(sqlite_home, paper)) == []


def test_the_log_of_other_votes_is_in_it_and_changes_nothing(sqlite_home: Home) -> None:
    paper = lived(sqlite_home)
    other = lived(sqlite_home, 8)

    assert wrong(published(sqlite_home, paper)) == []
    assert wrong(published(sqlite_home, other)) == []


def test_one_head_binds_everything_before_it(sqlite_home: Home) -> None:
    paper = lived(sqlite_home)
    first = reading.read(published(sqlite_home, paper)).days[0]

    lived(sqlite_home, 8)

    found = verify(published(sqlite_home, paper), Asked(heads=(ledger.short_head(first.head),)))
    assert "head_given" in of(found, State.HOLDS)


def test_after_a_restore_the_bulletin_holds_and_the_log_tells_of_it(sqlite_home: Home, tmp_path: Path) -> None:
    """What lay under the key of a batch that the new box does not have is counted as unreadable."""
    paper = village(sqlite_home)
    vote(sqlite_home, paper, [PATTERNS[place % len(PATTERNS)] for place in range(12)])
    evening(sqlite_home, paper)
    backup.make(sqlite_home, tmp_path / "copy.db", bulletins.EVENING)
    vote(sqlite_home, paper, [(3,)] * 8)
    evening(sqlite_home, paper, 2)
    with sqlite_home.store.reading() as tx:
        lost = audit.head(tx)
    sqlite_home.close()
    restore(sqlite_home.path, tmp_path / "copy.db", bulletins.EVENING.replace(day=4), os.urandom, None)
    home = open_home(sqlite_home.path, os.urandom)
    vote(home, paper, [(2,)] * 7)
    end(home, paper)

    found = verify(published(home, paper), Asked(heads=(lost.hash,)))

    acts = [link.entry["act"] for link in reading.read(published(home, paper)).chain]
    assert "restore" in acts
    assert of(found, State.WRONG) == ["other_head"]
    assert "unreadable" in of(found, State.UNKNOWN)
    assert wrong(published(home, paper)) == []
    home.close()


# where it goes


def test_a_folder_is_readable_for_everybody_and_never_written_over(sqlite_home: Home, tmp_path: Path) -> None:
    found = published(sqlite_home, lived(sqlite_home))
    before = os.umask(0o077)
    try:
        write_folder(tmp_path / "usb" / "out", found)
    finally:
        os.umask(before)

    written = {
        path.relative_to(tmp_path / "usb" / "out").as_posix(): path.read_bytes()
        for path in (tmp_path / "usb" / "out").rglob("*")
        if path.is_file()
    }
    assert written == found
    assert stat.S_IMODE((tmp_path / "usb" / "out" / files.PAGE).stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "usb" / "out" / "receipts").stat().st_mode) == 0o755
    with pytest.raises(Taken, match="not empty"):
        write_folder(tmp_path / "usb" / "out", found)


def test_python_alone_verifies_and_recounts_a_folder_and_a_zip(sqlite_home: Home, tmp_path: Path) -> None:
    """No site packages, no environment: only a copy of ballots/ and the standard library."""
    paper = lived(sqlite_home)
    found = published(sqlite_home, paper)
    write_folder(tmp_path / "out", found)
    (tmp_path / "out.zip").write_bytes(packed(found, "dauys-7-1"))
    with zipfile.ZipFile(tmp_path / "ballots.zip", "w") as copy:
        for path in sorted((ROOT / "ballots").rglob("*")):
            if path.suffix in {".py", ".toml"}:
                copy.write(path, path.relative_to(ROOT))
    with zipfile.ZipFile(tmp_path / "ballots.zip") as copy:
        copy.extractall(tmp_path / "alone")
    key = sqlite_home.keys.fingerprint

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        run = f"import sys, runpy; sys.path.insert(0, {str(tmp_path / 'alone')!r}); runpy.run_module('ballots', run_name='__main__')"
        command = [sys.executable, "-S", "-I", "-c", run, *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True, env={}, encoding="utf-8")

    for place in ("out", "out.zip"):
        verified = python("verify", str(tmp_path / place), "--key", key, "--language", "ru")
        assert verified.returncode == 0, verified
        assert verified.stdout.splitlines()[-1].startswith("Ошибок нет.")
    recounted = python("recount", str(tmp_path / "out"), "--json")
    assert canonical.write(json.loads(recounted.stdout)) == found[files.TALLY]
    (tmp_path / "out" / "receipts" / "0001.txt").write_text("1\n")
    spoilt = python("verify", str(tmp_path / "out"), "--language", "kk")
    assert (spoilt.returncode, "receipts/0001.txt" in spoilt.stdout) == (1, True)


def test_a_zip_has_no_time_in_it(sqlite_home: Home) -> None:
    content = packed(published(sqlite_home, lived(sqlite_home)), "dauys-7-1")

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "dauys-7-1/SHA256SUMS" in archive.namelist()


def test_public_leaves_what_is_whole_untouched(sqlite_home: Home) -> None:
    paper = lived(sqlite_home)
    everything = whole(sqlite_home, paper.cycle)

    shown = public(everything)

    assert (shown.about.publish, shown.heap) == (Publish.BALLOTS, ())
    assert shown.ballots == everything.ballots
    with sqlite_home.store.reading() as tx:
        assert cycles.by_id(tx, paper.cycle).publish == "ballots"
