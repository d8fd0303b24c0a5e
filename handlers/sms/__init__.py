"""What a text message is answered: one command each, chosen by its words."""

from collections.abc import Mapping
from dataclasses import replace

from ballots.errors import Refused
from handlers.messages import InboundSms, Known, Outcome, SetLanguage, Turn
from handlers.phrases import PHRASES
from handlers.sms import change, check, confirm, help, info, join, language, list, results, stop, vote  # noqa: A004
from handlers.sms.acknowledging import acknowledgement
from handlers.sms.asking import Asked, Command
from handlers.sms.errors import NotUnderstood
from handlers.sms.ours import is_ours
from handlers.sms.vocabulary import UNCLEAR, command_of, guess, nearest
from handlers.telling import refusal
from handlers.wording import read, resembles_number

__all__ = ["COMMANDS", "acknowledgement", "answer"]

COMMANDS: Mapping[str, Command] = {
    "vote": vote.answer,
    "change": change.answer,
    "list": list.answer,
    "info": info.answer,
    "check": check.answer,
    "results": results.answer,
    "language": language.answer,
    "join": join.answer,
    "stop": stop.answer,
    "help": help.answer,
    "confirm": confirm.answer,
}
"""Command -> what answers it; the words for each stand in [words] of the phrase files."""


def answer(sms: InboundSms, known: Known) -> Turn:
    """What to say and what to do. Never raises; the text is '' or at most two parts of an SMS."""
    if is_ours(sms.text):
        return Turn("", Outcome.SILENT)
    wording = read(sms.text)
    remembered = known.language if known.language in PHRASES else None
    guessed = None if remembered else guess(sms.text, wording.words, known.languages)
    asked = Asked(wording, known, remembered or guessed or known.languages[0], sms.at, sms.sent_at)
    command = command_of(wording)
    try:
        turn = _unclear(asked) if command == UNCLEAR else COMMANDS[command](asked)
    except Refused as refused:
        turn = asked.reply(refusal(asked.language, refused, known.zone), outcome=Outcome.REFUSED)
    if guessed and not any(isinstance(act, SetLanguage) for act in turn.acts):
        return replace(turn, acts=(SetLanguage(guessed), *turn.acts))
    return turn


def _unclear(asked: Asked) -> Turn:
    """Numbers among words that we do not understand are never a vote: it asks."""
    wording = asked.wording
    lost = None if wording.words else vote.lost_number(wording)
    if lost:
        return asked.reply(asked.say(lost))
    if wording.numbers or any(map(resembles_number, wording.words)):
        raise NotUnderstood
    command = nearest(wording.words)
    return asked.reply(asked.say("sms_ask_word", word=asked.word(command))) if command else help.answer(asked)
