"""What stands behind signing in, on both engines: links, sessions, wrong passwords, forms sent twice, acts of two."""

from datetime import timedelta

import pytest

from ballots.model import Area, AreaKind
from gateway.errors import Mistake, NotNow, NotThere, Taken, Unfit
from gateway.home import Home
from gateway.store import approvals, areas, attempts, console_sessions, invitations, officials, submissions
from gateway.store.approvals import PAIRS, State, Wish
from gateway.store.officials import Official, Role
from tests.homes import MADE

SECOND = timedelta(seconds=1)


def appointed(home: Home, name: str, role: Role = Role.CLERK, *codes: int) -> Official:
    with home.store.transaction() as tx:
        ids = {areas.create(tx, Area(code, AreaKind.AUL, {"kk": f"Ауыл {code}"})).id for code in codes} or None
        officials.appoint(tx, (name, role), MADE, home.randomness, ids)
        return officials.every(tx)[-1]


def test_an_official_of_two_auls_is_found_with_both(home: Home) -> None:
    official = appointed(home, "Айгүл", Role.CLERK, 7, 8)

    with home.store.transaction() as tx:
        assert official.areas == {area.id for area in areas.every(tx)}
        assert officials.by_id(tx, official.id) == official == officials.by_name(tx, "АЙГҮЛ ")
        with pytest.raises(Unfit, match="needs an area"):
            officials.appoint(tx, ("Nowhere", Role.CLERK), MADE, home.randomness, set())


def test_whoever_left_is_no_official_any_more_but_the_name_stays_taken(home: Home) -> None:
    appointed(home, "First", Role.ADMINISTRATOR)
    official = appointed(home, "Айгүл")
    with home.store.transaction() as tx:
        token = officials.renew(tx, "Айгүл", home.randomness)
        session = console_sessions.begin(tx, official.id, "", MADE, home.randomness)
        link = invitations.invite(tx, home.keys, official.id, MADE, home.randomness)
        officials.dismiss(tx, official.id, MADE)

        assert officials.by_token(tx, token) is None
        assert console_sessions.by_token(tx, session, MADE) is None
        assert invitations.by_token(tx, link.token, MADE) is None
        assert officials.names(tx)[official.id] == "Айгүл"
        with pytest.raises(Taken):
            officials.appoint(tx, ("айгүл", Role.AKIM), MADE, home.randomness)
        with pytest.raises(NotThere):
            officials.by_id(tx, official.id)


def test_a_renamed_official_has_a_name_of_their_own(home: Home) -> None:
    appointed(home, "Бекзат")
    official = appointed(home, "administrator", Role.ADMINISTRATOR)
    with home.store.transaction() as tx:
        officials.rename(tx, official.id, "  Айгүл   Серікова")

        assert officials.by_id(tx, official.id).name == "Айгүл Серікова"
        for name, refusal in (("бекзат", Taken), (" ", Unfit), ("+77010000001", Unfit)):
            with pytest.raises(refusal):
                officials.rename(tx, official.id, name)


def test_a_link_is_made_again_from_its_seed_until_it_is_used(home: Home) -> None:
    official = appointed(home, "Айгүл")
    with home.store.transaction() as tx:
        link = invitations.invite(tx, home.keys, official.id, MADE, home.randomness)

        assert invitations.of_official(tx, home.keys, official.id, MADE) == link
        assert invitations.by_token(tx, link.token, link.expires_at - SECOND) == official
        assert invitations.by_token(tx, link.token, link.expires_at) is None
        assert invitations.use(tx, link.token)
        assert not invitations.use(tx, link.token)
        assert invitations.of_official(tx, home.keys, official.id, MADE) is None


def test_sessions_are_seen_and_ended_one_by_one(home: Home) -> None:
    official, other = appointed(home, "Айгүл"), appointed(home, "Бекзат")
    with home.store.transaction() as tx:
        first, second = (console_sessions.begin(tx, official.id, "x" * 999, MADE, home.randomness) for _ in range(2))
        one = console_sessions.by_token(tx, first, MADE)
        assert one is not None
        assert len(one.browser) == console_sessions.BROWSER
        assert not console_sessions.stale(one, MADE + 299 * SECOND)
        assert console_sessions.stale(one, MADE + 300 * SECOND)

        console_sessions.see(tx, one.id, MADE + timedelta(hours=1))
        found = console_sessions.of_official(tx, official.id, MADE + timedelta(hours=12, minutes=30))
        assert [session.id for session in found] == [one.id]
        assert not console_sessions.end(tx, one.id, other.id)
        assert console_sessions.end_all(tx, official.id, but=one.id) == 1
        assert console_sessions.by_token(tx, second, MADE) is None
        assert console_sessions.end(tx, one.id, official.id)


