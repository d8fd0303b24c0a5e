"""Phones of every provider: PHONES names them."""

from collections.abc import Mapping

from tests.phones import africastalking, console, kannel
from tests.phones.base import Phones

PHONES: Mapping[str, Phones] = {"africastalking": africastalking, "console": console, "kannel": kannel}
"""A key of gateway.providers.PROVIDERS -> how its phones reach us."""
