"""How often something happened to somebody within a period: tries, replies, alarms. `who` is a tag or an area's code.

reply     phone tag    hour    answers beyond acknowledgements of votes
help      phone tag    hour    help was sent
confirm   voter tag    poll    wrong pairs of digits for its held votes, however often a forger replaces them
slip      phone tag    round   wrong slip numbers from one phone
slips     area code    day     wrong slip numbers in one aul
sent      'sms'        day     messages that left
look      official id  hour, day  numbers looked up at the help desk
test      recipient id day     test messages to who receives tallies
doubt     poll         doubt   votes taken while the clock was in doubt (the wall clock as the doubt began, ISO)
late      poll         doubt   of these, when voting was over by the time carried on
"""

from gateway.store.engine import Tx


def times(tx: Tx, what: str, who: bytes, period: str) -> int:
    """How often it happened."""
    row = tx.row("SELECT times FROM counter WHERE what = ? AND who = ? AND period = ?", what, who, period)
    return 0 if row is None else int(row[0])


def bump(tx: Tx, what: str, who: bytes, period: str) -> int:
    """It happened once more; how often now."""
    row = tx.row(
        "INSERT INTO counter (what, who, period, times) VALUES (?, ?, ?, 1) "
        "ON CONFLICT (what, who, period) DO UPDATE SET times = counter.times + 1 RETURNING times",
        what,
        who,
        period,
    )
    return int(row[0]) if row else 0


def every(tx: Tx, what: str, period: str) -> list[tuple[bytes, int]]:
    """To whom it happened in this period, and how often."""
    found = tx.rows("SELECT who, times FROM counter WHERE what = ? AND period = ? ORDER BY who", what, period)
    return [(bytes(who), int(times)) for who, times in found]
