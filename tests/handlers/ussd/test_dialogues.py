"""Together the transcripts show every screen and say every phrase of the menus, in every language."""

import re
from functools import cache

import pytest

from handlers.phrases import FILES, LANGUAGES
from handlers.segments import fits_ussd
from handlers.ussd import SCREENS
from tests import dialogues
from tests.dialogues import TRANSCRIPTS, read
from tests.villages import VILLAGES

OURS_ALONE = {"ussd_not_taken", "ussd_unsure", "ussd_foreign"}
"""What the gateway says when a turn never came to the menus."""


@cache
def shown(language):
    """Every screen in the transcripts of this language."""
    steps = [step for path in TRANSCRIPTS if path.stem.endswith(f"-{language}") for step in read(path)]
    return [step.said for step in steps if step.does in {"dials", "keys"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_the_menus_occurs_in_a_transcript(language):
    screens = shown(language)

    unsaid = [name for name, phrase in FILES[language]["ussd"].items() if not _occurs(phrase, screens)]

    assert set(unsaid) == OURS_ALONE


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_a_transcript_fits(language):
    assert [screen for screen in shown(language) if not fits_ussd(screen)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_is_shown_in_a_transcript(language):
    met = set()
    for path in TRANSCRIPTS:
        if path.stem.startswith("ussd-") and path.stem.endswith(f"-{language}"):
            met |= _screens_of(read(path))

    assert set(SCREENS) == met


def _occurs(phrase, screens):
    pattern = re.compile("^.*" + ".+".join(map(re.escape, re.split(r"\{\w+\}", phrase))), re.DOTALL)
    return any(map(pattern.search, screens))


def _screens_of(steps):
    village = VILLAGES[dialogues.village_of(steps)]()
    met = set()
    for step in steps:
        dialogues.take(village, step)
        met |= {phone.session.screen for phone in village.phones.values() if phone.session}
    return met
