"""The command line on a fresh home."""

from tests.gateway.cli.commands import dauys as dauys  # noqa: PLC0414 - a fixture is used by its name
