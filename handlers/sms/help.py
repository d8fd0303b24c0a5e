"""`КӨМЕК`, and whatever says nothing to us: what one can send, at most once an hour."""

from handlers.messages import Helped, Outcome, Turn
from handlers.sms.asking import Asked


def answer(asked: Asked) -> Turn:
    """Help, or silence if it was sent within the hour."""
    if asked.known.helped:
        return asked.reply("", outcome=Outcome.SILENT)
    return asked.reply(asked.say("sms_help"), Helped())
