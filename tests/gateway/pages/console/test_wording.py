"""Every language of the console has every sentence, with the same blanks; every sentence is said somewhere."""

import re
from pathlib import Path
from string import Formatter

import pytest

import gateway
import gateway.pages.console
from ballots.linting import Flaw
from ballots.model import Bound, Trait
from gateway.loads.proposals import Fault
from gateway.pages.console import CONSOLE
from gateway.pages.console.cycle_settings import WORDS
from gateway.pages.console.drafting import FILE
from gateway.pages.console.wording import COMMON, LANGUAGES, texts
from gateway.remarks import FIELDS, RULES, TEXT_FIELDS
from gateway.store.audit import PHONE
from handlers.lint import Flaw as TextFlaw

FOLDER = Path(gateway.pages.console.__file__).parent
FILES = sorted(path.stem for path in (FOLDER / "texts" / "kk").glob("*.toml"))
SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in [*FOLDER.rglob("*.html"), *Path(gateway.__file__).parent.rglob("*.py")]
)
OF_TABLES = {
    "flaws": [flaw.name.lower() for flaw in (*Flaw, *TextFlaw)],
    "faults": [fault.name.lower() for fault in Fault],
    "bounds": list(Bound),
    "traits": list(Trait),
    "fields": [RULES, *FIELDS.values(), *TEXT_FIELDS.values()],
    **dict(WORDS.values()),
}
"""Family of sentences in drafting.toml -> words of tables, each of which has one."""
EXAMPLE = "8 701 000 00 01"  # of how a number is typed


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_files(language: str) -> None:
    assert sorted(path.stem for path in (FOLDER / "texts" / language).glob("*.toml")) == FILES


@pytest.mark.parametrize("file", FILES)
def test_every_language_has_every_sentence_with_the_same_blanks(file: str) -> None:
    shapes = [{name: blanks(text) for name, text in texts(language, file).items()} for language in LANGUAGES]

    assert shapes[0] == shapes[1] == shapes[2]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_sentences_are_whole(language: str, file: str) -> None:
    for name, text in texts(language, file).items():
        assert text.strip() == text != "", name
        assert not PHONE.search(text.replace(EXAMPLE, "")), name
        if language == "kk":  # і is the Cyrillic letter, U+0456
            assert not re.search(r"[а-яәғқңөұүһ]i|i[а-яәғқңөұүһ]", text.lower()), name
            assert not re.search(r"}[а-яәғқңөұүһі]", text), f"{name}: a suffix on a blank"


def test_every_page_has_its_sentences() -> None:
    assert {page.texts or name for name, page in CONSOLE.items()} <= set(FILES)


@pytest.mark.parametrize("family", OF_TABLES)
def test_every_word_of_a_table_has_its_sentence_in_the_editor(family: str) -> None:
    wanted = {f"{family}.{word}" for word in OF_TABLES[family]}

    assert wanted
    assert wanted - set(texts("kk", FILE)) == set()


def test_every_mistake_that_names_a_sentence_has_it() -> None:
    raised = re.findall(r'raise (?:NotThere|Taken|NotNow|Unfit)\([^\n]*?", "(\w+)"', SOURCES)

    assert raised
    assert {f"mistakes.{name}" for name in raised} <= set(texts("kk", COMMON))
