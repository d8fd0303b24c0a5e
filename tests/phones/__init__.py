"""Phones of every provider: PHONES names them."""

from collections.abc import Mapping

from tests.phones import africastalking, console
from tests.phones.base import Phones

PHONES: Mapping[str, Phones] = {"africastalking": africastalking, "console": console}
"""A key of gateway.providers.PROVIDERS -> how its phones reach us."""
