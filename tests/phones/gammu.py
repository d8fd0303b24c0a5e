"""Phones behind a modem: what they send lies in gammu's inbox, what they get passes its outbox. They cannot dial."""

from pathlib import Path

from tests.modem import Modem


def modem(folder: Path) -> Modem:
    """The database of a modem in a folder."""
    return Modem(f"sqlite:///{folder / 'sms.db'}").create()
