import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import parse_qs, parse_qsl

import pytest

from ballots import pabulib
from gateway.identity import Identity, Sender
from gateway.replaying.booth import Occasion
from gateway.replaying.client import Line, Request, Response, Unknown
from gateway.replaying.crowd import Crowd, Votes
from gateway.replaying.delivering import Counts, GaveUp, NotTaken, Postman
from gateway.replaying.dialogue import Voting
from gateway.replaying.phones import BLOCK, phone_of
from gateway.replaying.plan import Also, Channel, Options, plan_of
from gateway.replaying.report import Counted, Report, published_votes, selected
from gateway.replaying.screens import Kind, Screen
from gateway.replaying.spelling import SPELLINGS
from gateway.replaying.telling import lines
from gateway.replaying.via import AfricasTalking, Hit, Kannel, Sms, hooks_at, instance_at
from handlers.sms.vocabulary import command_of
from handlers.wording import read
from tests.elections import SMALL
from tests.village import LANGUAGES, Village
from tests.villages import RESIDENTS, VILLAGES
from tests.wire import HANG_UP, SILENCE, Answering, Wire, answers, said, serving

T = TypeVar("T")

AT = datetime(2026, 5, 2, 4, 0, 7, tzinfo=UTC)
HOOKS = hooks_at("http://127.0.0.1:8000/h/sms", "http://127.0.0.1:8000/h/ussd", "44135", "*384*44135#")
SENT = 7  # of small.pb: one ballot is empty, one names more projects than its limit
MIXED = Options(Channel.BOTH, duplicates=0.5, seed=3)
REQUEST = Request("/hook", b"text=3")


def small() -> pabulib.Election:
    return pabulib.read(SMALL.read_bytes())


def against(answering: Answering, work: Callable[[Wire], Awaitable[T]]) -> tuple[T, Wire]:
    """What `work` gives against a server, and what the server saw."""

    async def run() -> tuple[T, Wire]:
        async with serving(answering) as wire:
            return await work(wire), wire

    return asyncio.run(run())


# phones, spellings, plans


def test_generated_phones_are_mobile_numbers_of_the_country() -> None:
    phones = [phone_of(seed, place) for seed in (0, 1, 199, 200) for place in (0, 1, 2, 99_999, 1_000_000)]

    assert {Sender.PHONE} == {Identity().read(phone).kind for phone in phones}
    assert {"+7700", "+7701"} == {phone[:5] for phone in phones}


def test_seeds_do_not_share_phones() -> None:
    first, second = ({phone_of(seed, place) for place in range(2 * BLOCK)} for seed in (4, 5))

    assert 2 * BLOCK == len(first) == len(second)
    assert set() == first & second


@pytest.mark.parametrize("numbers", [("3",), ("12", "5"), ("7", "1", "103")], ids=" ".join)
@pytest.mark.parametrize("spelling", range(len(SPELLINGS)))
def test_every_spelling_is_a_vote_for_the_numbers(spelling: int, numbers: tuple[str, ...]) -> None:
    wording = read(SPELLINGS[spelling](numbers))

    assert command_of(wording) == "vote"
    assert list(numbers) == [numeral.digits for numeral in wording.numbers]


def test_empty_ballots_and_those_over_the_limit_are_not_sent() -> None:
    plan = plan_of(small(), Options())

    assert (len(plan.voters), plan.empty) == (SENT, 1)
    assert plan.over_limit == ("voter 8 chose 4 projects, more than max_length 3",)
    assert plan.expected() == {"SU.1": 6, "SHATYR": 4, "ZHOL": 3, "JARYQ": 3, "BAQ": 0}


def test_the_same_seed_makes_the_same_plan_and_another_one_another() -> None:
    assert plan_of(small(), MIXED) == plan_of(small(), MIXED)
    assert plan_of(small(), MIXED) != plan_of(small(), Options(Channel.BOTH, 0.5, seed=4))


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.USSD])
def test_a_plan_for_one_channel_uses_no_other(channel: Channel) -> None:
    voters = plan_of(small(), Options(channel)).voters

    assert {(channel, Also.NOTHING)} == {(voter.channel, voter.also) for voter in voters}


# screens


@pytest.mark.parametrize("language", LANGUAGES)
def test_screens_are_known_by_their_shape(language: str) -> None:
    village, phone = VILLAGES["approval"](), RESIDENTS[0]
    shown = [village.dial(phone, "*384*44135#"), village.key(phone, str(1 + LANGUAGES.index(language)))]
    shown += [village.key(phone, key) for key in ("1", "1 2")]
    shown += [village.dial(phone, "*384*44135#"), village.key(phone, "1"), village.key(phone, "1")]

    kinds = [Screen(text, ends=False).kind for text in shown]

    assert kinds == [Kind.LANGUAGE, Kind.MAIN, Kind.OTHER, Kind.CONFIRM, Kind.RESUME, Kind.CONFIRM, Kind.OTHER]
    assert [bool(Screen(text, ends=False).receipt) for text in shown] == [False] * 6 + [True]


