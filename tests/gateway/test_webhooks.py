"""Raw calls at the hooks: what is taken, what is refused and how, and that nothing but 503 ever says we failed."""

import asyncio
import random  # noqa: TID251 - seeded: the same storm each time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import structlog

from gateway import webhooks
from gateway.home import Home
from gateway.store import reports
from gateway.webhooks import BODY
from handlers.phrases import say
from tests.gateway.field import FORM, NAME, Field, Reply, call, exchange, phone
from tests.gateway.store.villages import aul, opened

SMS = b"id=m1&from=%2B77000000001&to=44135&text=3"
USSD = b"sessionId=s1&phoneNumber=%2B77000000001&serviceCode=*384*44135%23&networkCode=99999&text=7*3"
REPORT = b"id=x1&status=Success&phoneNumber=%2B77000000001"
END = b"sessionId=s1&phoneNumber=%2B77000000001&status=Success&cost=KES+0.10&durationInMillis=8123&input=7*3"
OPT_OUT = b"senderId=44135&phoneNumber=%2B77000000001"
BODIES = {"sms": SMS, "ussd": USSD, "report": REPORT, "session-end": END, "opt-out": OPT_OUT}


@pytest.fixture
def voted(sqlite_field: Field) -> Field:
    """A village in which phone 1 may vote."""
    aul(sqlite_field.home)
    opened(sqlite_field.home)
    sqlite_field.enrol(phone(1))
    return sqlite_field


def test_every_hook_takes_its_call(voted: Field) -> None:
    statuses = {what: voted.raw(what, body).status for what, body in BODIES.items()}

    assert statuses == dict.fromkeys(BODIES, 200)


@pytest.mark.parametrize(
    ("what", "body"),
    [
        pytest.param("sms", b"", id="an SMS of nothing"),
        pytest.param("sms", b"&&&=&", id="an SMS of marks"),
        pytest.param("sms", b"from=%2B77000000001&text=3", id="no id"),
        pytest.param("sms", b"id=&from=%2B77000000001&text=3", id="an empty id"),
        pytest.param("sms", b"id=m1&text=3", id="no sender"),
        pytest.param("sms", b"id=m1&from=%2B77000000001", id="no text"),
        pytest.param("sms", SMS + b"&text=5", id="two texts"),
        pytest.param("sms", SMS + b"&id=m1", id="the same id twice"),
        pytest.param("sms", SMS + b"%00", id="a NUL"),
        pytest.param("sms", b'{"id":"m1","from":"+77000000001","text":"3"}', id="JSON in a form's clothes"),
        pytest.param("sms", b"--x\r\nContent-Disposition: form-data; name=id\r\n\r\nm1\r\n--x--", id="parts"),
        pytest.param("ussd", b"", id="a hit of nothing"),
        pytest.param("ussd", b"sessionId=s1&phoneNumber=%2B77000000001", id="a hit without text"),
        pytest.param("ussd", b"sessionId=&phoneNumber=%2B77000000001&text=", id="an empty session"),
        pytest.param("ussd", b"sessionId=s1&text=7*3", id="a hit of nobody"),
        pytest.param("ussd", USSD + b"&text=7*3", id="two ways"),
        pytest.param("ussd", USSD + b"%00", id="a NUL on the way"),
        pytest.param("report", b"", id="a report of nothing"),
        pytest.param("report", b"id=&status=Success", id="a report on nothing"),
        pytest.param("report", b"id=x1", id="a report that says nothing"),
        pytest.param("report", b"id=x1&status=Success&status=Failed", id="a report that says two things"),
        pytest.param("session-end", b"", id="an end of nothing"),
        pytest.param("session-end", END + b"&status=Failed", id="two ends"),
        pytest.param("opt-out", b"", id="an opt-out of nothing"),
        pytest.param("opt-out", OPT_OUT + b"&phoneNumber=1", id="an opt-out of two"),
    ],
)
def test_a_malformed_call_is_refused_and_nothing_is_kept(voted: Field, what: str, body: bytes) -> None:
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):  # some gateways repeat it for days
            assert voted.raw(what, body).status == 400

    assert [(line["event"], line["what"]) for line in logs] == [("A malformed call was refused", what)]
    assert voted.rows("SELECT * FROM inbox") == []
    assert voted.rows("SELECT * FROM participation") == []
    assert voted.replies(phone(1)) == []


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_a_body_that_says_it_is_no_form_is_refused(voted: Field, kind: str) -> None:
    assert voted.raw("sms", SMS, headers={"content-type": kind}).status == 400


