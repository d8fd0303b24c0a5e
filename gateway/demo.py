"""The demo: a home with an example aul, an open vote, a roll of invented phones and some votes already cast."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from ballots.model import BallotForm, PollId
from gateway import passwords, timekeeping
from gateway.app import open_books
from gateway.catalogue import Shelf
from gateway.conversation import Conversation
from gateway.demo_aul import AUL, BUDGET, CHOICES, DISTRICT, PROPOSALS, REGION, TITLE, VOTES
from gateway.errors import Taken
from gateway.home import Home, create_home, open_home
from gateway.keys import Randomness
from gateway.providers.console import NAME
from gateway.store import areas, cycles, officials, outbox, polls, proposals, recipients, rolls, rounds
from gateway.store.areas import Place
from gateway.store.engine import Tx
from gateway.store.officials import Role
from gateway.store.polls import Opening
from gateway.store.recipients import Recipient
from handlers.messages import InboundSms

ACTOR = "demo"
"""The name of its official."""

PHONES = tuple(f"+77010000{number:03d}" for number in range(1, 51))
"""The roll: +77010000001 to +77010000050. The last ones have voted, the first ones are the visitor's."""

OFFICIAL = Recipient(0, 0, "sms", "+77010000090", "ru", "digest", "akim")
OBSERVERS = tuple(
    Recipient(0, 0, "sms", f"+77010000{number:03d}", "kk", "observer", f"observer {number}") for number in (91, 92, 93)
)
LASTS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Demo:
    """A home that is ready to serve, and how to sign in."""

    home: Path
    port: int
    token: str  # of an official, as a bearer token
    password: str  # of the same official, for the console
    console_secret: str
    dial: str

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


def prepare(path: Path, port: int, at: datetime, randomness: Randomness) -> Demo:
    """The demo in this folder, made now or found there. Raises BadHome, BadSettings, Taken."""
    made = not (path / "config.toml").exists()
    if made:
        create_home(path, randomness, at, defaults=True).close()
    home = open_home(path, randomness)
    try:
        token = furnish(home, at) if made else _found_again(home, at)
        password = _choose_password(home)
        secret = home.settings.providers.console.secret or ""
        service_code = home.settings.gateway.service_code
    finally:
        home.close()
    return Demo(path, port, token, password, secret, f"{service_code.rstrip('#')}*{AUL.code}*3#")


def words(demo: Demo, dauys: str) -> str:
    """What the visitor reads: addresses, and three lines to try. `dauys`: how the command was called."""
    hook = f"{demo.url}/hooks/console/{demo.console_secret}"
    return f"""
Ақбұлақ votes.

  public page   {demo.url}/
  console       {demo.url}/console
                name {ACTOR}, password {demo.password}
  API           {demo.url}/docs
  hooks         {hook}/sms
                {hook}/ussd
  official      Authorization: Bearer {demo.token}
  home          {demo.home}

Try, in another terminal:

  a phone       {dauys} --home {demo.home} phone {PHONES[0]}
                then type 3 to vote by SMS, or dial {demo.dial}
  one SMS       curl {hook}/sms -d id=$(date +%s) -d text=3 --data-urlencode from={PHONES[1]}
  the tally     curl {demo.url}/api/v1/cycles/1/tally -H "Authorization: Bearer {demo.token}"

On the roll: {PHONES[0]} to {PHONES[-1]}; the last {len(VOTES)} have voted. Ctrl-C ends the demo.
"""


def furnish(home: Home, at: datetime) -> str:
    """Fill a new home; the official's token. Voting opened yesterday at nine, the first votes came by eleven."""
    opens_at = _nine_o_clock(home, at) - timedelta(days=1)
    with home.store.transaction() as tx:
        token = officials.appoint(tx, (ACTOR, Role.ADMINISTRATOR), opens_at, home.randomness)
        aul = _places(tx)
        district = areas.by_code(tx, DISTRICT.code)
        poll = _cycle(tx, opens_at)
        _put_on_roll(tx, home, aul)
        for whom, place in ((OFFICIAL, district), *((observer, aul) for observer in OBSERVERS)):
            recipients.add(tx, home.keys, replace(whom, area_id=place.id), home.randomness)
        polls.open_poll(tx, home.keys, poll, opens_at, Opening(ACTOR, home.settings.gateway.languages))
    asyncio.run(_vote(home, opens_at + timedelta(hours=2)))
    return token


def _choose_password(home: Home) -> str:
    """A new one at each start: of the old one only the hash was kept."""
    password = "-".join(home.randomness(2).hex() for _ in range(4))
    kept = passwords.hashed(password, home.randomness)
    with home.store.transaction() as tx:
        official = officials.by_name(tx, ACTOR)
        assert official is not None
        officials.set_password(tx, official.id, kept)
    return password


def _found_again(home: Home, at: datetime) -> str:
    """A new token: of the old one only the hash was kept. Nobody need vouch for a demo's clock after days.

    Raises Taken for a home that is no demo.
    """
    with home.store.transaction() as tx:
        if ACTOR not in {official.name for official in officials.every(tx)}:
            raise Taken(f"{home.path} is a gateway's home and no demo: give the demo a folder of its own with --home")
        timekeeping.reset(tx, home, at, ACTOR)
        return officials.renew(tx, ACTOR, home.randomness)


def _nine_o_clock(home: Home, at: datetime) -> datetime:
    zone = home.settings.gateway.zone
    return datetime.combine(at.astimezone(zone).date(), time(9), zone).astimezone(UTC)


def _places(tx: Tx) -> Place:
    """The aul, within a district, within a region."""
    areas.create(tx, REGION)
    areas.create(tx, DISTRICT, REGION.code)
    return areas.create(tx, AUL, DISTRICT.code, adults=len(PHONES))


def _cycle(tx: Tx, opens_at: datetime) -> PollId:
    cycle = cycles.new(
        tx,
        AUL.code,
        TITLE,
        opens_at,
        total_budget=BUDGET,
        pb_budget=BUDGET,
        form=BallotForm.APPROVAL,
        max_choices=CHOICES,
        opens_at=opens_at,
        closes_at=opens_at + LASTS,
    )
    proposals.put_on_ballot(tx, cycle.id, PROPOSALS)
    return cycle.poll


def _put_on_roll(tx: Tx, home: Home, aul: Place) -> None:
    round_id = rounds.current(tx).id
    rolls.add(tx, round_id, aul.id, rolls.seal(home.keys, round_id, PHONES))


async def _vote(home: Home, at: datetime) -> None:
    """By SMS, through the same conversation as every vote; yesterday's replies have arrived."""
    books = open_books(home)
    conversation = Conversation(
        books=books, keys=home.keys, settings=home.settings, randomness=home.randomness, shelf=Shelf()
    )
    for number, (phone, text) in enumerate(zip(reversed(PHONES), VOTES, strict=False)):
        sent_at = at + timedelta(seconds=number)
        await conversation.sms(InboundSms(NAME, f"demo-{number}", phone, "", text, sent_at, sent_at))
    await books.write(_deliver)
    await books.close()


def _deliver(tx: Tx) -> None:
    for (message,) in tx.rows("SELECT id FROM outbox"):
        outbox.mark_delivered(tx, message)
