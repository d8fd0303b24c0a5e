"""The phrase files: complete in every language, one part of an SMS each, and never like a swindler's message."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from handlers.phrases import FILES, LANGUAGES, PHRASES, WORDS, say
from handlers.segments import fits_ussd, septets, sms_parts
from handlers.sms import COMMANDS
from handlers.wording import fold

ASCII = ("kk-latin", "en")
BY_SMS = ("common", "refusals", "sms", "bulletins", "announcements")
SECTIONS = (*BY_SMS, "ussd")

LONGEST = {
    "accepted": "99999",
    "area": "Ш" * 24,
    "ballots": "99999",
    "choice": "№127",
    "closed_at": "10.05 18:00",
    "closes_at": "10.05 18:00",
    "cost": "999 999 999",
    "day": "02.05",
    "dial": "*384*44135*9999#",
    "digits": "47",
    "example": "НӘТИЖЕ 9999",
    "funded": "127, +99",
    "limit": "127",
    "name": "Ж" * 20,
    "number": "127",
    "one": "АҚПАРАТ 9999*127",
    "opens_at": "01.05 09:00",
    "options": "ЯЗЫК kk, ЯЗЫК kk-latin, ЯЗЫК ru",
    "other": "АҚПАРАТ 9998*127",
    "page": "9999*64",
    "receipt": "482 177 3529",
    "short": "44135",
    "tries": "4",
    "voted": "99999",
    "voted_on": "02.05",
    "votes": "№127: 99999",
    "word": "РЕГИСТРАЦИЯ",
}
LATIN = LONGEST | {
    "area": "S" * 24,
    "choice": "#127",
    "example": "NATIJE 9999",
    "name": "J" * 20,
    "one": "AQPARAT 9999*127",
    "options": "TIL kk, TIL kk-latin, TIL ru, TIL en",
    "other": "AQPARAT 9998*127",
    "votes": "#127: 99999",
    "word": "TIRKELU",
}
SUMS = {"over_budget": {"limit": "999 999 999"}}

PARTS = {("kk", "digest"): 2, ("ru", "digest"): 2} | {
    (language, name): 2
    for language in ("kk", "ru")
    for name in FILES[language]["announcements"]
    if name != "announce_stop"
}
"""An official's digest in Cyrillic names as many proposals as two parts hold; an announcement says when, where and how."""

PREFIXED = re.compile(
    "sms_(accepted_quiet|changed_quiet|held_digits|check_(none|held|pending|mixed|paper|expired|lost))"
)
"""What a rehearsal puts its word before; longer ones are cut to fit, or leave the choice out."""

GATEWAYS = ("ussd_not_taken", "ussd_unsure", "ussd_foreign")
"""Screens that come from no menu, so no walk through the menus measures them."""

SAME_IN = {
    "numbered": {("kk", "ru"), ("kk-latin", "en")},
    "ussd_choice": {("kk", "ru")},
    "ussd_votes": {("kk", "kk-latin", "ru", "en")},
}
"""Phrases that are the same in two languages, and may be."""


def blanks(phrase: str) -> Counter[str]:
    return Counter(re.findall(r"\{(\w+)\}", phrase))


def by_sms() -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        yield from ((language, name) for section in BY_SMS for name in FILES[language][section])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_phrase_with_the_same_blanks(language: str) -> None:
    expected = {name: set(blanks(phrase)) for name, phrase in PHRASES["kk"].items()}

    assert expected == {name: set(blanks(phrase)) for name, phrase in PHRASES[language].items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_sections_have_a_phrase_of_the_same_name(language: str) -> None:
    names = Counter(name for section in SECTIONS for name in FILES[language][section])

    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize(("language", "name"), list(by_sms()), ids=lambda value: value)
def test_a_sentence_is_one_part_of_an_sms_with_the_longest_facts(language: str, name: str) -> None:
    facts = (LATIN if language in ASCII else LONGEST) | SUMS.get(name, {})

    assert sms_parts(say(language, name, **facts)) <= PARTS.get((language, name), 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_of_a_rehearsal_is_one_part_too(language: str) -> None:
    facts = LATIN if language in ASCII else LONGEST
    prefixed = [
        say(language, "rehearsal") + say(language, name, **facts)
        for name in PHRASES[language]
        if PREFIXED.fullmatch(name)
    ]

    assert len(prefixed) == 10
    assert [text for text in prefixed if sms_parts(f"{text}.") > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_that_no_menu_shows_fits(language: str) -> None:
    screens = [say(language, name, **(LONGEST if "{dial}" in PHRASES[language][name] else {})) for name in GATEWAYS]

    assert [screen for screen in screens if not fits_ussd(screen)] == []


@pytest.mark.parametrize("language", ASCII)
def test_a_latin_sentence_has_no_letter_that_would_double_its_price(language: str) -> None:
    dear = [name for name, phrase in PHRASES[language].items() if not phrase.isascii() or septets(phrase) is None]

    assert [name for name in dear if name != "ussd_language"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_speaks_of_a_code_or_holds_a_link(language: str) -> None:
    swindle = re.compile(r"код|code|kod|http|www|\.kz|пароль|құпия|парол|password", re.IGNORECASE)

    assert [name for name, phrase in PHRASES[language].items() if swindle.search(phrase)] == []


@pytest.mark.parametrize("language", ["kk", "kk-latin"])
def test_no_kazakh_suffix_stands_behind_a_blank(language: str) -> None:
    """Which of its forms is right depends on what fills the blank."""
    assert [name for name, phrase in PHRASES[language].items() if re.search(r"\}[-']?\w", phrase)] == []


def test_no_sentence_is_that_of_another_language() -> None:
    speakers = defaultdict(list)
    for language in LANGUAGES:
        for section in SECTIONS:
            for name, phrase in FILES[language][section].items():
                speakers[name, phrase].append(language)

    same = {(name, tuple(languages)) for (name, _), languages in speakers.items() if len(languages) > 1}

    assert {(name, languages) for name, pairs in SAME_IN.items() for languages in pairs} == same


def test_a_word_means_the_same_in_every_language() -> None:
    meanings = defaultdict(set)
    for kinds in WORDS.values():
        for kind, words in kinds.items():
            for word in words:
                meanings[fold(word)].add(kind)

    assert {word: kinds for word, kinds in meanings.items() if len(kinds) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_words_in_every_language(language: str) -> None:
    assert set() == set(COMMANDS) - set(WORDS[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_one_word(language: str) -> None:
    assert [word for words in WORDS[language].values() for word in words if not fold(word).isalpha()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_command_that_a_sentence_tells_to_send_is_understood(language: str) -> None:
    known = {fold(word) for words in WORDS[language].values() for word in words}
    told = {word for phrase in PHRASES[language].values() for word in re.findall(r"[^\W\d_]{3,}", phrase)}
    commands = {word for word in told if word.isupper()} - {"SMS", "KZT", "СЫНАҚ", "ПРОБА", "SYNAQ", "REHEARSAL"}

    assert set() == {word for word in commands if fold(word) not in known}


def test_an_unknown_phrase_or_a_missing_fact_is_loud() -> None:
    with pytest.raises(KeyError):
        say("kk", "no_such_phrase")
    with pytest.raises(KeyError):
        say("kk", "sms_accepted")