@pytest.mark.parametrize(
    "headers", [{}, {"content-type": ""}, {"Content-Type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8"}]
)
def test_a_form_is_taken_whatever_its_header_looks_like(voted: Field, headers: dict[str, str]) -> None:
    assert voted.raw("sms", SMS, headers=headers) == Reply(200, "")
    assert voted.outcome("m1") == "accepted"


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(b"id=m1&from=%2B77000000001&text=", "answered", id="an empty text"),
        pytest.param(b"id=m1&from=%2B77000000001&text=%FF%FE3", "refused", id="bad UTF-8 is no vote"),
        pytest.param(b"id=m1&from=%2B77000000001&text=\xf0\x9f\x99\x82", "answered", id="raw UTF-8"),
        pytest.param(b"id=m1&from=%2B77000000001&text=%F0%9F%99%82+3", "refused", id="a number beside emoji"),
        pytest.param(b"id=m1&from=%2B77000000001&text=3&text2=5&x=", "accepted", id="fields nobody knows"),
        pytest.param(b"id=m1&from=%2B77000000001&text=3" + b"+" * 499, "accepted", id="500 characters"),
        pytest.param(b"id=m1&from=%2B77000000001&text=3" + b"+" * 500, "answered", id="more than any phone sends"),
        pytest.param(b"id=" + b"m" * 9000 + b"&from=%2B77000000001&text=3", None, id="an endless id"),
        pytest.param(b"id=m1&from=77000000001&text=3", "accepted", id="no plus"),
        pytest.param(b"id=m1&from=+77000000001&text=3", "accepted", id="a plus that became a blank"),
    ],
)  # fmt: skip
def test_what_a_phone_may_send_is_taken(voted: Field, body: bytes, outcome: str | None) -> None:
    assert voted.raw("sms", body) == Reply(200, "")
    assert voted.outcome("m1") == outcome
    assert len(voted.replies(phone(1))) == 1


@pytest.mark.parametrize(
    "sender",
    [
        "eGov",
        "Kaspi.kz",
        "1414",
        "44135",
        "+44135",
        "7171",
        "",
        "+77",
        "٣",
        "+7700000000१",
        "' OR 1=1 --",
        "🙂",
        "\x01",
    ],
)
def test_robots_short_codes_and_ourselves_are_never_answered(voted: Field, sender: str) -> None:
    assert voted.sms(sender, "3") == Reply(200, "")

    assert voted.rows("SELECT * FROM outbox") == []
    assert voted.rows("SELECT * FROM participation") == []


def test_another_number_of_ours_is_never_answered(voted: Field) -> None:
    ours = voted.home.settings.gateway.model_copy(update={"our_numbers": (phone(1),)})
    voted.home = replace(voted.home, settings=voted.home.settings.model_copy(update={"gateway": ours}))
    voted.restart()

    assert voted.sms(phone(1), "3") == Reply(200, "")
    assert voted.ussd(phone(1), "s1", "7*3").startswith("END ")

    assert voted.rows("SELECT * FROM outbox") == []
    assert voted.rows("SELECT * FROM participation") == []


@pytest.mark.parametrize("sender", ["+79161234567", "89161234567", "+447700900123", "+77172123456", "+998901234567"])
def test_a_foreign_number_gets_no_answer_by_sms_and_an_end_by_ussd(voted: Field, sender: str) -> None:
    assert voted.sms(sender, "3") == Reply(200, "")
    assert voted.ussd(sender, "s1", "7*3").startswith("END ")

    assert voted.rows("SELECT * FROM outbox") == []
    assert voted.rows("SELECT * FROM participation") == []


