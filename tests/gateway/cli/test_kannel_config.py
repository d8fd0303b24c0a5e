"""What `dauys kannel-config` prints; that a real Kannel runs with it is seen in tests/gateways."""

import re

import pytest

from tests.gateway.cli.commands import Dauys


@pytest.fixture
def kannel(dauys: Dauys, monkeypatch: pytest.MonkeyPatch) -> Dauys:
    """A home where Kannel is enabled."""
    monkeypatch.setenv("DAUYS_PROVIDERS__KANNEL__ENABLED", "true")
    return dauys


def groups(text: str) -> list[dict[str, str]]:
    """Each group's directives."""
    lines = [[line for line in group.splitlines() if not line.startswith("#")] for group in text.split("\n\n")]
    return [dict(line.split(" = ", 1) for line in group) for group in lines if group]


def group(text: str, name: str) -> dict[str, str]:
    (found,) = (found for found in groups(text) if found["group"] == name)
    return found


@pytest.mark.parametrize("options", ["smpp", "smpp --ussd", "modem", "fake", "fake --ussd"])
def test_what_every_configuration_has(kannel: Dauys, options: str) -> None:
    text = kannel("kannel-config", *options.split()).out

    assert {"127.0.0.1"} == {words["admin-interface"] for words in [group(text, "core")]}
    assert (group(text, "core")["smsbox-interface"], group(text, "smsbox")["sendsms-interface"]) == ("127.0.0.1",) * 2
    assert "access-log" not in re.sub(r"#.*", "", text)
    assert group(text, "core")["store-type"] == "spool"
    assert (group(text, "core")["log-level"], group(text, "smsbox")["log-level"]) == ("3", "4")
    assert {'""'} == {value for name, value in group(text, "smsbox").items() if name.startswith("reply-")}
    assert int(group(text, "smsbox")["http-request-retry"]) > 1000
    assert [service["omit-empty"] for service in groups(text) if service["group"] == "sms-service"] == ["true"] * (
        1 + ("--ussd" in options)
    )


def test_secrets_come_from_the_home(kannel: Dauys) -> None:
    text = kannel("kannel-config", "smpp").out

    sms = kannel("info", "--json").json["hooks"]["kannel"]["sms"]
    password = group(text, "sendsms-user")["password"]
    assert re.fullmatch("[0-9a-f]{32}", password)
    assert group(text, "core")["admin-password"] == password
    assert group(text, "sms-service")["get-url"].startswith(f'"{sms}?from=%p&')


def test_the_operators_part_is_to_be_filled_in(kannel: Dauys) -> None:
    text = kannel("kannel-config", "smpp", "--host", "10.1.2.3", "--port", 5016).out

    assert "# FILL IN" in text
    assert (group(text, "smsc")["host"], group(text, "smsc")["port"]) == ('"10.1.2.3"', "5016")


def test_sms_do_not_leave_by_the_link_of_screens(kannel: Dauys) -> None:
    text = kannel("kannel-config", "smpp", "--ussd").out

    sms, ussd = (found for found in groups(text) if found["group"] == "smsc")
    assert (sms["denied-smsc-id"], ussd["allowed-smsc-id"]) == ("USSD", "USSD")


def test_a_gateway_without_kannel_is_given_no_configuration(dauys: Dauys) -> None:
    assert "enabled" in dauys("kannel-config", "smpp", code=1).err


def test_a_modem_carries_no_ussd(kannel: Dauys) -> None:
    assert "SMPP" in kannel("kannel-config", "modem", "--ussd", code=1).err
