"""The documents say what the code does: tables, commands, settings, links, the transcript in the README."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from gateway.cli import app
from tests import dialogues
from tests.tables import OPERATIONS, ROOT, commands_of, filled_in
from tests.tables import settings as settings_rows

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
COMMANDS = dict(commands_of(get_command(app)))
GROUPS = {name.split()[0] for name in COMMANDS if " " in name}
KEYS = {row[0].strip("`") for row in settings_rows()}
SECTIONS = {key.partition(".")[0] for key in KEYS}


def blocks(text: str) -> list[str]:
    """What stands between fences."""
    return re.findall(r"^```\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def named(path: Path) -> str:
    """How a test names a document."""
    return str(path.relative_to(ROOT))


def test_the_tables_of_settings_commands_and_jobs_equal_the_code() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")

    assert filled_in(text) == text, "write them anew: python -m tests.tables"


def test_what_the_readme_makes_can_be_made() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    asked = set(re.findall(r"\bmake ([a-z]+)", README))

    assert {"demo", "test"} <= asked
    assert asked <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_command_in_the_documents_exists_with_its_options(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    lines = re.findall(r"^(?:\S*/)?dauys (.+)$", "\n".join(blocks(text)), flags=re.MULTILINE)
    lines += re.findall(r"`dauys ([^`]+)`", text)

    for line in lines:
        words = re.sub(r"^--home \S+ ", "", line).split()
        name = next((name for name in (" ".join(words[:2]), words[0]) if name in COMMANDS or name in GROUPS), None)
        assert name is not None, f"dauys {line}"
        options = {option for part in getattr(COMMANDS.get(name), "params", ()) for option in part.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", " ".join(words))) <= options, f"dauys {line}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_setting_in_the_documents_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    asked = {word for word in re.findall(r"`([a-z_]+(?:\.[a-z_]+)+)`", text) if word.partition(".")[0] in SECTIONS}

    assert asked <= KEYS


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_to_a_file(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / link).exists(), link


def test_the_transcript_of_the_readme_is_what_is_said_now(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks(README) if block.startswith("# ")]
    (tmp_path / "readme.txt").write_text(shown, encoding="utf-8")

    assert dialogues.show(tuple(dialogues.run(dialogues.read(tmp_path / "readme.txt")))) == shown


def test_the_screenshot_is_light() -> None:
    assert (ROOT / "docs" / "images" / "public-page.png").stat().st_size < 200_000


def test_decisions_are_numbered_and_say_why_in_five_lines() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [re.match(r"\d{4}(?=-)", path.name) for path in decisions]
    assert all(numbers)
    assert len({number[0] for number in numbers if number}) == len(decisions)
    for path in decisions:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
        said = re.findall(r"^\*\*(.+?)\.\*\* \S", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert said == ["Question", "Decision", "Why", "Price", "Instead of"], path.name


def test_decisions_that_the_code_names_exist() -> None:
    numbers = {path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")}
    asked = {
        number
        for package in ("ballots", "handlers", "gateway", "migrations")
        for file in (ROOT / package).rglob("*.py")
        for number in re.findall(r"docs/decisions/(\d{4})", file.read_text(encoding="utf-8"))
    }

    assert asked <= numbers
