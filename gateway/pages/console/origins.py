"""Where a request comes from: our own pages or another site's, and which address.

A form is taken only from our own pages. Sec-Fetch-Site says it (Fetch Metadata, sent on https and localhost); else
Origin must name the host that the browser has asked for (RFC 6454). SameSite=Strict is the second belt.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request


def ours(request: Request) -> bool:
    """Was this form sent by a page of ours?"""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == request.headers.get("host", "")


def encrypted(request: Request) -> bool:
    """Does the browser speak https with us, or with the proxy on this box?"""
    forwarded = request.headers.get("x-forwarded-proto", "") if _by_proxy(request) else ""
    return (forwarded or request.url.scheme) == "https"


def base(request: Request) -> str:
    """`https://host`, as the browser reaches us."""
    return f"{'https' if encrypted(request) else 'http'}://{request.headers.get('host', '')}"


def address(request: Request) -> str:
    """The browser's address: as the proxy on this box gives it (its own entry is the last one), else the peer's."""
    forwarded = request.headers.get("x-forwarded-for", "") if _by_proxy(request) else ""
    return forwarded.rpartition(",")[2].strip() or _peer(request)


def _by_proxy(request: Request) -> bool:
    try:
        return ip_address(_peer(request)).is_loopback
    except ValueError:
        return False


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""
