"""Every bulletin as it leaves, against golden files; `--rewrite-transcripts` writes them anew."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.bulletins import BULLETINS
from gateway.bulletins.sms import line, sentence
from handlers.phrases import LANGUAGES
from handlers.segments import fits_sms, septets
from tests.gateway.bulletins.digests import DIGESTS, digest, many, to

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("channel", BULLETINS)
def test_a_bulletin_says_what_its_golden_file_says(channel: str, request: pytest.FixtureRequest) -> None:
    said = []
    for name, told in DIGESTS.items():
        for language in LANGUAGES:
            said += [f"== {name}, {language}", *_shown(BULLETINS[channel](told, to(channel, language)))]
        if channel == "sms":
            said += [f"== {name}, observer", line(told)]
    file, text = GOLDEN / f"{channel}.txt", "\n".join(said).replace("\r\n", "\n") + "\n"
    if request.config.getoption("--rewrite-transcripts"):
        file.write_text(text, encoding="utf-8")

    assert text == file.read_text(encoding="utf-8")


def test_an_observer_gets_the_line() -> None:
    assert BULLETINS["sms"](digest(), to("sms", form="observer")) == {
        "text": "A7 D07 N57 P1:12 P2:30 P3:5 H:KY3D10C89HYPB6HF"
    }


@example(dict.fromkeys(range(1, 128), 0), True)
@given(st.dictionaries(st.integers(1, 127), st.integers(0, 100_000), min_size=1, max_size=127), st.booleans())
def test_a_digest_fits_however_many_proposals(votes: dict[int, int], final: bool) -> None:
    odd = ("adults", "burst")
    told = many(votes, accepted=10_000_000, funded=tuple(votes), alarms=odd, **{"slot": "final"} if final else {})

    length = septets(line(told))
    assert length is not None
    assert length <= 160
    assert line(told).isascii()
    assert all(fits_sms(sentence(told, language), 2) for language in LANGUAGES)


def test_what_was_chosen_comes_before_how_many_votes_it_had() -> None:
    numbers = range(1, 61)
    told = many(dict.fromkeys(numbers, 10), slot="final", funded=tuple(numbers))

    assert sentence(told, "ru").endswith(
        "47. 1:10 2:10 +58 Прошли проекты: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 +40."
    )


def test_a_bulletin_never_holds_votes_that_may_not_be_told() -> None:
    for channel, compose in BULLETINS.items():
        for form in ("digest", "observer"):
            said = json.dumps(compose(DIGESTS["turnout"], to(channel, form=form)))
            assert "P1:" not in said
            assert "12" not in said.replace("whsec", "")


def _shown(content: dict[str, str]) -> list[str]:
    return [f"[{name}] {value}" if "\n" not in value else f"[{name}]\n{value}" for name, value in content.items()]
