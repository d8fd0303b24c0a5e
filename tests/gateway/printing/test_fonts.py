"""The fonts hold what sheets say, and say so where they do not."""

import hashlib
from importlib.resources import files

import pytest

from gateway.demo_aul import AUL, DISTRICT, PROPOSALS, REGION, TITLE
from gateway.pages import wording as pages
from gateway.printing import fonts, wording
from gateway.printing.fonts import UNKNOWN, held, printable, unprintable

KAZAKH = "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯ"
LATIN = "ÄäĞğIıÑñÖöŞşŪūÜüÁáÝýŃń"
SIGNS = "№₸→←«»„“”–—…✓✂·•≥×\u00a0"


def test_both_fonts_hold_every_letter_of_kazakh_and_the_signs_that_sheets_use() -> None:
    assert set(KAZAKH + KAZAKH.lower() + LATIN + SIGNS) <= held()


def test_every_sentence_can_be_printed() -> None:
    texts = [*wording.TEXTS.values(), *(pages.TEXTS[language] for language in wording.LANGUAGES)]
    named = [AUL.names, DISTRICT.names, REGION.names, TITLE]
    named += [texts for proposal in PROPOSALS for texts in (proposal.names, proposal.texts)]

    for sentence in [str(each) for some in (*texts, *named) for each in some.values()]:
        assert printable(sentence) == sentence
        assert not unprintable(sentence)


@pytest.mark.parametrize(
    ("typed", "printed", "lost"),
    [
        ("Көпір 🙂!", f"Көпір {UNKNOWN}!", "🙂"),
        ("и\u0306од", "йод", ""),
        ("Су\u200bқұ\ufe0fбыры", "Суқұбыры", ""),
        ("桥桥 мост", f"{UNKNOWN}{UNKNOWN} мост", "桥"),
    ],
    ids=["an emoji", "й in two parts", "what prints nothing", "Chinese"],
)
def test_what_the_fonts_lack_is_seen_and_named(typed: str, printed: str, lost: str) -> None:
    assert printable(typed) == printed
    assert unprintable(typed) == lost


def test_the_fonts_are_those_of_their_checksums() -> None:
    folder = files(fonts.__package__).joinpath("fonts")
    sums = dict(reversed(line.split()) for line in folder.joinpath("SHA256SUMS").read_text().splitlines())

    assert {path.name for path in folder.iterdir()} == {*sums, "SHA256SUMS", "README.md"}
    for name, expected in sums.items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == expected
