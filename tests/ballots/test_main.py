"""`python -m ballots`, as somebody types it who has a bulletin and nothing else."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import ballots.__main__ as command
from ballots import canonical
from ballots.bulletin import files, writing
from ballots.bulletin.publishing import public
from ballots.comparing import compare
from gateway.publishing import packed, write_folder
from tests.ballots.bulletin.conftest import Closed
from tests.ballots.bulletin.conftest import closed as closed  # noqa: PLC0414 - a fixture is used by its name


@pytest.fixture
def folder(closed: Closed, tmp_path: Path) -> Path:
    write_folder(tmp_path / "out", closed.files)
    return tmp_path / "out"


def test_a_bulletin_in_order_ends_with_a_sentence_and_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["verify", str(folder), "--language", "kk"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("Қате табылмады.")


def test_a_changed_one_ends_with_the_number_of_faults_and_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / files.TALLY).write_bytes(b"{}\n")

    assert command.main(["verify", str(folder), "--language", "ru"]) == 1
    said = capsys.readouterr().out
    assert "ОШИБКА: Файл tally.json изменён" in said
    assert said.splitlines()[-1] == "ОТЧЁТ НЕ В ПОРЯДКЕ. Найдено ошибок: 1"


def test_a_recount_as_json_is_the_published_tally(
    closed: Closed, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["recount", str(folder), "--json"]) == 0
    assert canonical.write(json.loads(capsys.readouterr().out)) == closed.files[files.TALLY]


def test_a_recount_tells_votes_steps_and_winners(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["recount", str(folder), "--language", "en"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1] == "   2       18  Project 2 *"
    assert "№2 Votes: 18. There is money for it: 4 500 000 tenge. Then 5 500 000 tenge is left." in said
    assert said[-1] == "Counted again. Ballots: 30, rule: Most votes first, funded: №2, №1"


def test_another_rule_may_be_tried(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["recount", str(folder), "--rule", "greedy-no-skip", "--language", "en"]) == 0
    assert "rule: Most votes first, up to the first" in capsys.readouterr().out


def test_all_rules_are_compared_side_by_side(closed: Closed, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["recount", str(folder), "--all-rules", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Ballots: 30. Only the stated rule counts: Most votes first\nMost votes first: №2, №1\n")
    assert "Equal Shares: " in said
    compared = compare(closed.whole.paper, closed.whole.cast)
    assert [f"\n№{row.proposal.number} " in said for row in compared.rows] == [row.differs for row in compared.rows]


def test_a_tally_that_names_other_winners_is_not_what_a_recount_finds(
    closed: Closed, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / files.TALLY).write_bytes(closed.files[files.TALLY].replace(b'"funded":["2","1"]', b'"funded":["3","1"]'))

    assert command.main(["recount", str(folder), "--language", "en"]) == 1
    assert "funded: №2, №1" in capsys.readouterr().out


@pytest.mark.parametrize("publish", ["totals", "turnout"])
def test_what_is_not_published_is_not_recounted(
    closed: Closed, tmp_path: Path, capsys: pytest.CaptureFixture[str], publish: str
) -> None:
    manifest = {**closed.whole.manifest, "mix_min": 31 if publish == "turnout" else 3}
    about = replace(closed.whole.about, publish="totals")  # type: ignore[arg-type]
    shown = public(replace(closed.whole, manifest=manifest, about=about))
    write_folder(tmp_path / "out", writing.write(shown, lambda message: closed.key.sign(message).hex()))

    code = command.main(["recount", str(tmp_path / "out"), "--language", "en"])

    said = capsys.readouterr()
    assert code == (publish == "turnout")
    assert ("fewer than 31" in said.err) == (publish == "turnout")
    assert ("Ballots: 30" in said.out) == (publish == "totals")


def test_a_rule_that_needs_ballots_is_not_followed_from_totals(
    closed: Closed, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ballots.bulletin.counting.BY_SUMS", ())
    about = replace(closed.whole.about, publish="totals")  # type: ignore[arg-type]
    found = writing.write(public(replace(closed.whole, about=about)), lambda message: closed.key.sign(message).hex())
    write_folder(tmp_path / "out", found)

    assert command.main(["recount", str(tmp_path / "out"), "--language", "en"]) == 1
    assert "cannot be followed without the ballots" in capsys.readouterr().err
    assert command.main(["verify", str(tmp_path / "out"), "--language", "en"]) == 0
    assert "not verified: The winners: the rule Most votes first" in capsys.readouterr().out


def test_a_zip_is_read_wherever_its_folder_lies(closed: Closed, tmp_path: Path) -> None:
    for top in ("dauys-7-1", "a/b"):
        (tmp_path / "b.zip").write_bytes(packed(closed.files, top))
        assert command.main(["verify", str(tmp_path / "b.zip"), "--language", "en"]) == 0


@pytest.mark.parametrize(
    ("content", "expected"),
    [(b"PK", "not a zip file"), (None, "No such file"), ("huge", "unpacks to more than")],
    ids=["no zip", "nothing there", "a bomb"],
)
def test_what_is_no_bulletin_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, content: object, expected: str
) -> None:
    place = tmp_path / "b.zip"
    if content == "huge":
        monkeypatch.setattr(command, "LARGEST", 10)
        with zipfile.ZipFile(place, "w") as archive:
            archive.writestr("SHA256SUMS", b"0" * 11)
    elif isinstance(content, bytes):
        place.write_bytes(content)

    code = command.main(["verify", str(place)])

    assert code == 1
    assert expected in capsys.readouterr().err or content is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "kk_KZ.UTF-8"}, "kk"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "C"}, "en"),
    ],
)
def test_the_report_speaks_the_computers_language_if_it_can(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert command.reader_language() == expected
