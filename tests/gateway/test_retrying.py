"""When to try again: properties of a pure decision."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.providers.base import SendFailed
from gateway.retrying import COOLING, LONGEST, LONGEST_WISH, Attempt, Dead, Retry, Unknown, cooling, decide, pause

NOW = datetime(2026, 5, 2, 6, 0, tzinfo=UTC)

fractions = st.floats(0, 1, exclude_max=True)
failures = st.builds(
    SendFailed,
    st.just("no line"),
    permanent=st.booleans(),
    account_wide=st.booleans(),
    unknown=st.booleans(),
    retry_after=st.none() | st.timedeltas(timedelta(0), timedelta(days=10_000)),
)
attempts = st.builds(
    Attempt,
    tries=st.integers(1, 10_000),
    at=st.just(NOW),
    expires_at=st.timedeltas(timedelta(0), timedelta(hours=75)).map(lambda left: NOW + left),
    repeatable=st.booleans(),
)


@given(st.integers(0, 10_000), fractions)
def test_a_pause_is_between_nothing_and_half_an_hour(failed: int, fraction: float) -> None:
    assert timedelta(0) <= pause(failed, fraction) <= min(LONGEST, timedelta(seconds=5) * 2 ** min(failed, 30))


def test_a_pause_doubles() -> None:
    longest = [round(pause(failed, 0.999999).total_seconds()) for failed in range(11)]

    assert longest == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800]


@given(failures, attempts, fractions)
def test_a_decision_keeps_its_rules(failure: SendFailed, attempt: Attempt, fraction: float) -> None:
    match decide(failure, attempt, fraction):
        case Retry(at, _):
            assert NOW <= at < attempt.expires_at
            assert at - NOW >= min(failure.retry_after or timedelta(0), LONGEST_WISH)
            assert not failure.unknown or attempt.repeatable
            assert not failure.permanent or failure.account_wide
        case Dead(reason):
            assert reason.startswith("given up") or failure.permanent
        case Unknown():
            assert failure.unknown
            assert not attempt.repeatable


def test_what_may_have_left_is_not_sent_again_blindly() -> None:
    reply = Attempt(1, NOW, NOW + timedelta(hours=24), repeatable=False)
    digest = Attempt(1, NOW, NOW + timedelta(hours=75), repeatable=True)
    broke_off = SendFailed("broke off", unknown=True)

    assert decide(broke_off, reply, 0.5) == Unknown("broke off")
    assert decide(broke_off, digest, 0.5) == Retry(NOW + timedelta(seconds=2.5), "broke off", doubtful=True)


def test_an_account_without_money_keeps_its_messages() -> None:
    attempt = Attempt(3, NOW, NOW + timedelta(hours=24), repeatable=False)

    assert isinstance(decide(SendFailed("405", account_wide=True, permanent=True), attempt, 0.5), Retry)


@given(st.integers(0, 10_000), fractions)
def test_an_account_rests_at_least_half_a_minute(openings: int, fraction: float) -> None:
    assert COOLING <= cooling(openings, fraction) <= COOLING + LONGEST