@pytest.mark.parametrize("size", [BODY + 1, 1_000_000])
@pytest.mark.parametrize("what", BODIES)
def test_a_body_over_the_limit_is_too_large(voted: Field, what: str, size: int) -> None:
    with structlog.testing.capture_logs() as logs:
        assert voted.raw(what, BODIES[what].ljust(size, b"&")) == Reply(413, "the body is over 16 KiB\n")

    assert [line["reason"] for line in logs] == ["the body is over 16 KiB"]


def test_a_line_of_the_log_is_of_another_call_each(voted: Field) -> None:
    bodies = [b"id=m%d&text=3" % number for number in range(webhooks.REFUSED + 1)]

    with structlog.testing.capture_logs() as logs:
        for body in (*bodies, bodies[-1], bodies[0]):  # the first one is forgotten by now
            assert voted.raw("sms", body).status == 400

    assert len(logs) == len(bodies) + 1
    assert {line["reason"] for line in logs} == {"the field from is missing"}


def test_a_body_at_the_limit_is_read(voted: Field) -> None:
    assert voted.raw("sms", (SMS + b"&x=").ljust(BODY, b"x")) == Reply(200, "")


def test_a_body_in_pieces_is_read_as_one_and_refused_once_it_is_too_large(voted: Field) -> None:
    pieces = [{"body": SMS[:10], "more_body": True}, {"body": b"", "more_body": True}, {"body": SMS[10:]}]
    assert voted.run(exchange(voted.hooks, "POST", voted.path("sms"), pieces)) == Reply(200, "")

    endless = [{"body": b"x" * 10_000, "more_body": True}] * 3
    assert voted.run(exchange(voted.hooks, "POST", voted.path("sms"), endless)).status == 413


@pytest.mark.parametrize("cut", [0, 1, len(SMS) - 1, len(SMS)])
def test_a_call_that_was_cut_off_is_no_vote(voted: Field, cut: int) -> None:
    pieces = [{"body": SMS[:cut], "more_body": True}, {"type": "http.disconnect"}]

    with structlog.testing.capture_logs() as logs:
        assert voted.run(exchange(voted.hooks, "POST", voted.path("sms"), pieces)).status == 400

    assert [line["reason"] for line in logs] == ["the call did not arrive whole"]
    assert voted.rows("SELECT * FROM participation") == []


@pytest.mark.parametrize("pieces", [[], [{"body": b"id=m1", "more_body": True}]], ids=["nothing", "half"])
def test_a_call_that_does_not_arrive_is_given_up(
    voted: Field, pieces: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voted.hooks, "_arrivals", webhooks.Arrivals(0.01))

    with structlog.testing.capture_logs() as logs:
        assert voted.run(exchange(voted.hooks, "POST", voted.path("sms"), pieces)).status == 408

    assert [line["reason"] for line in logs] == ["the call did not arrive in time"]


def test_a_caller_that_hangs_up_while_its_vote_is_written_has_voted(voted: Field) -> None:
    async def hang_up() -> None:
        calling = asyncio.create_task(call(voted.hooks, "POST", voted.path("sms"), SMS))
        await asyncio.sleep(0)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling

    voted.run(hang_up())

    assert voted.sms(phone(1), "3", id="m1") == Reply(200, "")
    assert voted.outcome("m1") == "accepted"
    assert len(voted.rows("SELECT * FROM participation")) == 1


def wrong_paths(field: Field) -> Iterator[str]:
    secret = str(field.home.settings.providers.africastalking.secret)
    for wrong in (
        "",
        "x",
        secret[:-1],
        secret + "x",
        secret.upper() + "A",
        "x" * 10_000,
        "дауыс",
        "%FF",
        "%00",
        "..",
        "%2F",
    ):
        yield f"/hooks/{NAME}/{wrong}/sms"
    for what in ("", "sm", "sms/", "sms/x", "SMS", "inbox", "sms%00", "%2e%2e"):
        yield f"/hooks/{NAME}/{secret}/{what}"
    for name in ("", "kannel", "Africastalking", "console", "дауыс", "%00"):
        yield f"/hooks/{name}/{secret}/sms"
    yield from (f"/hooks/{NAME}/{secret}", f"/hooks/{NAME}", "/hooks/", "/hooks//", f"/hooks//{NAME}/{secret}/sms")


