"""Words of the verifier, the page and the README: one file per language, the same names in each."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from ballots.bulletin.findings import Finding
from ballots.rules.words import NAMES

LANGUAGES = ("kk", "ru", "en")
"""Those of a village, and one for guests; the page offers them in this order."""

DEFAULT = "en"


def _read(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))


WORDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {language: _read(language) for language in LANGUAGES}
"""Language -> section (verifier, page, ties, readme) -> name -> sentence with {blanks}."""


def say(language: str, phrase: str, /, **facts: object) -> str:
    """A sentence of the verifier in `language`, its blanks filled; a `rule` by its name."""
    if "rule" in facts:
        facts["rule"] = NAMES[language].get(str(facts["rule"]), facts["rule"])
    return WORDS[language]["verifier"][phrase].format_map(facts)


def tell(language: str, finding: Finding) -> str:
    """`ok: Every file is …`."""
    return f"{say(language, finding.state)}: {say(language, finding.phrase, **finding.facts)}"
