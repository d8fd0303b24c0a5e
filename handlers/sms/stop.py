"""`ТОҚТА`: no more announcements; votes and replies still work."""

from handlers.messages import Stop, Turn
from handlers.sms.asking import Asked


def answer(asked: Asked) -> Turn:
    """Said each time; saying it twice does no harm."""
    return asked.reply(asked.say("sms_stopped"), Stop())