@pytest.mark.parametrize("dialled", ["", "7*3"], ids=["menus", "direct dial"])
def test_a_voter_finds_the_way_to_a_receipt(dialled: str) -> None:
    village = VILLAGES["aul"]()

    screen = asyncio.run(Voting((3,), language=2).through(_pressing(village), (dialled,) if dialled else ()))

    assert screen.receipt
    assert village.tally()[3] == 1


def test_a_voter_who_has_voted_by_sms_sees_the_receipt() -> None:
    village = VILLAGES["aul"]()
    village.sms(RESIDENTS[0], "2")

    screen = asyncio.run(Voting((3,), language=0).through(_pressing(village), ()))

    assert screen.receipt
    assert (village.tally()[3], village.tally()[2]) == (0, 1)


@pytest.mark.parametrize(("village", "phone"), [("nothing", RESIDENTS[0]), ("aul", "+77059999999")])
def test_a_voter_who_may_not_vote_gives_up(village: str, phone: str) -> None:
    with pytest.raises(NotTaken):
        asyncio.run(Voting((3,), language=0).through(_pressing(VILLAGES[village](), phone), ()))


def _pressing(village: Village, phone: str = RESIDENTS[0]) -> Callable[[tuple[str, ...]], Awaitable[Screen]]:
    async def press(keys: tuple[str, ...]) -> Screen:
        first = len(keys) == (1 if keys[:1] == ("7*3",) else 0)
        text = village.dial(phone, f"*384*44135*{keys[0]}#" if keys else "*384*44135#") if first else None
        return Screen(village.key(phone, keys[-1]) if text is None else text, ends=False)

    return press


# calls


def test_a_text_message_is_posted_as_africas_talking_posts_it() -> None:
    request = AfricasTalking(HOOKS).sms(Sms("0a" * 16, "+77000000001", "дауыс 3", AT))

    assert (request.method, request.target) == ("POST", "/h/sms")
    assert dict(parse_qsl(request.body.decode(), strict_parsing=True)) == {
        "id": "ATXid_" + "0a" * 16,
        "linkId": "SampleLinkId0a0a0a0a",
        "from": "+77000000001",
        "to": "44135",
        "text": "дауыс 3",
        "date": "2026-05-02T04:00:07Z",
        "networkCode": "99999",
    }


def test_the_first_step_of_a_dialogue_has_an_empty_text() -> None:
    request = AfricasTalking(HOOKS).hit(Hit("0b" * 16, "+77000000001", ()))

    assert parse_qs(request.body.decode(), keep_blank_values=True) == {
        "sessionId": ["ATUid_" + "0b" * 16],
        "phoneNumber": ["+77000000001"],
        "serviceCode": ["*384*44135#"],
        "networkCode": ["99999"],
        "text": [""],
    }


@pytest.mark.parametrize(
    ("keys", "text"), [(("7*3",), "7*3"), (("7*3", "1"), "7*3*1"), (("1", "1", "3 5"), "1*1*3 5")], ids=str
)
def test_a_step_carries_all_keys_so_far(keys: tuple[str, ...], text: str) -> None:
    body = AfricasTalking(HOOKS).hit(Hit("", "", keys)).body

    assert [text] == parse_qs(body.decode())["text"]


@pytest.mark.parametrize("body", [b"", b"hello", b'"CON hi"', b"\xff\xfe"], ids=repr)
def test_a_screen_that_cannot_be_read_is_unknown(body: bytes) -> None:
    with pytest.raises(Unknown):
        AfricasTalking(HOOKS).screen(Response(200, body))


def test_kannel_asks_for_a_text_message_to_be_taken() -> None:
    request = Kannel(HOOKS).sms(Sms("0a" * 16, "+77000000001", "дауыс 3 + 5", AT))

    path, _, query = request.target.partition("?")
    assert (request.method, path, request.body) == ("GET", "/h/sms", b"")
    assert dict(parse_qsl(query, strict_parsing=True)) == {
        "id": "0a" * 16,
        "from": "+77000000001",
        "to": "44135",
        "coding": "0",
        "charset": "UTF-8",
        "text": "дауыс 3 + 5",
        "ts": "1777694407",
    }


