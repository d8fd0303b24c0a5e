"""`dauys doctor`: CHECKS looks at a home from outside, healthy or broken, served or not, and names what to mend.

A check is a function Patient -> findings; it may fail in any way: that becomes a finding, too. Nothing is changed.
"""

from collections.abc import Callable, Iterable, Iterator

from gateway.doctor import database, keys, reach, surroundings, watch
from gateway.doctor.patient import Finding, Level, Patient
from gateway.doctor.providers import check_providers

Check = Callable[[Patient], Iterable[Finding]]

CHECKS: dict[str, Check] = {
    "settings": surroundings.check_settings,
    "disk": surroundings.check_disk,
    "clock": surroundings.check_clock,
    "database": database.check_settings,
    "migrations": database.check_migrations,
    "integrity": database.check_integrity,
    "keys": keys.check_keys,
    "key export": keys.check_export,
    "backup": watch.check_backup,
    "network": reach.check_network,
    "gateway": reach.check_gateway,
    "hooks": reach.check_hooks,
    "providers": check_providers,
    "assets": surroundings.check_assets,
    "outbox": watch.check_outbox,
}
"""Name -> check, in the order in which they are told."""


def examine(patient: Patient, names: Iterable[str] = CHECKS) -> Iterator[tuple[str, Finding]]:
    """The checks' names with what they found; what they could not look at is bad."""
    for name in names:
        try:
            for finding in CHECKS[name](patient):
                yield name, finding
        except Exception as error:  # noqa: BLE001 - the edge: whatever is broken is told, never a traceback
            first = (str(error).strip().splitlines() or [""])[0]
            said = f"cannot be looked at: {type(error).__name__}{': ' if first else ''}{first}"
            yield name, Finding(Level.BAD, said, "mend what stands above first, then look again")
