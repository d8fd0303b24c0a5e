"""A test message to somebody who receives tallies: it goes the way of a tally, and holds no figure."""

from datetime import datetime, timedelta, tzinfo

from gateway import daily
from gateway.bulletins import TRIALS
from gateway.bulletins.digest import Trial
from gateway.errors import NotNow
from gateway.home import Home
from gateway.outbox import SMS, seal
from gateway.store import areas, audit, counters, outbox, recipients, states
from gateway.store.bulletins import TRIALS_A_DAY, trial_key
from gateway.store.engine import Tx

SHOWN = 3  # days
WORTH = timedelta(hours=6)  # an answer that comes later tells nothing of now


def send(tx: Tx, home: Home, recipient: int, actor: str, at: datetime) -> int:
    """Put a test message in; how many went there today. Raises NotThere, NotNow."""
    to = recipients.by_id(tx, home.keys, recipient)
    day = at.astimezone(home.settings.gateway.zone).date().isoformat()
    who = b"%d" % to.id
    if counters.times(tx, "test", who, day) >= TRIALS_A_DAY:
        said = f"{TRIALS_A_DAY} test messages went there today: wait until tomorrow"
        raise NotNow(said, "tests_today", most=TRIALS_A_DAY)
    no = counters.bump(tx, "test", who, day)
    place = areas.by_id(tx, to.area_id)
    message = outbox.new_id(at, home.randomness)
    content = TRIALS[to.channel](Trial(place.area), to)
    content |= {"id": f"{states.instance(tx)[:12]}.trial.{message}", "made_at": at.isoformat()}
    address, sealed = seal(home.keys, to.address, content)
    by_sms = place.provider or daily.sms_provider(home.settings)
    outbox.enqueue(
        tx,
        outbox.Outgoing(
            id=message,
            channel=to.channel,
            provider=by_sms if to.channel == SMS else to.channel,
            recipient=address,
            content=sealed,
            due_at=at,
            expires_at=at + WORTH,
            priority=daily.PRIORITY,
            dedupe=trial_key(to.id, day, no),
        ),
    )
    audit.record(tx, home.keys, at, actor, "test recipient", recipient=to.id, channel=to.channel)
    return no


def last_days(at: datetime, zone: tzinfo) -> tuple[str, ...]:
    """Local dates whose test messages are still shown."""
    return tuple((at.astimezone(zone).date() - timedelta(days=back)).isoformat() for back in range(SHOWN))
