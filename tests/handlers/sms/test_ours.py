"""What we say ourselves is never answered, and nothing that a villager writes is taken for it."""

import pytest

from handlers.phrases import LANGUAGES, PHRASES, say
from handlers.sms.ours import is_ours

FACTS = {
    "choice": "№3 Су құбыры",
    "receipt": "482 177 3529",
    "word": "ТІЗІМ",
    "opens_at": "01.05 09:00",
    "area": "Ақбулақ",
    "funded": "2, 3",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phrase", ["sms_help", "sms_ask_number", "not_on_roll", "voting_over"])
def test_our_own_sentence_is_known_again_also_in_a_rehearsal(language: str, phrase: str) -> None:
    sentence = PHRASES[language][phrase].format_map(dict.fromkeys(("closed_at",), "20.05 18:00"))

    assert is_ours(sentence)
    assert is_ours(f"{PHRASES[language]['rehearsal']}{sentence}\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phrase", ["sms_accepted", "sms_ask_word", "not_voting_yet", "digest_funded"])
def test_a_sentence_is_known_again_whatever_stands_in_its_blanks(language: str, phrase: str) -> None:
    assert is_ours(say(language, phrase, **FACTS))


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "№3",
        "дауыс 3 және 5",
        "7*3",
        "ӨЗГЕРТУ 4, рахмет сіздерге",
        "қабылданды ма менің дауысым",
        "please list the projects",
    ],
)
def test_what_a_villager_writes_is_not_ours(text: str) -> None:
    assert not is_ours(text)
