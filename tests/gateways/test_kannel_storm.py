"""The figures of Kannel: kills, and the rate in fair weather. DAUYS_STORM=10000 for the full size; -s to see them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.request import urlopen

import pytest

from gateway.replaying.phones import phone_of
from tests.gateways.kannel import Kannel, Operator, Ports, listens, until
from tests.gateways.storm import BURST, Storm
from tests.gateways.village import Rig, home_for, village
from tests.servers import free_port

pytestmark = pytest.mark.gateways

SIZE = int(os.environ.get("DAUYS_STORM", "1000"))
ROUNDS = 3


def test_what_the_spool_kept_is_counted_once_whoever_is_killed(tmp_path: Path) -> None:
    outcome = Storm(tmp_path, SIZE).run()

    print(f"\n{outcome}")
    assert outcome.lost == set()
    assert outcome.twice == 0
    assert sum(outcome.votes.values()) == outcome.accepted == len(outcome.counted)
    assert outcome.spooled >= 2 * BURST
    assert outcome.kills == {"gateway": 5, "smsbox": 2, "bearerbox": 1}


def test_kannel_hands_over_nearly_as_fast_as_to_an_empty_responder(tmp_path: Path) -> None:
    each = SIZE // 2
    phones = [phone_of(4, place) for place in range((ROUNDS + 1) * each)]
    port, ports = free_port(), Ports.free()
    home = home_for(tmp_path / "empty", ports, f"http://127.0.0.1:{port}")
    responder = subprocess.Popen([sys.executable, "-m", "tests.gateways.responder", str(port)])
    try:
        until(lambda: listens(port), "the responder listens")
        with (
            Kannel(home, tmp_path / "beside", ports),
            Operator(ports.smsc) as operator,
            village(tmp_path / "ours", phones, rate=5.0) as rig,
        ):
            empty, ours = [], []
            for turn in range(ROUNDS + 1):  # the first one warms up
                some = phones[turn * each : (turn + 1) * each]
                goal = (turn + 1) * each
                empty.append(rate(operator, some, lambda goal=goal: came(port) >= goal))
                ours.append(rate(rig.operator, some, lambda goal=goal: counted(rig) >= goal))
    finally:
        responder.kill()
        responder.wait()

    del empty[0], ours[0]
    shares = [mine / theirs for mine, theirs in zip(ours, empty, strict=True)]
    print(
        f"\nvotes a second through Kannel: empty responder {' '.join(f'{r:.0f}' for r in empty)}, "
        f"ours {' '.join(f'{r:.0f}' for r in ours)}; share {median(shares):.2f} ({' '.join(f'{s:.2f}' for s in shares)})"
    )
    assert median(shares) > 0.2  # wanted is 0.7, on a machine of its own; where others take the cores it says little


def rate(operator: Operator, phones: list[str], done: Callable[[], bool]) -> float:
    """Messages a second, from the first sent to the last taken."""
    began = time.monotonic()
    for phone in phones:
        operator.line(phone, "44135", "text", "3")
    while not done():
        time.sleep(0.05)  # whoever looks more often takes a tenth of a core from what is measured
        assert time.monotonic() < began + 120, "all are taken"
    return len(phones) / (time.monotonic() - began)


def came(port: int) -> int:
    with urlopen(f"http://127.0.0.1:{port}/count", timeout=10) as answer:
        return int(answer.read())


def counted(rig: Rig) -> int:
    return int(rig.rows("SELECT count(*) FROM participation")[0][0])
