"""Where a request comes from: behind the proxy on this box, without one, and from whoever pretends to have one."""

import pytest
from starlette.requests import Request

from gateway.pages.console import origins

PROXY, STRANGER = "127.0.0.1", "203.0.113.9"


def request(peer: str, **headers: str) -> Request:
    """A form as it reaches the gateway."""
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "scheme": "http", "method": "POST", "path": "/", "query_string": b"", "headers": sent}
    return Request({**scope, "client": (peer, 5000), "server": ("10.0.0.5", 8000)})


@pytest.mark.parametrize(
    ("peer", "forwarded", "told"),
    [
        (PROXY, "203.0.113.9", "203.0.113.9"),
        (PROXY, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (PROXY, "", PROXY),
        (STRANGER, "1.2.3.4", STRANGER),
        ("::1", "2001:db8::7", "2001:db8::7"),
    ],
    ids=["proxied", "with an invented one before it", "no proxy", "a stranger's invention", "IPv6"],
)
def test_the_address_is_the_proxy_s_word_or_the_peer(peer: str, forwarded: str, told: str) -> None:
    assert origins.address(request(peer, x_forwarded_for=forwarded)) == told


@pytest.mark.parametrize(
    ("peer", "proto", "encrypted"),
    [(PROXY, "https", True), (PROXY, "http", False), (STRANGER, "https", False)],
    ids=["behind a proxy with TLS", "behind one without", "a stranger's invention"],
)
def test_only_the_proxy_on_this_box_says_that_the_line_is_encrypted(peer: str, proto: str, encrypted: bool) -> None:
    found = request(peer, x_forwarded_proto=proto, host="vote.example.kz")

    assert origins.encrypted(found) == encrypted
    assert origins.base(found) == f"{'https' if encrypted else 'http'}://vote.example.kz"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "cross-site", "origin": "http://vote.example.kz"}, False),
        ({"origin": "http://vote.example.kz"}, True),
        ({"origin": "https://vote.example.kz"}, True),
        ({"origin": "http://vote.example.kz.evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
    ids=["fetch metadata", "fetch metadata first", "origin", "behind TLS", "a longer name", "null", "nothing"],
)
def test_a_form_is_ours_if_the_browser_says_so(headers: dict[str, str], ours: bool) -> None:
    assert origins.ours(request(STRANGER, host="vote.example.kz", **headers)) == ours
