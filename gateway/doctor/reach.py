"""Who reaches the gateway, and how: the address it listens on, itself, its hooks from outside."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from gateway.doctor.patient import Finding, Level, Patient, client
from gateway.providers import enabled, hooked
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
    """From outside the hooks lead here."""
    base, carriers = patient.settings.server.public_url.rstrip("/"), enabled(patient.settings)
    callers = hooked(carriers)
    if not carriers:
        yield Finding(Level.WARN, "no provider is enabled: no phone can vote", "enable one under [providers]")
        return
    if not callers:
        yield Finding(Level.OK, f"nobody need reach this box: {', '.join(carriers)} is asked")
        return
    if not base:
        yield Finding(Level.WARN, "server.public_url is not set: whether a provider reaches us is not known", "set it")
        return
    name, provider = next(iter(callers.items()))
    hook = f"{base}{PREFIX}{name}/{provider.secret}/{provider.hooks[0]}"
    try:
        with client(outside=True) as http:
            ours, others = (
                http.request(METHOD, hook),
                http.request(METHOD, f"{base}{PREFIX}{name}/x/{provider.hooks[0]}"),
            )
    except httpx.HTTPError as error:
        yield Finding(
            Level.BAD,
            f"{base} is not reached from here: {type(error).__name__}",
            "look at DNS, the proxy, the firewall",
        )
        return
    if (ours.status_code, others.status_code) == (
        NOT_ALLOWED.status,
        NOT_FOUND.status,
    ) and ours.content == NOT_ALLOWED.body:
        yield Finding(Level.OK, f"{base}{PREFIX} leads to this gateway")
    else:
        yield Finding(
            Level.BAD,
            f"{base}{PREFIX} does not lead to this gateway (it answers {ours.status_code})",
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