@pytest.mark.parametrize("method", ["POST", "GET", "HEAD", "OPTIONS"])
def test_whatever_is_wrong_in_an_address_it_is_the_same_404(voted: Field, method: str) -> None:
    replies = {path: voted.run(call(voted.hooks, method, path, SMS)) for path in wrong_paths(voted)}

    assert replies == dict.fromkeys(replies, Reply(404, "Not found\n"))
    assert voted.rows("SELECT * FROM inbox") == []


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"])
def test_a_hook_has_two_methods(voted: Field, method: str) -> None:
    assert voted.raw("sms", SMS, method=method).status == 405


def test_a_get_has_its_fields_in_the_query_alone(voted: Field) -> None:
    assert voted.raw("sms", SMS, method="GET").status == 400


def test_a_percent_encoded_address_is_the_same_address(voted: Field) -> None:
    path = voted.path("sms").replace("sms", "%73ms")

    assert voted.run(call(voted.hooks, "POST", path, SMS)) == Reply(200, "")


def test_a_unicode_secret_is_no_error(voted: Field) -> None:
    assert voted.run(call(voted.hooks, "POST", f"/hooks/{NAME}/%D0%BA%D0%BB%D1%8E%D1%87/ussd", USSD)).status == 404


def test_a_report_may_come_before_its_message_and_any_number_of_times(field: Field) -> None:
    replies = [
        field.report(id="x1", status=status) for status in ("Success", "Sent", "Success", "Failed", "Teleported")
    ]

    assert replies == [Reply(200, "")] * 5


def test_an_opt_out_keeps_announcements_away_and_votes_work(field: Field) -> None:
    aul(field.home)
    opened(field.home)
    field.enrol(phone(1))

    assert field.run(field.post("opt-out", senderId="44135", phoneNumber="87000000001")) == Reply(200, "")
    assert field.run(field.post("opt-out", senderId="44135", phoneNumber="eGov")) == Reply(200, "")

    assert field.rows("SELECT stopped FROM phone") == [(True,)]
    assert "3" in field.says(phone(1), "3")


def test_the_end_of_a_session_leaves_nothing_behind(voted: Field, capsys: pytest.CaptureFixture[str]) -> None:
    assert voted.raw("session-end", END) == Reply(200, "")

    assert "7*3" not in "".join(capsys.readouterr())


@contextmanager
def held_elsewhere(home: Home) -> Iterator[None]:
    """Another process that writes, or mixes, and does not stop."""
    with home.store.transaction() as tx:
        tx.lock()
        yield


def test_while_another_writer_holds_the_database_everybody_is_asked_to_try_again(home: Home) -> None:
    field = Field(home, patience=0.02)
    aul(home)
    paper = opened(home)
    field.enrol(phone(1), phone(2))
    assert field.ussd(phone(2), "s1", "7*3").startswith("CON ")

    with held_elsewhere(home):
        status = field.raw("sms", SMS).status
        end = field.ussd(phone(2), "s1", "7*3*1")

    assert status == 503
    assert end == f"END {say('kk', 'ussd_not_taken')}"
    assert field.rows("SELECT * FROM participation") == []
    assert field.sms(phone(1), "3", id="m1") == Reply(200, "")
    assert field.ussd(phone(2), "s1", "7*3*1").startswith("END ")
    assert field.votes(paper) == {(3,): 2}
    field.invariants()
    field.close()


def test_what_must_be_kept_and_cannot_be_is_to_be_sent_again(sqlite_home: Home) -> None:
    field = Field(sqlite_home, patience=0.01)

    with held_elsewhere(sqlite_home):
        statuses = {what: field.raw(what, body).status for what, body in BODIES.items()}

    assert statuses == {"sms": 503, "report": 503, "opt-out": 503, "session-end": 200, "ussd": 200}
    field.close()


