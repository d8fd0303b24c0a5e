"""README of a bulletin, one per language: what lies here, and how to check it without anybody's help."""

from ballots.bulletin import files
from ballots.bulletin.phrases import WORDS
from ballots.bulletin.steps import named, spaced
from ballots.bulletin.values import FORMAT, Bulletin


def render(bulletin: Bulletin, language: str) -> bytes:
    """The README in one of LANGUAGES; where only totals or the turnout are public, it says so."""
    words = WORDS[language]["readme"]
    text = words["text"].format(
        area=named(bulletin.paper.area.names, language),
        title=named(bulletin.paper.title, language),
        ballots=spaced(bulletin.tally["ballots"]),
        key=files.fingerprint(bytes.fromhex(bulletin.key)),
        format=FORMAT,
    )
    note = words[bulletin.about.publish]
    return (f"{text}\n{note}\n" if note else text).encode()
