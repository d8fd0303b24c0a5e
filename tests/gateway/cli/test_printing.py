"""`dauys print …`: new PDF files for their owner only, and a sentence where there is nothing to print yet."""

import re
import stat
from datetime import timedelta
from pathlib import Path

from gateway.home import Home
from gateway.store import audit, slips
from tests.gateway.cli.commands import ran
from tests.gateway.pages.conftest import AT, close, tick
from tests.gateway.pages.conftest import aul_template as aul_template  # noqa: PLC0414 - a fixture is used by its name
from tests.gateway.printing.conftest import said
from tests.gateway.printing.conftest import village as village  # noqa: PLC0414


def made(home: Home, *arguments: object) -> str:
    """What stands in the file that `dauys print …` made; the file is the fourth word."""
    done = ran("--home", home.path, "print", *arguments)
    assert (done.code, done.err) == (0, ""), done
    file = Path(str(arguments[2]))
    assert done.out == f"{file}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return said(file.read_bytes())


def refused(home: Home, *arguments: object) -> str:
    done = ran("--home", home.path, "print", *arguments)
    assert (done.code, done.out) == (1, ""), done
    return done.err


def test_a_poster_is_a_new_file(village: Home, tmp_path: Path) -> None:
    assert "Су құбыры" not in made(village, "poster", 1, tmp_path / "en.pdf", "--language", "en")
    assert "Жаңа көшеге су құбыры" in made(village, "poster", 1, tmp_path / "poster.pdf")
    assert "exists" in refused(village, "poster", 1, tmp_path / "poster.pdf")
    assert "printed in kk, ru, en" in refused(village, "poster", 1, tmp_path / "x.pdf", "--language", "kk-latin")
    assert "no cycle 9" in refused(village, "poster", 9, tmp_path / "x.pdf")


def test_characters_without_a_glyph_are_named(village: Home, tmp_path: Path) -> None:
    with village.store.transaction() as tx:
        tx.run("UPDATE poll SET manifest = replace(manifest, 'Бұлақ үстіндегі көпір', 'Көпір 🙂')")
    done = ran("--home", village.path, "print", "poster", 1, tmp_path / "poster.pdf")

    assert done.code == 0
    assert "no sign for 🙂" in done.err


def test_the_sheet_of_the_day_is_printed_once_there_is_a_tally(village: Home, tmp_path: Path) -> None:
    assert "no daily tally yet" in refused(village, "sheet", 1, tmp_path / "a.pdf")
    tick(village, AT + timedelta(hours=10))

    assert "Водопровод" not in made(village, "sheet", 1, tmp_path / "b.pdf")
    assert "Водопровод" in made(village, "sheet", 1, tmp_path / "c.pdf", "--office", "--day", "2026-05-02")
    assert "write it like 2026-05-02" in refused(village, "sheet", 1, tmp_path / "d.pdf", "--day", "2 May")


def test_minutes_are_printed_when_voting_is_over(village: Home, tmp_path: Path) -> None:
    assert "cycle 1 is voting" in refused(village, "minutes", 1, tmp_path / "a.pdf")
    close(village)

    names = ("--chair", "Б. Ахметова", "--member", "Г. Серік", "--member", "И. Петров", "--akim", "Н. Әлімов")
    told = made(village, "minutes", 1, tmp_path / "b.pdf", *names)
    assert all(name in told for name in names[1::2])


def test_totals_of_few_are_printed_for_two_who_are_named_in_the_log(village: Home, tmp_path: Path) -> None:
    with village.store.transaction() as tx:
        tx.run("UPDATE poll SET manifest = replace(manifest, '\"mix_min\":10', '\"mix_min\":27')")
    close(village)
    one = ("--officials", "Б. Ахметова", "--officials", " Б. Ахметова")
    two = ("--officials", "Б. Ахметова", "--officials", "Н. Әлімов")

    assert "two officials read them together" in refused(village, "minutes", 1, tmp_path / "a.pdf")
    assert "two officials" in refused(village, "minutes", 1, tmp_path / "a.pdf", *one)
    assert not (tmp_path / "a.pdf").exists()
    assert "Только для двух" in made(village, "minutes", 1, tmp_path / "b.pdf", *two)
    with village.store.reading() as tx:
        last = list(audit.entries(tx))[-1].link
    assert last.entry["act"] == "read totals of few"
    assert last.entry["facts"]["readers"] == ["operator", "Б. Ахметова", "Н. Әлімов"]
    assert last.hash in said((tmp_path / "b.pdf").read_bytes()).replace(" ", "")


def numbers_in(text: str) -> list[str]:
    return sorted(set(re.findall(r"\d{4}-\d{4}-\d", text)))


def test_slips_are_printed_and_only_their_tags_are_kept(village: Home, tmp_path: Path) -> None:
    told = made(village, "slips", 7, tmp_path / "slips.pdf", "--count", 8, "--batch", "gathering")

    assert len(numbers_in(told)) == 8
    assert "named 'gathering' already" in refused(
        village, "slips", 7, tmp_path / "b.pdf", "--count", 1, "--batch", "gathering"
    )
    assert "exists" in refused(village, "slips", 7, tmp_path / "slips.pdf", "--count", 1, "--batch", "more")
    with village.store.reading() as tx:
        assert tx.row("SELECT count(*) FROM slip") == (8,)


def test_a_lost_slip_is_replaced_by_its_mark(village: Home, tmp_path: Path) -> None:
    first = made(village, "slips", 7, tmp_path / "slips.pdf", "--count", 1, "--batch", "gathering")
    (mark,) = re.findall(r"Знак талона (\S{4}-\S{4})", first)
    new = made(village, "replacement", 7, tmp_path / "new.pdf", "--slip", mark, "--reason", "lost")

    assert numbers_in(new) != numbers_in(first)
    again = ("replacement", 7, tmp_path / "again.pdf", "--slip", mark, "--reason", "lost")
    assert "used or replaced before" in refused(village, *again)
    assert not (tmp_path / "again.pdf").exists()
    with village.store.reading() as tx:
        assert slips.how_many(tx, 1, 3) == (1, 0)
        assert tx.rows("SELECT state FROM slip ORDER BY state") == [("free",), ("void",)]
