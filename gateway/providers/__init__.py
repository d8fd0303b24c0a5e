"""Who carries messages: PROVIDERS names every adapter."""

from collections.abc import Mapping

from gateway.providers import africastalking, console, gammu, kannel
from gateway.providers.base import Carrier, MakeProvider, Polled, Provider
from gateway.settings import Settings

PROVIDERS: dict[str, MakeProvider] = {
    "africastalking": africastalking.make,
    "kannel": kannel.make,
    "console": console.make,
    "gammu": gammu.make,
}
"""Name (its part of the hooks' addresses) -> settings -> the provider, None if it is not enabled."""


def enabled(settings: Settings) -> dict[str, Carrier]:
    """The providers of these settings, by name."""
    made = ((name, make(settings)) for name, make in PROVIDERS.items())
    return {name: provider for name, provider in made if provider is not None}


def hooked(carriers: Mapping[str, Carrier]) -> dict[str, Provider]:
    """Those that call our hooks."""
    return {name: carrier for name, carrier in carriers.items() if isinstance(carrier, Provider)}


def polled(carriers: Mapping[str, Carrier]) -> tuple[Polled, ...]:
    """Those that must be asked."""
    return tuple(carrier for carrier in carriers.values() if isinstance(carrier, Polled) and carrier.every)
