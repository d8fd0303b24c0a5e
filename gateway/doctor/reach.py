"""Who reaches the gateway, and how: the address it listens on, itself, its hooks from outside."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from gateway.doctor.patient import Finding, Level, Patient, client
from gateway.providers import enabled, hooked
from gateway.providers.base import Provider
from gateway.providers.console import NAME as CONSOLE
from gateway.providers.kannel import NAME as KANNEL
from gateway.store import states
from gateway.webhooks import NOT_ALLOWED, NOT_FOUND, PREFIX

METHOD = "PUT"  # no provider uses it: our own hooks answer 405 behind the right secret, 404 behind any other


def check_network(patient: Patient) -> Iterator[Finding]:
    """No vote and no secret crosses a network in the clear."""
    server, providers = patient.settings.server, patient.settings.providers
    local = _is_loopback(server.host)
    public = urlsplit(server.public_url)
    if public.scheme == "http" and not _is_loopback(public.hostname or ""):
        yield Finding(
            Level.BAD,
            "server.public_url is http: every vote and the hooks' secret cross the network in the clear",
            "put a proxy with TLS in front and write https://…",
        )
    if not local:
        yield Finding(
            Level.WARN if public.scheme == "https" else Level.BAD,
            f"the gateway listens on {server.host} without TLS",
            "listen on 127.0.0.1 behind a proxy with TLS, or only in a network that you rule",
        )
    if providers.console.enabled and (not local or server.public_url):
        yield Finding(
            Level.BAD,
            "the console provider is on: whoever knows its secret speaks as any phone",
            "set providers.console.enabled = false",
        )
    if local and public.scheme != "http":
        yield Finding(
            Level.OK, f"listens on {server.host}" + (f", reached by {public.geturl()}" if public.netloc else "")
        )


def check_gateway(patient: Patient) -> Iterator[Finding]:
    """It is this home that answers where it was told to listen."""
    with patient.reading() as tx:
        address, instance = states.get(tx, states.ADDRESS), states.instance(tx)
    if address is None:
        yield Finding(Level.WARN, "this home was never served", "dauys serve")
        return
    try:
        with client(outside=False) as http:
            said = http.get(f"{_reachable(address)}/health")
            found = said.json().get("instance") if said.status_code == 200 else None
    except (httpx.HTTPError, ValueError):
        yield Finding(Level.WARN, f"nobody answers on {address}", "dauys serve, or look at its log")
        return
    if found == instance:
        yield Finding(Level.OK, f"the gateway answers on {address}")
    else:
        yield Finding(Level.BAD, f"on {address} another gateway or program answers", "stop it, or choose another port")


def check_hooks(patient: Patient) -> Iterator[Finding]:
    """From where the providers stand, the hooks lead here."""
    carriers = enabled(patient.settings)
    if not set(carriers) - {CONSOLE}:
        yield Finding(Level.WARN, "no provider is enabled: no phone can vote", "enable one under [providers]")
    callers = {name: provider for name, provider in hooked(carriers).items() if name != CONSOLE}
    for name, provider in callers.items():
        yield _hook(_base(patient, name), name, provider)
    asked = sorted(set(carriers) - {CONSOLE} - set(callers))
    if asked:
        yield Finding(Level.OK, f"nobody need reach this box for {', '.join(asked)}: it is asked")


def _base(patient: Patient, provider: str) -> str:
    """How this provider reaches us; '' = that is not known."""
    settings = patient.settings
    if provider == KANNEL:
        return (settings.providers.kannel.hooks_url or f"http://127.0.0.1:{settings.server.port}").rstrip("/")
    return settings.server.public_url.rstrip("/")


def _hook(base: str, name: str, provider: Provider) -> Finding:
    if not base:
        return Finding(Level.WARN, f"server.public_url is not set: whether {name} reaches us is not known", "set it")
    hook, closed = (f"{base}{PREFIX}{name}/{secret}/{provider.hooks[0]}" for secret in (provider.secret, "x"))
    try:
        with client(outside=True) as http:
            ours, others = http.request(METHOD, hook), http.request(METHOD, closed)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = f"{base} is not reached from here: {type(error).__name__}"
        return Finding(Level.BAD, said, "is dauys serve running? Look at DNS, the proxy, the firewall")
    found = (ours.status_code, ours.content, others.status_code)
    if found == (NOT_ALLOWED.status, NOT_ALLOWED.body, NOT_FOUND.status):
        return Finding(Level.OK, f"{base}{PREFIX}{name} leads to this gateway")
    return Finding(
        Level.BAD,
        f"{base}{PREFIX}{name} does not lead to this gateway (it answers {ours.status_code})",
        "let the proxy pass /hooks/ unchanged; look at dauys info",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reachable(address: str) -> str:
    """Where a server that listens everywhere is met from this box."""
    return address.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
