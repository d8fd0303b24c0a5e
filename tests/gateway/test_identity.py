"""Who is a villager's phone, however the number is written; and who is never answered."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity import MOBILE_PREFIXES, Identified, Identity, Sender

PREFIXES = MOBILE_PREFIXES["KZ"]
KZ = Identity("KZ", ("44135", "+77019999999", "8 (701) 888-88-88"))
ROBOT, FOREIGN = Identified(Sender.ROBOT), Identified(Sender.FOREIGN)

SPELLINGS = {
    "international": "+7{0}{1}",
    "without the plus": "7{0}{1}",
    "with the trunk prefix": "8{0}{1}",
    "trunk prefix after a plus": "+8{0}{1}",
    "zeros for the plus": "007{0}{1}",
    "without any prefix": "{0}{1}",
    "in groups": "+7 {0} {2}-{3}-{4}",
    "in brackets": "8 ({0}) {2}-{3}-{4}",
    "with dots": "8.{0}.{2}.{3}.{4}",
    "a plus that became a blank": " 7{0}{1}",
    "blanks that do not break": "+7\u00a0{0}\u00a0{1}",
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_phone_is_one_phone_however_it_is_written(spelling: str) -> None:
    written = {f"{prefix}1234567": spelling.format(prefix[2:], "1234567", "123", "45", "67") for prefix in PREFIXES}

    assert {phone: KZ.read(way).phone for phone, way in written.items()} == {phone: phone for phone in written}
    assert {phone: KZ.phone(way) for phone, way in written.items()} == {phone: phone for phone in written}


@pytest.mark.parametrize(
    ("sender", "who"),
    [
        pytest.param("", ROBOT, id="nobody"),
        pytest.param(" ", ROBOT, id="a blank"),
        pytest.param("eGov", ROBOT, id="a name"),
        pytest.param("Kcell 7", ROBOT, id="a name with a digit"),
        pytest.param("1414", ROBOT, id="eGov"),
        pytest.param("+1414", ROBOT, id="eGov with a plus"),
        pytest.param("44135", ROBOT, id="our short code"),
        pytest.param("123456", ROBOT, id="a short code"),
        pytest.param("+77019999999", ROBOT, id="our own number"),
        pytest.param("87019999999", ROBOT, id="our own number, written otherwise"),
        pytest.param("+77018888888", ROBOT, id="our own number, configured otherwise"),
        pytest.param("+7701123456A", ROBOT, id="a letter for a digit"),
        pytest.param("+7701123456\u0661", ROBOT, id="a digit of another script"),
        pytest.param("+77011234567;ext=5", ROBOT, id="an extension"),
        pytest.param("tel:+77011234567", ROBOT, id="a link"),
        pytest.param("++77011234567", ROBOT, id="two pluses"),
        pytest.param("7" * 300, FOREIGN, id="endless"),
        pytest.param("+77011234", FOREIGN, id="too short"),
        pytest.param("+770112345678", FOREIGN, id="too long"),
        pytest.param("+79161234567", FOREIGN, id="Russia"),
        pytest.param("89161234567", FOREIGN, id="Russia with the trunk prefix"),
        pytest.param("79161234567", FOREIGN, id="Russia without the plus"),
        pytest.param("+77172123456", FOREIGN, id="a line of Astana"),
        pytest.param("87172123456", FOREIGN, id="a line of Astana with the trunk prefix"),
        pytest.param("+998901234567", FOREIGN, id="Uzbekistan"),
        pytest.param("+996555123456", FOREIGN, id="Kyrgyzstan"),
        pytest.param("+447700900123", FOREIGN, id="Britain"),
        pytest.param("0000000", FOREIGN, id="zeros"),
    ],
)  # fmt: skip
def test_who_is_no_villager(sender: str, who: Identified) -> None:
    assert KZ.read(sender) == who


def test_the_short_way_agrees_with_the_numbering_plan() -> None:
    numbers = [phonenumbers.parse(f"{prefix}1234567", None) for prefix in PREFIXES]

    assert {phonenumbers.number_type(number) for number in numbers} == {phonenumbers.PhoneNumberType.MOBILE}
    assert {phonenumbers.region_code_for_number(number) for number in numbers} == {"KZ"}


def test_another_country_has_its_own_phones() -> None:
    kenya = Identity("KE")

    assert kenya.read("0712345678") == Identified(Sender.PHONE, "+254712345678")
    assert kenya.read("+254712345678") == Identified(Sender.PHONE, "+254712345678")
    assert kenya.read("+77011234567") == FOREIGN


@given(st.text(max_size=40) | st.text("+0123456789 ()-.\u00a0", max_size=20))
def test_any_sender_is_read_and_a_phone_is_e164(sender: str) -> None:
    who = KZ.read(sender)

    assert (who.kind is Sender.PHONE) == bool(who.phone)
    assert not who.phone or KZ.read(who.phone) == who
