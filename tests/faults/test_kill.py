"""kill -9 under load: every phone sends again what was not answered, and counts once in the end."""

import random  # noqa: TID251 - seeded, and the seed is printed
import threading
from pathlib import Path

import pytest

from gateway import mixing
from gateway.store import states
from tests.faults import village
from tests.faults.crowd import Crowd
from tests.faults.forked import Forked
from tests.faults.sizes import SEED, SIZES, told

pytestmark = pytest.mark.faults

PART = 30  # kills of one home
NEW = 120  # phones that come with each life
TWICE = 5  # texts that come again though they were answered


@pytest.mark.parametrize("part", range(0, SIZES.kills, PART))
def test_a_gateway_killed_under_load_counts_every_acknowledged_vote_once(tmp_path: Path, part: int) -> None:
    kills = min(PART, SIZES.kills - part)
    home = village.made(tmp_path / "home", kills * NEW)
    with home.store.reading() as tx:
        served = Forked(home.path, states.instance(tx))
    home.close()
    sure: set[int] = set()
    slowest = 0.0
    for no in range(kills):
        chance = random.Random(f"{SEED}-kill-{part + no}")
        sent = (no + 1) * NEW
        slowest = max(slowest, served.start())
        again = [number for number in range(no * NEW) if number not in sure]
        twice = chance.sample(sorted(sure), min(TWICE, len(sure)))
        crowd = Crowd(served.url, home.path, [*again, *twice, *range(no * NEW, sent)])
        mix = threading.Thread(target=_mix, args=(home.path, f"slot {no}"))
        if no % 5 == 4:
            mix.start()
        crowd.run(chance.randint(1, NEW), served.kill)
        if mix.ident:
            mix.join()
        sure |= crowd.acknowledged
        assert crowd.statuses <= {200}
        with village.opened(home.path) as found:
            village.check(found, range(sent), sure)
    served.start()
    Crowd(served.url, home.path, [number for number in range(kills * NEW) if number not in sure]).run()
    served.stop()
    _close(home.path, kills * NEW)
    told(f"{kills} kills: {kills * NEW} votes, 0 lost, 0 twice; ready within {slowest:.1f} s")


def _mix(path: Path, slot: str) -> None:
    """As the command line does, beside the gateway."""
    with village.opened(path) as home:
        mixing.mix(home, village.POLL, slot, village.now())


def _close(path: Path, voters: int) -> None:
    with village.opened(path) as home:
        mixing.close(home, village.POLL, village.now(), "operator", early=True)
        assert village.check(home, range(voters), range(voters)) == voters
        with home.store.reading() as tx:
            assert tx.row("SELECT count(*) FROM ballot") == (voters,)
