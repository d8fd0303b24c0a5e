"""Africa's Talking's inbox is read beside its hooks: whichever way a message comes, and comes again, it counts once."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog

from ballots.model import Paper
from gateway.home import Home
from gateway.polling import CURSOR, Polling
from gateway.providers.base import FetchFailed, Polled
from gateway.store import states
from tests.gateway.field import NAME, VOTING, Field, phone
from tests.gateway.store.villages import CLOSES, aul, opened
from tests.servers import Answer, HttpServer, Request

FIRST, SECOND, THIRD = phone(1), phone(2), phone(3)
PAGE = 2  # messages


class Account:
    """An account's inbox there: numbered messages, a page behind `lastReceivedId`."""

    def __init__(self) -> None:
        self.entries: list[dict[str, object]] = []
        self._numbers = count(15071, 7)

    def receives(self, sender: str, text: str, at: datetime, number: object = None) -> None:
        number = number or next(self._numbers)
        date = f"{at:%Y-%m-%dT%H:%M:%S}.445Z"
        self.entries.append({"id": number, "from": sender, "to": "44135", "text": text, "date": date, "linkId": ""})

    def answer(self, request: Request, _no: int) -> Answer:
        last = parse_qs(urlsplit(request.path).query)["lastReceivedId"][0]
        ids = [str(entry["id"]) for entry in self.entries]
        behind = self.entries[ids.index(last) + 1 if last in ids else 0 :]
        return Answer(200, json.dumps({"SMSMessageData": {"Messages": behind[:PAGE]}}).encode())


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def api(account: Account) -> Iterator[HttpServer]:
    with HttpServer(account.answer) as server:
        yield server


@pytest.fixture
def field(home: Home, api: HttpServer) -> Iterator[Field]:
    """A gateway whose account has a key: its inbox is looked at."""
    providers = home.settings.providers
    mine = providers.africastalking.model_copy(update={"api_key": "key", "base_url": api.url})
    settings = home.settings.model_copy(
        update={"providers": providers.model_copy(update={"africastalking": mine})},
    )
    found = Field(replace(home, settings=settings))
    yield found
    found.close()


@pytest.fixture
def paper(field: Field) -> Paper:
    """An open vote, three phones on its roll, and an account that was looked at for the first time before it."""
    aul(field.home)
    field.enrol(FIRST, SECOND, THIRD)
    found = opened(field.home, grace_seconds=3600)
    field.now = VOTING - timedelta(hours=1)
    catch_up(field)
    field.now = VOTING
    return found


def catch_up(field: Field) -> None:
    """Read the inbox to its end, as the loop of this process does."""
    provider = field.hooks._providers[NAME]
    assert isinstance(provider, Polled)
    asked = Polling(
        field.books, field.conversation, field.outbox, owner="one", clock=lambda: field.now, randomness=bytes
    )
    while field.run(asked.look(provider)):
        pass


def hook(field: Field, sender: str, text: str, at: datetime, message: str) -> None:
    assert field.sms(sender, text, id=message, date=f"{at:%Y-%m-%d %H:%M:%S}").status == 200


def answers(field: Field) -> list[int]:
    """How many replies each of the three phones was sent."""
    return [len(field.replies(sender)) for sender in (FIRST, SECOND, THIRD)]


def cursor(field: Field) -> str:
    with field.home.store.reading() as tx:
        return (states.get(tx, CURSOR + NAME) or "").rpartition(" ")[2]


@pytest.mark.parametrize("number", [None, "m-1"], ids=["ids of its own", "the ids of hooks"])
def test_what_a_hook_brought_is_fetched_again_and_counts_and_is_answered_once(
    field: Field,
    paper: Paper,
    account: Account,
    number: str | None,
) -> None:
    hook(field, FIRST, "3", VOTING, "m-1")
    account.receives(FIRST, "3", VOTING, number)

    catch_up(field)

    assert (field.votes(paper), answers(field)) == ({(3,): 1}, [1, 0, 0])
    field.invariants()