def test_each_wrong_password_waits_longer_and_a_right_one_starts_anew(home: Home) -> None:
    waits = []
    at = MADE
    with home.store.transaction() as tx:
        for _ in range(12):
            assert attempts.begin(tx, "Айгүл", f"10.0.0.{len(waits)}", at) is None
            until = attempts.begin(tx, "айгүл", "10.9.9.9", at)
            waits.append(0 if until is None else round((until - at).total_seconds()))
            at = until or at

        assert [wait for wait in waits if wait][:6] == [30, 60, 120, 240, 480, 960]
        assert waits[-1] == 1800
        attempts.succeed(tx, "Айгүл", "10.0.0.1")
        assert attempts.begin(tx, "Айгүл", "10.1.1.1", MADE) is None
        assert attempts.begin(tx, "Айгүл", "10.1.1.1", at + attempts.FORGOTTEN) is None


def test_a_form_that_was_acted_upon_is_answered_as_the_first_time(home: Home) -> None:
    told = {"path": "/officials/3", "said": "appointed", "facts": {"name": "Айгүл"}}
    with home.store.transaction() as tx:
        assert submissions.claim(tx, "n", MADE) is None
        submissions.answer(tx, "n", told)
    with home.store.transaction() as tx:
        assert submissions.claim(tx, "n", MADE) == told
        assert submissions.claim(tx, "m", MADE) is None


def test_what_failed_was_not_acted_upon(home: Home) -> None:
    with pytest.raises(Unfit), home.store.transaction() as tx:
        submissions.claim(tx, "n", MADE)
        raise Unfit("something is wrong")
    with home.store.transaction() as tx:
        assert submissions.claim(tx, "n", MADE) is None


def test_one_asks_and_another_approves(home: Home) -> None:
    clerk, akim = appointed(home, "Clerk"), appointed(home, "Akim", Role.AKIM)
    wish = Wish("close early", "cycle 3", {"reason": "flood"})
    with home.store.transaction() as tx:
        number = approvals.ask(tx, clerk, wish, MADE)
        with pytest.raises(Taken):
            approvals.ask(tx, clerk, wish, MADE)
        assert [waiting.id for waiting in approvals.waiting(tx)] == [number]

        done = approvals.answer(tx, akim, number, State.APPROVED, MADE + SECOND)
        assert (done.state, done.asked_by, done.answered_by) == (State.APPROVED, clerk.id, akim.id)
        assert done.facts == {"reason": "flood"}
        assert approvals.waiting(tx) == ()
        assert approvals.about(tx, "cycle 3") == (done,)
        with pytest.raises(NotNow):
            approvals.answer(tx, akim, number, State.REFUSED, MADE)
        assert approvals.ask(tx, clerk, wish, MADE) > number
        with pytest.raises(NotThere):
            approvals.by_id(tx, 999)


@pytest.mark.parametrize("act", PAIRS)
@pytest.mark.parametrize("role", Role)
def test_only_the_roles_of_an_act_ask_and_approve(sqlite_home: Home, act: str, role: Role) -> None:
    asker = appointed(sqlite_home, "Asker", next(iter(PAIRS[act].asks)))
    official = appointed(sqlite_home, "Other", role)

    def allowed(work: object) -> bool:
        try:
            work()  # type: ignore[operator]
        except Unfit:
            return False
        return True

    with sqlite_home.store.transaction() as tx:
        assert allowed(lambda: approvals.ask(tx, official, Wish(act, "a"), MADE)) == (role in PAIRS[act].asks)
        number = approvals.ask(tx, asker, Wish(act, "b"), MADE)
        approves = allowed(lambda: approvals.answer(tx, official, number, State.APPROVED, MADE))
        assert approves == (role in PAIRS[act].approves)


def test_nobody_approves_what_they_asked_for(sqlite_home: Home) -> None:
    clerk, other = appointed(sqlite_home, "Clerk"), appointed(sqlite_home, "Other")
    with sqlite_home.store.transaction() as tx:
        number = approvals.ask(tx, clerk, Wish("paper votes", "cycle 3"), MADE)
        for state, official in ((State.APPROVED, clerk), (State.REFUSED, clerk), (State.WITHDRAWN, other)):
            with pytest.raises(Mistake):
                approvals.answer(tx, official, number, state, MADE)
        assert approvals.answer(tx, clerk, number, State.WITHDRAWN, MADE).state is State.WITHDRAWN
