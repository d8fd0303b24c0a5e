"""Kannel's configuration for one gateway, as text: safe on a box of its own, quiet towards villagers.

Directives: Kannel's user guide, chapters 3 to 7; what they do was tried with version 1.4.5 (tests/gateways).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from gateway.providers.kannel import SMS_QUERY, USSD_QUERY, hook_url
from gateway.settings import Settings

LOOPBACK = "127.0.0.1"
SMS, USSD = "SMS", "USSD"  # smsc-id: which link
SPELLINGS = {"KZ": "+77,87,77,0077,+877"}  # unified-prefix: the first one is what a number gets

Group = tuple[str, ...]
"""Lines; an empty one stands behind each group."""


class Link(StrEnum):
    """Where SMS come from and go to."""

    SMPP = "smpp"
    MODEM = "modem"
    FAKE = "fake"  # Kannel's own stand-in for an operator: a rehearsal


@dataclass(frozen=True, slots=True)
class Place:
    """What of Kannel's configuration does not follow from our settings."""

    folder: str  # for spool and logs
    link: Link
    host: str  # of the operator
    port: int  # of the operator, or of the fake one here
    device: str  # of the modem
    ussd_port: int  # 0: no USSD
    admin_port: int
    box_port: int


def configuration(settings: Settings, place: Place) -> str:
    """One file for bearerbox and smsbox."""
    return "".join("\n".join((*group, "", "")) for group in _groups(settings, place))


def _groups(settings: Settings, place: Place) -> Iterator[Group]:
    yield _core(settings, place)
    yield from LINKS[place.link](settings, place)
    if place.ussd_port:
        yield from _ussd_link(place)
    yield _smsbox(settings, place)
    yield _sender(settings)
    yield _sms_service(settings)
    if place.ussd_port:
        yield _ussd_service(settings)


def _core(settings: Settings, place: Place) -> Group:
    return (
        "# Made by `dauys kannel-config`. It holds secrets: chmod 640, owner root, group kannel.",
        "group = core",
        f"admin-port = {place.admin_port}",
        f"admin-interface = {LOOPBACK}",
        f"admin-password = {settings.providers.kannel.password}",
        'admin-deny-ip = "*.*.*.*"',
        f'admin-allow-ip = "{LOOPBACK}"',
        f"smsbox-port = {place.box_port}",
        f"smsbox-interface = {LOOPBACK}",
        'box-deny-ip = "*.*.*.*"',
        f'box-allow-ip = "{LOOPBACK}"',
        "# No access-log anywhere, and errors only: other lines hold numbers and texts.",
        f'log-file = "{place.folder}/log/bearerbox.log"',
        "log-level = 3",
        "# What was taken from the operator is on the disk until smsbox has it.",
        "store-type = spool",
        f'store-location = "{place.folder}/spool"',
        "# Reports that are awaited, in memory: on a disk they would be a list of phones. A lost one harms nothing.",
        "dlr-storage = internal",
        "sms-resend-freq = 60",
        "sms-resend-retry = 1440",
    )


def _smpp(settings: Settings, place: Place) -> Iterator[Group]:
    yield (
        *_smpp_of(SMS, place, place.port),
        f"denied-smsc-id = {USSD}",
        *_prefix(settings),
        f"throughput = {settings.providers.kannel.rate:g}",
    )


def _smpp_of(name: str, place: Place, port: int) -> Group:
    return (
        "group = smsc",
        "smsc = smpp",
        f"smsc-id = {name}",
        "# FILL IN what the operator gave you: host, port, user name, password (8 characters at most), system type.",
        f'host = "{place.host}"',
        f"port = {port}",
        "smsc-username = dauys",
        "smsc-password = secret",
        f'system-type = "{name}"',
        "# One connection for both directions; an operator with two wants receive-port instead.",
        "transceiver-mode = true",
        'address-range = ""',
        "source-addr-autodetect = yes",
        "enquire-link-interval = 30",
        "reconnect-delay = 10",
    )


def _modem(settings: Settings, place: Place) -> Iterator[Group]:
    yield (
        "group = smsc",
        "smsc = at",
        f"smsc-id = {SMS}",
        "modemtype = modem",
        f'device = "{place.device}"',
        "# FILL IN if the SIM card asks for it:",
        "# pin = 0000",
        "# What came while the box was off lies on the SIM card.",
        "sim-buffering = true",
        *_prefix(settings),
    )
    yield (
        "group = modems",
        "id = modem",
        'name = "Any modem with AT commands"',
        "speed = 115200",
        'init-string = "AT+CNMI=1,2,0,1,0"',
    )


