"""What is remembered of plain first votes says word for word what would be answered anew, and only while that is so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ballots.model import AreaKind
from gateway import drafting
from gateway.catalogue import Shelf
from gateway.drafting import Plainly, plain_in
from gateway.home import Home
from gateway.known import Acquaintance, Caller, Met
from gateway.store.callers import Greeting
from gateway.store.engine import Tx
from handlers import sms
from handlers.messages import InboundSms, Known, Outcome
from tests.gateway.field import VOTING, phone
from tests.gateway.store.villages import CLOSES, ROUND, aul, opened

PLAIN = ["3", " 3. ", "дауыс 3", "голос 2", "vote 1", "dauys 2", "7*3", "өзгерту 2", "изменить 3", "№ 3"]
OTHERS = ["", "9", "3 1", "тізім", "салам", "тексеру 4821773529", "талон 123456789", "7*3 8*1", "help", "stop"]


@pytest.fixture
def home(sqlite_home: Home) -> Home:
    """Aul 7 with an open vote."""
    aul(sqlite_home)
    opened(sqlite_home, grace_seconds=600)
    return sqlite_home


def message(text: str, after: timedelta = timedelta(0)) -> InboundSms:
    """An SMS that arrives `after` VOTING."""
    return InboundSms("africastalking", "m1", phone(1), "44135", text, VOTING + after, None)


def met(home: Home, tx: Tx, language: str | None = None, areas: tuple[int, ...] = (1,)) -> Met:
    """A phone of these areas that nobody has heard of, or one with a language."""
    catalogue = Shelf().current(tx)
    caller = Caller(phone(1), home.keys.phone_tag(phone(1)), home.keys.voter_tag(ROUND, phone(1)))
    return Met(catalogue, caller, Greeting(catalogue.version, language, False, areas))


class Counted(Acquaintance):
    """Tells how often somebody had to be thought about."""

    times = 0

    def presumed(self, tx: Tx, met: Met) -> Known:
        self.times += 1
        return super().presumed(tx, met)


def acquaintance(home: Home) -> Counted:
    """With this home's settings."""
    return Counted(home.keys, home.settings.gateway, home.randomness)


@pytest.mark.parametrize("language", [None, "kk", "kk-latin", "ru", "en"])
@pytest.mark.parametrize("text", PLAIN + OTHERS)
def test_it_says_and_does_what_the_handlers_do(home: Home, text: str, language: str | None) -> None:
    with home.store.reading() as tx:
        known = acquaintance(home).presumed(tx, met(home, tx, language))
        answer = sms.answer(message(text), known)
        plain = plain_in(answer, known)
        assert (plain is not None) == (text in PLAIN), answer
        assert plain is None or plain.answer(known.new_receipt) == answer
        assert plain is None or answer.outcome is Outcome.ACCEPTED


def test_the_same_words_are_thought_about_once(home: Home) -> None:
    anybody = acquaintance(home)
    plainly = Plainly(anybody)
    with home.store.reading() as tx:
        first, second = (plainly.read(tx, met(home, tx), message("дауыс 3", timedelta(hours=n))) for n in range(2))
    assert first is second is not None
    assert anybody.times == 1


def test_other_words_languages_and_auls_are_other_votes(home: Home) -> None:
    aul(home, 8)
    opened(home, 8)
    plainly = Plainly(acquaintance(home))
    with home.store.reading() as tx:
        usual = plainly.read(tx, met(home, tx, "kk"), message("3"))
        others = [
            plainly.read(tx, met(home, tx, "kk"), message("2")),
            plainly.read(tx, met(home, tx, "ru"), message("3")),
            plainly.read(tx, met(home, tx, "kk", (2,)), message("3")),
        ]
        assert usual is not None and plainly.read(tx, met(home, tx, "kk"), message("3")) is usual
        assert [one and (one.paper.area.code, one.choices, one.language) for one in others] == [
            (7, (2,), "kk"),
            (7, (3,), "ru"),
            (8, (3,), "kk"),
        ]


def test_a_vote_that_comes_after_closing_is_no_plain_one_whatever_came_before(home: Home) -> None:
    plainly = Plainly(acquaintance(home))
    rest = CLOSES - VOTING
    instant = timedelta(microseconds=1)
    with home.store.reading() as tx:
        assert plainly.read(tx, met(home, tx), message("3", rest - instant)) is not None
        assert plainly.read(tx, met(home, tx), message("3", rest)) is None
        in_time = replace(message("3", rest), sent_at=CLOSES - instant)
        assert plainly.read(tx, met(home, tx), in_time) is not None, "a late text within the grace is a vote"
        assert plainly.read(tx, met(home, tx), message("3", rest)) is None, "and it is not remembered"


def test_where_one_of_two_papers_closes_first_nothing_is_remembered_beyond_it(home: Home) -> None:
    aul(home, 70, kind=AreaKind.DISTRICT)
    opened(home, 70, numbers=range(1, 9), closes_at=CLOSES - timedelta(days=1))
    plainly = Plainly(acquaintance(home))
    both = (1, 2)
    with home.store.reading() as tx:
        before = plainly.read(tx, met(home, tx, areas=both), message("8"))
        assert before is not None and before.paper.area.code == 70
        later = message("8", CLOSES - timedelta(hours=1) - VOTING)
        assert plainly.read(tx, met(home, tx, areas=both), later) is None
        ours = replace(later, text="3")
        found = plainly.read(tx, met(home, tx, areas=both), ours)
        assert found is not None and found.paper.area.code == 7
        assert list(plainly._found.values()) == [before], "what was found after it closed is asked again"


def test_a_catalogue_that_has_moved_on_is_read_anew(home: Home) -> None:
    anybody = acquaintance(home)
    plainly = Plainly(anybody)
    with home.store.reading() as tx:
        then = met(home, tx)
        plainly.read(tx, then, message("3"))
        now = then._replace(greeting=then.greeting._replace(catalogue=then.greeting.catalogue + 1))
        plainly.read(tx, now, message("3"))
    assert anybody.times == 2


def test_many_ways_to_write_do_not_fill_the_memory(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "REMEMBERED", 3)
    plainly = Plainly(acquaintance(home))
    with home.store.reading() as tx:
        for blanks in range(10):
            assert plainly.read(tx, met(home, tx), message("3" + " " * blanks)) is not None
            assert len(plainly._found) <= 3
