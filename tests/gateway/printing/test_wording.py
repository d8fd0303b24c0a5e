"""Sentences of the sheets: complete in every language, none of them borrowed, a sentence for every rule."""

import re
from datetime import UTC
from itertools import combinations
from pathlib import Path

import pytest

from ballots.model import BallotForm, Bound, Ties, Trait
from ballots.rules import RULES
from gateway import printing
from gateway.errors import Unfit
from gateway.printing.wording import TEXTS, wording
from gateway.store import audit
from tests.gateway.pages.test_wording import blanks

SAME = {"period_value", "minutes_number", "form", "date", "moment"}
"""Sentences that are the same in two languages by nature."""


def test_every_language_says_the_same_things_with_the_same_blanks() -> None:
    for language, texts in TEXTS.items():
        assert set(texts) == set(TEXTS["kk"]), language
        for name, text in texts.items():
            assert blanks(text) == blanks(TEXTS["kk"][name]), (language, name)


def test_no_sentence_is_borrowed_from_another_language() -> None:
    for one, other in combinations(TEXTS, 2):
        assert {name for name, text in TEXTS[one].items() if TEXTS[other][name] == text} <= SAME, (one, other)


@pytest.mark.parametrize("language", TEXTS)
def test_every_rule_form_policy_quota_and_decision_has_its_words(language: str) -> None:
    needed = [f"rule_{rule}" for rule in RULES] + [f"form_{form}" for form in BallotForm]
    needed += [f"ties_{policy}" for policy in Ties]
    needed += [f"quota_{bound}" for bound in Bound] + [f"decided_{act}" for act in audit.DECISIONS]
    needed += [f"quota_{trait}_{which}" for trait in Trait for which in ("of", "each")]

    assert set(needed) <= set(TEXTS[language])


def test_a_language_without_sheets_is_refused() -> None:
    with pytest.raises(Unfit, match="kk, ru, en"):
        wording("kk-latin", UTC)


def test_every_sentence_is_said_somewhere() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(printing.__path__[0]).glob("*.py"))
    families = (
        "rule_",
        "form_",
        "ties_",
        "verified_",
        "channel_",
        "sign_",
        "so_far_",
        "quota_",
        "decided_",
    )  # the rest of the name is a word of a table
    dates = {"date", "moment"}  # said by pages.wording

    said = set(re.findall(r"[\"']([a-z_]+)[\"']", sources)) | dates
    assert {name for name in TEXTS["kk"] if not name.startswith(families)} <= said
