"""Sentences of the sheets, beside those of the pages: a poster says what the public page says."""

import tomllib
from collections.abc import Mapping
from datetime import tzinfo
from importlib.resources import files
from typing import Any

from gateway.errors import Unfit
from gateway.pages.wording import Wording

LANGUAGES = ("kk", "ru", "en")
"""In which sheets are printed: what hangs at an akimat is in Cyrillic."""


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("texts", f"{language}.toml").read_text(encoding="utf-8"))


TEXTS: Mapping[str, Mapping[str, Any]] = {language: _read(language) for language in LANGUAGES}
"""Language -> name -> sentence with {blanks}."""


def wording(language: str, zone: tzinfo) -> Wording:
    """How sheets speak in one language: years stand in their dates. Raises Unfit."""
    if language not in TEXTS:
        raise Unfit(f"sheets are printed in {', '.join(LANGUAGES)}, not in {language}")
    return Wording(language, zone, TEXTS[language])
