"""Who carries messages: PROVIDERS names every adapter."""

from gateway.providers import africastalking, console, kannel
from gateway.providers.base import MakeProvider, Provider
from gateway.settings import Settings

PROVIDERS: dict[str, MakeProvider] = {
    "africastalking": africastalking.make,
    "kannel": kannel.make,
    "console": console.make,
}
"""Name (its part of the hooks' addresses) -> settings -> the provider, None if it is not enabled."""


def enabled(settings: Settings) -> dict[str, Provider]:
    """The providers of these settings, by name."""
    made = ((name, make(settings)) for name, make in PROVIDERS.items())
    return {name: provider for name, provider in made if provider is not None}