@pytest.mark.parametrize(
    ("keys", "text", "op"),
    [
        ((), "*384*44135#", "%01"),
        (("7*3",), "*384*44135*7*3#", "%01"),
        (("1",), "1", "%12"),
        (("7*3", "1"), "1", "%12"),
        (("1", "1", "3 5"), "3 5", "%12"),
    ],
    ids=str,
)
def test_a_step_through_kannel_carries_the_last_key(keys: tuple[str, ...], text: str, op: str) -> None:
    query = Kannel(HOOKS).hit(Hit("0b" * 16, "+77000000001", keys)).target.partition("?")[2]

    fields = dict(parse_qsl(query, strict_parsing=True))
    assert (fields["text"], fields["id"]) == (text, f"{'0b' * 16}-{len(keys)}")
    assert fields["meta"] == f"?smpp?ussd_service_op={op}&its_session_info=%0b%{len(keys):02x}&"


@pytest.mark.parametrize(("op", "ends"), [("%02", False), ("%11", True)])
def test_a_screen_of_kannel_says_in_a_header_whether_it_is_the_last(op: str, ends: bool) -> None:
    headers = {"x-kannel-meta-data": f"?smpp?ussd_service_op={op}&its_session_info=%0b%00&"}

    assert Kannel(HOOKS).screen(Response(200, "Тіл".encode(), headers)) == Screen("Тіл", ends=ends)


def test_a_screen_of_kannel_without_that_header_is_unknown() -> None:
    with pytest.raises(Unknown):
        Kannel(HOOKS).screen(Response(200, "Тіл".encode()))


def test_url_replaces_the_host_and_keeps_the_secret_path() -> None:
    hooks = hooks_at("https://votes.kz/h/1/sms", "https://votes.kz/h/1/ussd", "", "", "http://127.0.0.1:9")

    assert (hooks.origin, hooks.sms, hooks.ussd) == ("http://127.0.0.1:9", "/h/1/sms", "/h/1/ussd")


@pytest.mark.parametrize(
    ("answer", "instance"),
    [(said(b'{"instance": "ab"}'), "ab"), (said(b"[]"), ""), (said(b"no", 503), ""), (HANG_UP, "")],
    ids=["ours", "another service", "an error", "nobody"],
)
def test_a_gateway_is_known_by_its_instance(answer: bytes, instance: str) -> None:
    found, _ = against(answers(answer), lambda wire: instance_at(wire.origin))

    assert instance == found


# the client


def test_a_connection_stays_open() -> None:
    async def three(wire: Wire) -> list[Response]:
        line = Line(wire.origin)
        found = [await line.send(REQUEST) for _ in range(3)]
        line.close()
        return found

    found, wire = against(answers(said(b"END ok")), three)

    assert [Response(200, b"END ok")] * 3 == found
    assert (wire.connections, len(wire.requests)) == (1, 3)


