"""Phone numbers: E.164, and who is no villager's phone at all (robots, short codes, foreigners)."""

import re
from enum import StrEnum

import phonenumbers

from handlers.values import value

MOBILE_PREFIXES: dict[str, tuple[str, ...]] = {
    # Kazakhstan: Tele2/Altel, Kcell/activ, Beeline, other (numbering plan of the Republic; portability exists)
    "KZ": tuple(
        f"+7{code}"
        for code in (700, 701, 702, 705, 706, 707, 708, 747, 760, 761, 762, 763, 764, 771, 775, 776, 777, 778)
    ),
}
SPELLINGS = (
    (re.compile(r"^00(?=7)"), "+"),
    (re.compile(r"^\+?87(?=\d{9}$)"), "+77"),
    (re.compile(r"^(?=77\d{9}$)"), "+"),
)

ROBOTS = frozenset({"1414"})  # eGov answers by SMS


class Sender(StrEnum):
    """What kind of sender a message has."""

    PHONE = "phone"  # a mobile number of the configured country
    ROBOT = "robot"  # alphanumeric, a short code, ourselves: never answered
    FOREIGN = "foreign"  # a full number of another country, or a line that is no mobile


@value
class Identified:
    """A sender as read: E.164 only for a phone."""

    kind: Sender
    phone: str = ""


class Identity:
    """Reads senders for one country."""

    def __init__(self, country: str = "KZ", ours: tuple[str, ...] = ()) -> None:
        self.country = country
        self._prefixes = frozenset(MOBILE_PREFIXES.get(country, ()))
        self._ours = {re.sub(r"\D", "", self.phone(number) or number) for number in ours} | ROBOTS

    def read(self, raw: str) -> Identified:
        """Who is this sender? Never raises."""
        if (
            len(raw) == 12
            and raw[:5] in self._prefixes
            and raw[5:].isascii()
            and raw[5:].isdigit()
            and self._country_is_kz
        ):
            return Identified(Sender.PHONE, raw) if raw[1:] not in self._ours else Identified(Sender.ROBOT)
        return self._read_slowly(raw)

    @property
    def _country_is_kz(self) -> bool:
        return self.country == "KZ"

    def _read_slowly(self, raw: str) -> Identified:
        number = re.sub(r"[\s()\-./\u00a0]", "", raw)
        digits = re.sub(r"\D", "", number)
        if not re.fullmatch(r"\+?[0-9]+", number) or len(digits) < 7 or digits in self._ours:
            return Identified(Sender.ROBOT)
        phone = self.phone(number)
        if phone is None:
            return Identified(Sender.FOREIGN)
        return Identified(Sender.PHONE, phone) if phone[1:] not in self._ours else Identified(Sender.ROBOT)

    def phone(self, raw: str) -> str | None:
        """E.164 of a mobile number of the country, however it is written; None for anything else."""
        number = re.sub(r"[\s()\-./\u00a0]", "", raw)
        if self._country_is_kz:
            for pattern, mended in SPELLINGS:
                number = pattern.sub(mended, number)
        try:
            parsed = phonenumbers.parse(number, self.country)
        except phonenumbers.NumberParseException:
            return None
        mobile = phonenumbers.number_type(parsed) in {
            phonenumbers.PhoneNumberType.MOBILE,
            phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        }
        if not mobile or phonenumbers.region_code_for_number(parsed) != self.country:
            return None
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
