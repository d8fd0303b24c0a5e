"""Do the providers know us? One check per provider, named as in PROVIDERS; it calls nothing that costs or sends."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import httpx
from sqlalchemy import make_url

from gateway.doctor.patient import Finding, Level, Patient, client
from gateway.providers import enabled
from gateway.providers.base import FetchFailed
from gateway.providers.gammu import SILENT
from gateway.providers.gammu import make as make_gammu

KANNEL_FOLDER = Path("/etc/kannel")
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


def kannel(patient: Patient) -> Iterator[Finding]:
    """smsbox knows the account: it refuses a message without a receiver (400), a wrong password before that (403)."""
    ours = patient.settings.providers.kannel
    if not ours.password:
        yield Finding(
            Level.WARN, "Kannel: no password: votes are received, replies wait", "set providers.kannel.password"
        )
        return
    try:
        with client(outside=False) as http:
            said = http.get(
                ours.sendsms_url, params={"username": ours.username, "password": ours.password, "text": "x"}
            )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        yield Finding(
            Level.BAD, f"Kannel's smsbox is not reached ({type(error).__name__})", "start it: systemctl status kannel"
        )
        return
    if said.status_code == 400:
        yield Finding(Level.OK, "Kannel's smsbox takes our messages")
    else:
        yield Finding(
            Level.BAD,
            f"Kannel's smsbox does not know user and password (it answers {said.status_code})",
            "dauys kannel-config prints a configuration with the right ones",
        )
    yield from _access_logs(KANNEL_FOLDER)


def _access_logs(folder: Path) -> Iterator[Finding]:
    """Kannel's access logs hold senders and texts."""
    for file in sorted(folder.glob("*.conf")) if folder.is_dir() else ():
        text = file.read_text(encoding="utf-8", errors="replace")
        if re.search(r"^\s*access-log\s*=", text, flags=re.MULTILINE):
            yield Finding(
                Level.BAD,
                f"{file} keeps an access log: who voted how, in the clear",
                "remove access-log, shred the log",
            )


def gammu(patient: Patient) -> Iterator[Finding]:
    """Its database is there, for nobody else, and smsd writes into it."""
    modem = make_gammu(patient.settings)
    assert modem is not None
    try:
        last = modem.heard(patient.now)
    except FetchFailed as error:
        yield Finding(
            Level.BAD,
            f"gammu-smsd cannot be looked at: {error}",
            "see that smsd has made it and that providers.gammu.database leads there: dauys gammu-config",
        )
        return
    if last is None or abs(patient.now - last) > SILENT:
        told = "was never heard" if last is None else f"was last heard at {last:%Y-%m-%d %H:%M} UTC"
        yield Finding(
            Level.BAD, f"gammu-smsd {told}", "systemctl status gammu-smsd; look at the modem and the time zone"
        )
    else:
        yield Finding(Level.OK, "gammu-smsd is heard")
    for table in modem.unsafe():
        yield Finding(
            Level.BAD, f"a power cut may damage gammu-smsd's table {table}", f"ALTER TABLE {table} ENGINE = InnoDB"
        )
    file = Path(make_url(patient.settings.providers.gammu.database).database or "")
    if file.is_file() and file.stat().st_mode & 0o007:
        yield Finding(Level.BAD, f"anybody may read {file}: it holds numbers and texts", f"chmod o= {file}")


PROVIDER_CHECKS: dict[str, Callable[[Patient], Iterable[Finding]]] = {
    "africastalking": africastalking,
    "kannel": kannel,
    "gammu": gammu,
}
"""Provider -> what is looked at."""