def test_a_full_disk_is_said_and_once_there_is_space_the_same_messages_are_taken(voted: Field) -> None:
    voted.enrol(*(phone(number) for number in range(2, 300)))
    writer = voted.books._writer
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages + 8}")

    statuses = [voted.sms(phone(number), "3", id=f"v{number}").status for number in range(1, 300)]
    writer.execute("PRAGMA max_page_count = 1000000")
    again = [voted.sms(phone(number), "3", id=f"v{number}").status for number in range(1, 300)]

    assert set(statuses) == {200, 503}
    assert set(again) == {200}
    assert len(voted.rows("SELECT * FROM participation")) == 299
    voted.invariants()


def test_a_database_that_was_restarted_costs_no_vote(postgresql_home: Home) -> None:
    field = Field(postgresql_home)
    aul(postgresql_home)
    paper = opened(postgresql_home)
    field.enrol(phone(1), phone(2))
    assert field.ussd(phone(2), "s1", "7*3").startswith("CON ")
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"

    field.rows(others)
    end = field.ussd(phone(2), "s1", "7*3*1")
    field.rows(others)

    assert end.startswith("END ")
    assert field.sms(phone(1), "3") == Reply(200, "")
    assert field.votes(paper) == {(3,): 2}
    field.invariants()
    field.close()