@pytest.mark.parametrize(
    "answer",
    [
        HANG_UP,
        SILENCE,
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 two OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ntoo much",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=["hung up", "silence", "garbage", "no length", "no status", "cut off", "too long", "chunks"],
)
def test_an_answer_that_is_not_whole_is_unknown_and_the_next_call_has_a_new_connection(answer: bytes | None) -> None:
    async def twice(wire: Wire) -> Response:
        line = Line(wire.origin, timeout=0.2)
        with pytest.raises(Unknown):
            await line.send(REQUEST)
        found = await line.send(REQUEST)
        line.close()
        return found

    found, wire = against(answers(answer, said(b"ok")), twice)

    assert Response(200, b"ok") == found
    assert wire.connections == 2


# deliveries


def test_a_delivery_is_repeated_under_its_id_until_it_is_answered() -> None:
    counts = Counts()
    answering = answers(said(b"busy", 503), HANG_UP, said(b"unreadable"), said(b"END ok"))

    found, wire = against(answering, lambda wire: _deliver(wire, counts))

    assert found == b"END ok"
    assert wire.requests == [("POST", "/hook", b"text=3")] * 4
    assert Counts(posts=4, duplicates=0, resent=3) == counts


def test_a_delivery_twice_goes_over_two_connections() -> None:
    counts = Counts()

    _, wire = against(answers(said(b"END ok")), lambda wire: _deliver(wire, counts, twice=True))

    assert (wire.connections, len(wire.requests)) == (2, 2)
    assert Counts(posts=2, duplicates=1, resent=0) == counts


def test_what_no_repetition_changes_is_not_repeated() -> None:
    with pytest.raises(NotTaken, match="HTTP 400"):
        against(answers(said(b"malformed", 400)), lambda wire: _deliver(wire, Counts()))


def test_a_delivery_that_is_never_answered_is_given_up() -> None:
    with pytest.raises(GaveUp):
        against(answers(HANG_UP), lambda wire: _deliver(wire, Counts(), patience=0.1))


async def _deliver(wire: Wire, counts: Counts, patience: float = 5.0, *, twice: bool = False) -> bytes:
    postman = Postman(wire.origin, counts, patience)
    try:
        return await postman.deliver(REQUEST, _readable, twice=twice)
    finally:
        postman.close()


def _readable(response: Response) -> bytes:
    if not response.body.startswith(b"END"):
        raise Unknown("unreadable")
    return response.body


# the crowd


def test_every_voter_is_acknowledged_once_whatever_is_delivered_twice() -> None:
    told: list[int] = []
    votes, wire = _crowd(answers(said(b"END 482 177 3529")), told.append)

    ids = [fields["id"] for fields in _forms(wire) if "id" in fields]

    assert set(range(8)) - {7} == votes.acknowledged
    assert (set(), {}) == (votes.unknown, votes.refused)
    assert told == [1] * SENT
    assert votes.channels["sms"] + votes.channels["ussd"] == SENT
    assert len(ids) > len(set(ids)) >= votes.channels["sms"]


def test_a_voter_who_is_refused_is_told_in_words() -> None:
    votes, _ = _crowd(answers(said(b"malformed", 400)))

    assert {"HTTP 400"} == set(votes.refused.values())
    assert set() == votes.acknowledged


def test_when_nobody_answers_the_others_do_not_try() -> None:
    votes, wire = _crowd(answers(HANG_UP), concurrency=1)

    assert len(votes.unknown) == 1
    assert len({body for _, _, body in wire.requests}) == 1


def _crowd(
    answering: Answering, told: Callable[[int], object] = lambda _: None, concurrency: int = 3
) -> tuple[Votes, Wire]:
    plan = plan_of(small(), MIXED)
    occasion = Occasion(AfricasTalking(HOOKS), MIXED.seed, "1", 7, AT, MIXED.duplicates)
    return against(answering, lambda wire: Crowd(plan, occasion, wire.origin, told, patience=0.05).vote(concurrency))


def _forms(wire: Wire) -> list[dict[str, str]]:
    return [dict(parse_qsl(body.decode(), keep_blank_values=True)) for _, _, body in wire.requests]


# the report


def _report(accepted: int = SENT, unknown: int = 0, closed: bool = True, **votes: int) -> Report:
    plan = plan_of(small(), Options())
    places = [voter.place for voter in plan.voters]
    seen = Votes(acknowledged=set(places[unknown:]), unknown=set(places[:unknown]))
    counted = Counted(accepted, closed, plan.expected() | votes, ("SU.1", "ZHOL", "JARYQ"))
    return Report(plan, seen, counted, published_votes(small()), selected(small()), 2.0)


def test_a_replay_is_sound_when_every_acknowledged_vote_is_counted_once() -> None:
    report = _report()

    assert (report.differences, report.sound) == ((), True)
    assert (report.votes_as_published, report.funded_as_published) == (False, True)


def test_a_lost_vote_a_double_one_and_a_changed_one_are_named() -> None:
    assert _report(accepted=6).differences == ("votes accepted: 6, should be 7",)
    assert _report(accepted=8).differences == ("votes accepted: 8, should be 7",)
    assert _report(**{"SU.1": 5, "BAQ": 1}).differences == (
        "votes for SU.1: 5, should be 6",
        "votes for BAQ: 1, should be 0",
    )


def test_a_vote_with_an_unknown_outcome_may_be_counted_or_not_but_is_not_sound() -> None:
    both = [_report(unknown=1), _report(accepted=6, unknown=1, **{"SU.1": 5, "SHATYR": 3, "ZHOL": 2})]

    assert [report.differences for report in both] == [(), ()]
    assert [report.sound for report in both] == [False, False]


def test_before_closing_only_the_number_of_votes_is_compared() -> None:
    report = _report(closed=False, **{"SU.1": 0})

    assert (report.differences, report.votes_as_published, report.funded_as_published) == ((), None, None)


def test_the_report_in_words_and_in_json_name_the_same_differences() -> None:
    report = _report(accepted=6)

    told = list(lines("small.pb", report))

    assert "  votes accepted: 6, should be 7" in told
    assert told[-1] == "NOT every vote is acknowledged and counted once"
    assert report.facts()["differences"] == ["votes accepted: 6, should be 7"]
    assert report.facts()["over_limit"] == list(dataclasses.astuple(report.plan)[2])