def test_what_no_hook_brought_is_counted_page_by_page(field: Field, paper: Paper, account: Account) -> None:
    for place, sender in enumerate((FIRST, SECOND, THIRD), 1):
        account.receives(sender, str(place), VOTING)

    catch_up(field)
    catch_up(field)

    assert (field.votes(paper), answers(field)) == ({(1,): 1, (2,): 1, (3,): 1}, [1, 1, 1])
    assert cursor(field) == "15085"


def test_a_hook_that_is_late_behind_the_inbox_is_answered_no_more(field: Field, paper: Paper, account: Account) -> None:
    account.receives(FIRST, "3", VOTING)
    catch_up(field)

    for _ in range(2):  # refused while we were down, it is called again for ten minutes
        hook(field, FIRST, "3", VOTING, "m-1")

    assert (field.votes(paper), answers(field)) == ({(3,): 1}, [1, 0, 0])


def test_two_messages_of_one_second_that_hooks_brought_are_both_answered(
    field: Field, paper: Paper, account: Account
) -> None:
    for message in ("m-1", "m-2"):
        hook(field, FIRST, "3", VOTING, message)
        account.receives(FIRST, "3", VOTING)

    catch_up(field)

    assert (field.votes(paper), answers(field)) == ({(3,): 1}, [2, 0, 0])


def test_after_a_restart_the_reading_goes_on_behind_its_cursor(
    field: Field, paper: Paper, account: Account, api: HttpServer
) -> None:
    account.receives(FIRST, "1", VOTING)
    catch_up(field)
    field.restart()
    account.receives(SECOND, "2", VOTING)
    asked = len(api.requests)

    catch_up(field)

    assert "lastReceivedId=15071" in api.requests[asked].path
    assert (field.votes(paper), answers(field)) == ({(1,): 1, (2,): 1}, [1, 1, 0])
    field.invariants()


@pytest.mark.parametrize(
    ("number", "answered"),
    [pytest.param("m-1", 1, id="the ids of hooks"), pytest.param(None, 2, id="ids of its own: the price of 0023")],
)
def test_a_message_from_before_a_restart_counts_once_when_it_is_fetched(
    field: Field,
    paper: Paper,
    account: Account,
    number: str | None,
    answered: int,
) -> None:
    hook(field, FIRST, "3", VOTING, "m-1")
    account.receives(FIRST, "3", VOTING, number)
    field.restart()

    for _ in range(2):
        catch_up(field)

    assert (field.votes(paper), answers(field)) == ({(3,): 1}, [answered, 0, 0])
    field.invariants()


def test_a_process_that_died_before_it_moved_the_cursor_counts_and_answers_once(
    field: Field, paper: Paper, account: Account
) -> None:
    account.receives(FIRST, "1", VOTING)
    before = cursor(field)
    catch_up(field)
    with field.home.store.transaction() as tx:
        tx.run(
            "UPDATE gateway_state SET value = replace(value, ' 15071', ?) WHERE key = ?", f" {before}", CURSOR + NAME
        )
    field.restart()

    catch_up(field)

    assert (field.votes(paper), answers(field), cursor(field)) == ({(1,): 1}, [1, 0, 0], "15071")


def test_an_outage_of_the_api_loses_nothing(field: Field, paper: Paper, account: Account, api: HttpServer) -> None:
    account.receives(FIRST, "1", VOTING)
    api.answers.append(Answer(503))
    with pytest.raises(FetchFailed):
        catch_up(field)

    catch_up(field)

    assert (field.votes(paper), answers(field)) == ({(1,): 1}, [1, 0, 0])


def test_votes_fetched_after_closing_are_judged_by_the_operators_time(
    field: Field, paper: Paper, account: Account
) -> None:
    second = timedelta(seconds=1)
    account.receives(FIRST, "1", CLOSES - second)
    account.receives(SECOND, "2", CLOSES)
    field.now = CLOSES + timedelta(minutes=59)
    catch_up(field)
    account.receives(THIRD, "3", CLOSES - second)
    field.now = CLOSES + timedelta(minutes=60)
    catch_up(field)

    assert (field.votes(paper), answers(field)) == ({(1,): 1}, [1, 1, 1])
