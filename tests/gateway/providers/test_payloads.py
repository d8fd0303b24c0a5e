"""Rows of raw bodies, run by one harness over every provider."""

import importlib
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.providers import PROVIDERS, enabled, hooked, polled
from gateway.providers.base import Malformed, Posted, Provider, Unneeded, read_fields, read_form
from gateway.sessions import Hit
from gateway.settings import Settings
from tests.payloads.africastalking import AT

SECRET = "s" * 32
EVERY = Settings(
    providers={
        "africastalking": {"enabled": True, "secret": SECRET, "api_key": "key"},
        "kannel": {"enabled": True, "secret": SECRET, "password": "word"},
        "console": {"enabled": True, "secret": SECRET},
        "gammu": {"enabled": True},
    }
)
HOOKED = hooked(enabled(EVERY))
READ = {
    "sms": "read_sms",
    "ussd": "read_ussd",
    "report": "read_report",
    "session-end": "read_end",
    "opt-out": "read_opt_out",
}
ROWS = {name: importlib.import_module(f"tests.payloads.{name}").ROWS for name in HOOKED}
TABLE = [pytest.param(name, *row[1:], id=f"{name}: {row[0]}") for name, rows in ROWS.items() for row in rows]


def posted(name: str, what: str, body: bytes) -> Posted:
    if name == "kannel":
        return Posted(name, "GET", what, body, b"", "", AT)
    kind = "application/json" if name == "console" and body[:1] in b"{[" else "application/x-www-form-urlencoded"
    return Posted(name, "POST", what, b"", body, kind, AT)


def read(provider: Provider, call: Posted) -> object:
    return getattr(provider, READ[call.what])(call)


@pytest.mark.parametrize(("name", "what", "body", "expected"), TABLE)
def test_a_call_means(name: str, what: str, body: bytes, expected: object) -> None:
    provider = HOOKED[name]

    if isinstance(expected, type):
        with pytest.raises(expected):
            read(provider, posted(name, what, body))
    else:
        assert expected == read(provider, posted(name, what, body))


@pytest.mark.parametrize("name", HOOKED)
def test_every_hook_of_a_provider_has_payloads(name: str) -> None:
    hooks = set(HOOKED[name].hooks) - {"inbox"}

    assert hooks <= {what for _, what, _, _ in ROWS[name]}


@pytest.mark.parametrize("name", HOOKED)
@given(body=st.binary(max_size=300), what=st.sampled_from(sorted(READ)))
def test_no_bytes_break_a_provider(name: str, body: bytes, what: str) -> None:
    with suppress(Malformed, Unneeded):
        read(HOOKED[name], posted(name, what, body))


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=20))
def test_a_form_is_read_as_it_was_written(fields: dict[str, str]) -> None:
    clean = {name: value for name, value in fields.items() if "\0" not in name + value}
    body = urlencode(clean, errors="replace").encode()
    expected = {
        name.encode(errors="replace").decode(): value.encode(errors="replace").decode() for name, value in clean.items()
    }

    if len(expected) == len(clean):
        assert expected == read_form(body, "application/x-www-form-urlencoded; charset=UTF-8")


@pytest.mark.parametrize("content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_what_is_no_form_is_malformed(content_type: str) -> None:
    with pytest.raises(Malformed, match="no form"):
        read_form(b"id=1", content_type)


def test_a_get_is_read_from_its_query() -> None:
    call = Posted("africastalking", "GET", "opt-out", b"phoneNumber=%2B77010000001", b"", "", AT)

    assert HOOKED["africastalking"].read_opt_out(call) == "+77010000001"


@pytest.mark.parametrize(("ends", "body"), [(False, "CON Тіл\n1 Қазақша"), (True, "END Тіл\n1 Қазақша")])
def test_a_screen_of_africas_talking_is_plain_text(ends: bool, body: str) -> None:
    shown = HOOKED["africastalking"].show(Hit("", "", "", "", AT), "Тіл\n1 Қазақша", ends=ends)

    assert (body.encode(), "text/plain; charset=utf-8") == (shown.body, shown.content_type)


def test_every_provider_calls_our_hooks_or_is_asked() -> None:
    asked = {provider.name for provider in polled(enabled(EVERY))}

    assert set(PROVIDERS) == set(HOOKED) | asked
    assert asked == {"africastalking", "gammu"}


def test_a_provider_that_is_not_enabled_is_not_there() -> None:
    assert enabled(Settings()) == {}


def test_without_a_key_nothing_is_called_out() -> None:
    settings = Settings(providers={"africastalking": {"enabled": True, "secret": SECRET}})

    assert enabled(settings)["africastalking"].rate == 0
    assert polled(enabled(settings)) == ()


@given(st.binary(max_size=200) | st.text("ab=&%+2B0fйЖ;", max_size=40).map(str.encode))
def test_fields_are_read_as_by_the_standard_library(encoded: bytes) -> None:
    try:
        fields = read_fields(encoded)
    except Malformed:
        return

    assert fields == dict(parse_qsl(encoded.decode(errors="replace"), keep_blank_values=True, errors="replace"))
