"""`ӨЗГЕРТУ 4`: change the vote, until it is mixed."""

from handlers.messages import Turn
from handlers.sms import vote
from handlers.sms.asking import Asked


def answer(asked: Asked) -> Turn:
    """The change, or how to write it."""
    if not asked.wording.numbers:
        return asked.reply(asked.say("sms_change_how"))
    return vote.change(asked)