def _fake(settings: Settings, place: Place) -> Iterator[Group]:
    yield (
        "group = smsc",
        "smsc = fake",
        f"smsc-id = {SMS}",
        f"port = {place.port}",
        f"our-host = {LOOPBACK}",
        f"connect-allow-ip = {LOOPBACK}",
        f"denied-smsc-id = {USSD}",
        *_prefix(settings),
    )


LINKS = {Link.SMPP: _smpp, Link.MODEM: _modem, Link.FAKE: _fake}


def _ussd_link(place: Place) -> Iterator[Group]:
    yield (
        *_smpp_of(USSD, place, place.ussd_port),
        "service-type = USSD",
        "# Only answers to what came by this link, and screens of 160 octets in one piece.",
        f"allowed-smsc-id = {USSD}",
        "max-sms-octets = 182",
    )
    for name, tag, kind, length in TLVS:
        yield (
            "group = smpp-tlv",
            f"name = {name}",
            f"tag = {tag}",
            f"type = {kind}",
            f"length = {length}",
            f"smsc-id = {USSD}",
        )


TLVS = (  # SMPP 3.4 section 5.3.2
    ("ussd_service_op", "0x0501", "octetstring", 1),
    ("its_session_info", "0x1383", "octetstring", 2),
    ("user_message_reference", "0x0204", "integer", 2),
)


def _smsbox(settings: Settings, place: Place) -> Group:
    url = urlsplit(settings.providers.kannel.sendsms_url)
    return (
        "group = smsbox",
        f"bearerbox-host = {LOOPBACK}",
        f"bearerbox-port = {place.box_port}",
        f"sendsms-port = {url.port or 80}",
        f"sendsms-interface = {LOOPBACK}",
        f"sendsms-url = {url.path}",
        'sendsms-chars = "0123456789 +-"',
        "# Panics only: an error of smsbox is a line with number, text and the secret address.",
        f'log-file = "{place.folder}/log/smsbox.log"',
        "log-level = 4",
        "# A message that the gateway does not take is offered again, under the same id, for two days.",
        "http-request-retry = 86400",
        "http-queue-delay = 2",
        "http-timeout = 15",
        "# So many calls at once; the gateway commits them together.",
        "max-pending-requests = 32",
        "mo-recode = true",
        "# Split by the link, not here: a screen is longer than an SMS.",
        "sms-length = 1000",
        "# Never an English sentence of Kannel's to a villager.",
        'reply-couldnotfetch = ""',
        'reply-couldnotrepresent = ""',
        'reply-requestfailed = ""',
        'reply-emptymessage = ""',
    )


def _sender(settings: Settings) -> Group:
    ours = settings.providers.kannel
    return (
        "group = sendsms-user",
        f"username = {ours.username}",
        f"password = {ours.password}",
        'user-deny-ip = "*.*.*.*"',
        f'user-allow-ip = "{LOOPBACK}"',
        "max-messages = 10",
        "concatenation = true",
    )


def _sms_service(settings: Settings) -> Group:
    return (
        "# Answers do not come back by this call: the gateway sends them by sendsms.",
        "group = sms-service",
        "keyword = default",
        "catch-all = yes",
        f"accepted-smsc = {SMS}",
        f'get-url = "{hook_url(settings, "sms")}?{SMS_QUERY}"',
        "accept-x-kannel-headers = true",
        "max-messages = 0",
        "omit-empty = true",
    )


def _ussd_service(settings: Settings) -> Group:
    return (
        "# The answer is the next screen; its headers say whether the session goes on.",
        "group = sms-service",
        "keyword = default",
        "catch-all = yes",
        f"accepted-smsc = {USSD}",
        f'get-url = "{hook_url(settings, "ussd")}?{USSD_QUERY}"',
        "accept-x-kannel-headers = true",
        "max-messages = 1",
        "concatenation = false",
        "omit-empty = true",
    )


def _prefix(settings: Settings) -> Group:
    found = SPELLINGS.get(settings.gateway.country)
    if found is None:
        return ("# unified-prefix: spellings of this country's numbers, the international one first",)
    return (f'unified-prefix = "{found}"',)
