"""The rate of a line, and when it counts as down."""

from datetime import timedelta

import pytest

from gateway.pacing import IN_A_ROW, Bucket, Circuit
from gateway.providers.base import SendFailed

NO_LINE = SendFailed("no connection")


def opened(*failures: SendFailed, at: float = 1000.0, fraction: float = 0.5, **more: int) -> Circuit:
    """A circuit that saw these."""
    circuit = Circuit()
    for failure in failures:
        circuit.failed(failure, at, fraction, **more)
    return circuit


def test_a_queue_of_the_night_leaves_at_the_rate_of_the_line() -> None:
    bucket = Bucket(5)

    assert [round(bucket.reserve(100.0), 3) for _ in range(4)] == [0.0, 0.2, 0.4, 0.6]
    assert bucket.reserve(200.0) == 0


@pytest.mark.parametrize(
    ("failures", "rest"),
    [
        pytest.param([NO_LINE] * (IN_A_ROW - 1), 0, id="two may be bad luck"),
        pytest.param([NO_LINE] * IN_A_ROW, 50, id="three in a row are the line"),
        pytest.param([NO_LINE] * 8, 50, id="eight that were under way are no longer rest"),
        pytest.param([SendFailed("x", unknown=True)] * IN_A_ROW, 50, id="silence"),
        pytest.param([NO_LINE, NO_LINE, SendFailed("403", permanent=True), NO_LINE], 0, id="a bad number is an answer"),
        pytest.param([SendFailed("405", account_wide=True)], 50, id="an account needs no second word"),
        pytest.param([SendFailed("402", account_wide=True, permanent=True)], 50, id="nor does a sender"),
        pytest.param([SendFailed("429", retry_after=timedelta(minutes=4))], 240, id="its own wish"),
        pytest.param([SendFailed("429", retry_after=timedelta(days=4))], 1800, id="a wish that is not believed"),
    ],
)
def test_when_a_line_rests(failures: list[SendFailed], rest: float) -> None:
    assert opened(*failures).rests(1000.0) == rest


@pytest.mark.parametrize("failure", [NO_LINE, SendFailed("429", retry_after=timedelta(minutes=4))])
def test_one_of_many_receivers_tells_nothing_of_the_others(failure: SendFailed) -> None:
    assert opened(*[failure] * 50, in_a_row=0).rests(1000.0) == 0


@pytest.mark.parametrize(
    ("failure", "longest"),
    [(SendFailed("405", account_wide=True), 930.0), (SendFailed("x", unknown=True), 930.0), (NO_LINE, 330.0)],
)
def test_a_line_rests_longer_each_time_until_something_is_taken(failure: SendFailed, longest: float) -> None:
    circuit, now, rests = opened(*[failure] * 2), 1000.0, []
    for _ in range(12):
        now += circuit.rests(now)
        assert circuit.failed(failure, now, 0.5 if longest > 900 else 0.999999999)
        rests.append(round(circuit.rests(now), 3))

    assert rests == sorted(rests)
    assert rests[-1] == longest
    circuit.close()
    assert (circuit.rests(now), circuit.openings) == (0, 0)


def test_a_line_that_somebody_found_down_is_probed_at_once() -> None:
    circuit = Circuit()
    circuit.suspect()

    assert (circuit.openings, circuit.rests(1000.0)) == (1, 0)
    assert circuit.failed(NO_LINE, 1000.0, 0.5)
    assert circuit.rests(1000.0) > 0
    circuit.try_now()
    assert circuit.rests(1000.0) == 0
