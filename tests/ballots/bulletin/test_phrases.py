"""Words of the verifier, the page and the README: complete in three languages, with the same blanks."""

import re
from itertools import combinations
from pathlib import Path
from string import Formatter

import ballots.bulletin
from ballots.bulletin.phrases import LANGUAGES, WORDS
from ballots.bulletin.verifying import BEYOND

SOURCE = Path(ballots.bulletin.__file__).parent


def blanks(text: str) -> set[str]:
    """Names between braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_language_says_the_same_things_with_the_same_blanks() -> None:
    for language in LANGUAGES:
        assert WORDS[language].keys() == WORDS["en"].keys()
        for section, words in WORDS[language].items():
            assert words.keys() == WORDS["en"][section].keys(), (language, section)
            for name, text in words.items():
                assert blanks(text) == blanks(WORDS["en"][section][name]), (language, section, name)


def test_no_sentence_is_borrowed_from_another_language() -> None:
    for one, other in combinations(LANGUAGES, 2):
        for section in ("verifier", "page"):
            shared = {name for name, text in WORDS[one][section].items() if WORDS[other][section][name] == text}
            assert shared == set(), (one, other)


def test_every_finding_has_a_sentence_and_every_sentence_is_said() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in [*SOURCE.glob("*.py"), SOURCE.parent / "__main__.py"])
    said = set(re.findall(r'(?:wrong|holds|unknown)\(\s*"(\w+)"', code)) | set(BEYOND)
    printed = {"holds", "wrong", "unknown", "sound", "unsound", "recounted", "compared"}

    assert said | printed == set(WORDS["en"]["verifier"])


def test_kazakh_is_written_with_the_cyrillic_i() -> None:
    for sections in WORDS["kk"].values():
        for text in sections.values():
            assert not re.search(r"[А-Яа-яӘәҒғҚқҢңӨөҰұҮүҺһ]i|i[А-Яа-яәғқңөұүһ]", text), text


def test_no_case_suffix_follows_a_blank_in_kazakh() -> None:
    for sections in WORDS["kk"].values():
        for text in sections.values():
            assert not re.search(r"\}[а-яәғқңөұүһі]", text), text
