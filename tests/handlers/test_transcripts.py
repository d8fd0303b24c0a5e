"""Every transcript says what the handlers say, and together they say everything that can be said by SMS."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from handlers.phrases import PHRASES
from handlers.segments import fits_sms
from handlers.sms import COMMANDS
from handlers.sms.vocabulary import command_of
from handlers.wording import read as read_wording
from tests.dialogues import TRANSCRIPTS, Step, read, run, show

BY_SMS = re.compile(
    r"sms_.*|not_.*|voting_over|no_such_number|withdrawn|too_.*|over_budget|already_.*|rehearsal|numbered"
)
LANGUAGES = tuple(PHRASES)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_says_what_the_handlers_say(path: Path, pytestconfig: pytest.Config) -> None:
    steps = read(path)

    now = tuple(run(steps))

    if pytestconfig.getoption("--rewrite-transcripts"):
        path.write_text(show(now), encoding="utf-8")
    else:
        assert show(steps) == show(now)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_says_first_what_it_shows(path: Path) -> None:
    assert read(path)[0].line.startswith("# ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_of_a_text_message_occurs_in_a_transcript(language: str) -> None:
    replies = [step.said for step in _messages() if step.said]

    unsaid = [name for name, phrase in _phrases(language).items() if not any(map(_pattern(phrase).search, replies))]

    assert unsaid == []


def test_every_command_occurs_in_a_transcript() -> None:
    sent = {command_of(read_wording(step.text)) for step in _messages()}

    assert set() == set(COMMANDS) - sent


def test_every_reply_is_one_part_unless_it_tells_of_a_proposal() -> None:
    long = [step for step in _messages() if step.said and not fits_sms(step.said)]

    assert {"info"} == {command_of(read_wording(step.text)) for step in long}
    assert all(fits_sms(step.said or "", 2) for step in long)


def _messages() -> Iterator[Step]:
    for path in TRANSCRIPTS:
        yield from (step for step in read(path) if step.does == ">")


def _phrases(language: str) -> Mapping[str, str]:
    return {name: phrase for name, phrase in PHRASES[language].items() if BY_SMS.fullmatch(name)}


def _pattern(phrase: str) -> re.Pattern[str]:
    """The phrase with anything in its blanks."""
    parts = re.split(r"\{\w+\}", phrase)
    return re.compile(r"^.*" + ".+".join(map(re.escape, parts)), re.DOTALL)
