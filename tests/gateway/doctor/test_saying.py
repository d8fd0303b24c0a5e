"""What the doctor says is said in every language of officials, with the same facts."""

import re
from datetime import timedelta
from pathlib import Path
from string import Formatter

import pytest

import gateway.doctor
from gateway.doctor.patient import Finding, Level
from gateway.doctor.saying import found, texts, told

LANGUAGES = ("kk", "ru", "en")
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in Path(gateway.doctor.__file__).parent.glob("*.py"))
APART = {"minutes", "hours", "words"}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def shapes(language: str) -> dict[str, tuple[set[str], set[str]]]:
    return {
        name: (blanks(of["says"]), blanks(of.get("mend", "")))
        for name, of in texts(language).items()
        if name not in APART
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_every_finding_with_the_same_facts(language: str) -> None:
    assert shapes(language) == shapes("en")
    assert texts(language)["words"].keys() == texts("en")["words"].keys()


def test_every_finding_that_is_named_has_its_sentences_and_no_sentence_is_left_over() -> None:
    named = set(re.findall(r'found\(Level\.\w+, "(\w+)"', SOURCES))

    assert named == set(shapes("en"))


@pytest.mark.parametrize("name", shapes("en"))
def test_what_is_not_in_order_says_how_to_mend_it(name: str) -> None:
    in_order = name.endswith("_ok") or name in {"backup_elsewhere", "keys_exported"}

    assert [not texts(language)[name].get("mend") for language in LANGUAGES] == [in_order] * 3


def test_kazakh_is_written_with_its_own_letters_and_no_suffix_on_a_blank() -> None:
    for name in shapes("kk"):
        said = " ".join(texts("kk")[name].values())
        assert not re.search(r"[а-яәғқңөұүһ]i|i[а-яәғқңөұүһ]", said.lower()), name
        assert not re.search(r"}[-']?[а-яәғқңөұүһі]", said), name


@pytest.mark.parametrize(
    ("finding", "language", "expected"),
    [
        (
            found(Level.WARN, "messages_wait", count=1500, line="kannel", age=timedelta(minutes=90)),
            "en",
            "1,500 messages wait for kannel, the oldest for 90 min",
        ),
        (
            found(Level.WARN, "messages_wait", count=1500, line="kannel", age=timedelta(hours=30)),
            "ru",
            "Ждут отправки (kannel): 1\u00a0500. Самое старое ждёт 30 ч.",
        ),
        (
            found(Level.BAD, "clock_in_doubt", why="forward"),
            "kk",
            "Сағатқа күмән бар: уақыт күрт ауысты (алға). Ештеңе өздігінен ашылмайды, жабылмайды және есептелмейді.",
        ),
        (Finding(Level.BAD, "the disk is on fire"), "kk", "the disk is on fire"),
    ],
    ids=["minutes", "hours", "a word", "without a name"],
)
def test_a_finding_is_told_in_the_reader_s_language(finding: Finding, language: str, expected: str) -> None:
    assert told(finding, language)[0] == expected