def test_a_queue_that_is_full_says_so_at_once(voted: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.store.writer.QUEUE", 3)

    async def crowd() -> list[Reply]:
        return await asyncio.gather(*(voted.texts(phone(1), "3") for _ in range(10)))

    assert sorted(reply.status for reply in voted.run(crowd())) == [200] * 3 + [503] * 7
    voted.invariants()


def test_a_commit_of_unknown_outcome_is_no_acknowledgement_and_ends_the_process(voted: Field) -> None:
    assert voted.ussd(phone(1), "s1", "7*3").startswith("CON ")
    voted.books._writer.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    voted.books._writer.execute("CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)")
    voted.books._writer.execute(
        "CREATE TRIGGER breaks_at_commit AFTER INSERT ON participation BEGIN INSERT INTO child VALUES (1); END"
    )

    end = voted.ussd(phone(1), "s1", "7*3*1")

    assert end.startswith("END ")
    assert "*384*44135#" in end
    assert voted.died
    assert voted.raw("sms", SMS).status == 503


def test_what_breaks_inside_is_503_or_a_screen_and_never_500(voted: Field) -> None:
    assert voted.ussd(phone(1), "s1", "7*3").startswith("CON ")
    for key in voted.home.keys.folder.glob("batch-*.key"):
        key.unlink()

    with structlog.testing.capture_logs() as logs:
        assert voted.raw("sms", SMS).status == 503
        assert voted.ussd(phone(1), "s1", "7*3*1").startswith("END ")

    assert [entry["log_level"] for entry in logs] == ["error", "error"]
    assert voted.rows("SELECT * FROM participation") == []


def malformed(draw: random.Random) -> tuple[str, bytes, dict[str, str]]:
    """A call as no provider makes it: a sound one, damaged; or noise."""
    what = draw.choice(list(BODIES))
    body = bytearray(BODIES[draw.choice(list(BODIES))])
    for _ in range(draw.randrange(1, 6)):
        at = draw.randrange(len(body) + 1)
        match draw.randrange(5):
            case 0:
                body[at:at] = draw.randbytes(draw.randrange(1, 4))
            case 1:
                del body[at : at + draw.randrange(1, 20)]
            case 2:
                body[at:at] = draw.choice(
                    (b"&", b"=", b"%", b"%00", b"%ED%A0%80", b"*", b"+", b"\xff", b";", b"text=", b"&id=")
                )
            case 3:
                body[at:at] = draw.choice(
                    (b"7*3*1", b"%D3%A8%D0%97%D0%93%D0%95%D0%A0%D0%A2%D0%A3+4", b"9" * 40, b"&a=b" * 60)
                )
            case _:
                body = bytearray(draw.randbytes(draw.randrange(200)))
    kind = draw.choice(
        ("", FORM["content-type"], FORM["content-type"], "application/json", "x" * 50, "multipart/form-data")
    )
    return what, bytes(body), {"content-type": kind} if kind else {}


async def storm(field: Field, seed: int, hundreds: int) -> set[int]:
    """The statuses of so many hundred malformed calls, a hundred at once."""
    draw, found = random.Random(seed), set()
    for _ in range(hundreds):
        calls = (malformed(draw) for _ in range(100))
        replies = await asyncio.gather(
            *(call(field.hooks, "POST", field.path(what), body, headers) for what, body, headers in calls)
        )
        found |= {reply.status for reply in replies}
    return found


def test_ten_thousand_malformed_calls_never_break_anything(voted: Field) -> None:
    assert voted.run(storm(voted, seed=20260502, hundreds=100)) <= {200, 400, 413}
    voted.invariants()


def test_postgresql_takes_any_text_that_a_call_may_hold(postgresql_home: Home) -> None:
    field = Field(postgresql_home)
    aul(postgresql_home)
    opened(postgresql_home)
    field.enrol(phone(1))

    assert field.run(storm(field, seed=7, hundreds=20)) <= {200, 400, 413}
    field.invariants()
    field.close()


# Kannel: queries in, headers out


@pytest.fixture
def behind_kannel(sqlite_home: Home) -> Iterator[Field]:
    """A village in which phone 1 may vote, through Kannel."""
    providers = sqlite_home.settings.providers
    enabled = providers.model_copy(update={"kannel": providers.kannel.model_copy(update={"enabled": True})})
    field = Field(replace(sqlite_home, settings=sqlite_home.settings.model_copy(update={"providers": enabled})))
    aul(field.home)
    opened(field.home)
    field.enrol(phone(1))
    yield field
    field.close()


def asked(field: Field, what: str, query: str) -> Reply:
    return field.run(call(field.hooks, "GET", field.path(what, "kannel"), b"", {}, query))


KANNEL = "from=%2B77000000001&to=44135&id=k1&ts=1777701885&coding=0&charset=UTF-8&text="
DIALLED = KANNEL + "*384*44135*7*3%23&meta=%3Fsmpp%3Fussd_service_op%3D%2501%26its_session_info%3D%2507%2500%26"


def test_an_sms_of_kannel_is_answered_with_nothing_and_counts_once(behind_kannel: Field) -> None:
    replies = [asked(behind_kannel, "sms", KANNEL + "3") for _ in range(3)]

    assert replies == [Reply(200, "")] * 3
    assert {reply.headers["content-type"] for reply in replies} == {"text/plain; charset=utf-8"}
    assert behind_kannel.rows("SELECT provider, count(*) FROM outbox") == [("kannel", 1)]


def test_a_screen_for_kannel_has_its_headers(behind_kannel: Field) -> None:
    first, again = (asked(behind_kannel, "ussd", DIALLED) for _ in range(2))

    assert "3" in first.body
    assert (first, first.headers) == (again, again.headers)
    assert first.headers["x-kannel-coding"] == "2"
    assert first.headers["x-kannel-meta-data"] == "?smpp?ussd_service_op=%02&its_session_info=%07%00&"


def test_a_call_that_asks_nothing_is_answered_200_so_that_kannel_forgets_it(behind_kannel: Field) -> None:
    assert asked(behind_kannel, "ussd", DIALLED.replace("%2501", "%2511")) == Reply(200, "")
    assert asked(behind_kannel, "ussd", "from=1") == Reply(400, "the field text is missing\n")


def test_a_report_of_kannel_settles_the_message_of_that_id(behind_kannel: Field) -> None:
    asked(behind_kannel, "sms", KANNEL + "3")
    ((message,),) = behind_kannel.rows("SELECT id FROM outbox")
    with behind_kannel.home.store.transaction() as tx:
        reports.sent(tx, "kannel", message, str(message), behind_kannel.now)

    for bits in (8, 1, 8):
        assert asked(behind_kannel, "report", f"d={bits}&said=ACK%2F&id={message}").status == 200

    assert behind_kannel.rows("SELECT state, recipient FROM outbox") == [("delivered", None)]
