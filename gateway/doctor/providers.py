"""Do the providers know us? One check per provider, named as in PROVIDERS; it calls nothing that costs or sends."""

from collections.abc import Callable, Iterable, Iterator

import httpx

from gateway.doctor.patient import Finding, Level, Patient, client
from gateway.providers import enabled
from gateway.providers.base import FetchFailed
from gateway.providers.gammu import Gammu

LIVE = "https://api.africastalking.com"
SANDBOX = "https://api.sandbox.africastalking.com"


def check_providers(patient: Patient) -> Iterator[Finding]:
    """Every enabled provider that has a check."""
    for name, provider in enabled(patient.settings).items():
        if name in PROVIDER_CHECKS:
            yield from PROVIDER_CHECKS[name](patient)
        else:
            yield Finding(Level.OK, f"{name} is enabled, {provider.rate:g} messages a second")


def africastalking(patient: Patient) -> Iterator[Finding]:
    """The account's own data, read with its key: https://developers.africastalking.com/docs/application"""
    ours = patient.settings.providers.africastalking
    if not ours.api_key:
        yield Finding(
            Level.WARN,
            "Africa's Talking: no api_key: votes are received, replies wait in the outbox",
            "set providers.africastalking.api_key",
        )
        return
    base = (ours.base_url or (SANDBOX if ours.username == "sandbox" else LIVE)).rstrip("/")
    try:
        with client(outside=True) as http:
            said = http.get(
                f"{base}/version1/user",
                params={"username": ours.username},
                headers={"apiKey": ours.api_key, "Accept": "application/json"},
            )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield Finding(
            Level.WARN,
            f"Africa's Talking is not reached ({type(error).__name__}): replies wait",
            "look at the line to the internet; votes by another provider go on",
        )
        return
    yield _account(said, ours.username)


def gammu(patient: Patient) -> Iterator[Finding]:
    """Can its database be read, and does smsd write into it, in the time zone that we expect?"""
    try:
        heard = Gammu(patient.settings).heard(patient.now)
    except FetchFailed as error:
        yield Finding(Level.BAD, str(error), "make it as `dauys gammu-config` says; is it ours to read and write?")
        return
    if heard is None:
        said = "gammu-smsd is silent, or keeps the time of another zone"
        yield Finding(
            Level.BAD, said, "systemctl status gammu-smsd; its TZ is providers.gammu.time_zone, or the gateway's"
        )
    else:
        yield Finding(Level.OK, "gammu-smsd is at work")


def _account(said: httpx.Response, username: str) -> Finding:
    if said.status_code in {401, 403}:
        return Finding(
            Level.BAD,
            f"Africa's Talking does not know the user name {username!r} with this key",
            "make a new key in its dashboard, write it to providers.africastalking.api_key, restart",
        )
    if said.status_code != 200:
        return Finding(Level.WARN, f"Africa's Talking answers {said.status_code}", "look again in some minutes")
    try:
        balance = str(said.json()["UserData"]["balance"])
    except (ValueError, KeyError, TypeError):
        return Finding(Level.WARN, "Africa's Talking answers what cannot be read", "is base_url its address?")
    words = balance.split()
    if words and words[-1].replace(".", "", 1).isdigit() and not float(words[-1]):
        return Finding(Level.BAD, f"Africa's Talking: the account is empty ({balance})", "top it up")
    return Finding(Level.OK, f"Africa's Talking knows us; balance {balance}")


PROVIDER_CHECKS: dict[str, Callable[[Patient], Iterable[Finding]]] = {
    "africastalking": africastalking,
    "gammu": gammu,
}
"""Provider -> home -> findings."""
