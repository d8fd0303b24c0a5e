"""`ТІЛ`, `ТІЛ ru`, `русский`: the language and script of our replies."""

from collections.abc import Mapping

from handlers.messages import SetLanguage, Turn
from handlers.phrases import say
from handlers.sms.asking import Asked
from handlers.sms.vocabulary import CLASSES

_NAMED: Mapping[str, str] = {"lang_kk_latin": "kk-latin", "lang_kk": "kk", "lang_ru": "ru", "lang_en": "en"}
"""Class of words -> language; the first that was named counts, so that `kk-latin` is not kk."""


def answer(asked: Asked) -> Turn:
    """The new language, said in it; or which there are, as numbered in the menu."""
    language = _wanted(asked)
    if language not in asked.known.languages:
        return asked.reply(asked.say("sms_language_which", options=_options(asked)))
    return Turn(say(language, "sms_language_set"), acts=(SetLanguage(language),), language=language)


def _wanted(asked: Asked) -> str:
    classes = {CLASSES[word] for word in asked.wording.words}
    for named, language in _NAMED.items():
        if named in classes:
            return language
    places = {str(place): language for place, language in enumerate(asked.known.languages, 1)}
    return places.get(asked.wording.digits, "")


def _options(asked: Asked) -> str:
    word = asked.word("language")
    return ", ".join(f"{word} {language}" for language in asked.known.languages)
