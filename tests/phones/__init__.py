"""Phones of every provider: PHONES names those of providers that call us, MODEMS those of providers that we ask."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.modem import Modem
from tests.phones import africastalking, console, gammu, kannel
from tests.phones.base import Phones

PHONES: Mapping[str, Phones] = {"africastalking": africastalking, "console": console, "kannel": kannel}
"""A key of gateway.providers.PROVIDERS -> how its phones reach us."""

MODEMS: Mapping[str, Callable[[Path], Modem]] = {"gammu": gammu.modem}
"""A key of PROVIDERS that has no hooks -> the inbox, in a folder, where its phones' messages lie."""
