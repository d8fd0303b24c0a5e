"""What an official can mend: each is one sentence that says what is wrong and what to do.

Mistake
├── NotThere        no such area, cycle, recipient …
├── Taken           a code, a name or a batch that is used already
├── Overtaken       somebody else wrote it since it was read
├── NotNow          the phase does not allow it
├── Unfit           a value that cannot be used
├── Unpublishable   a paper with flaws, all of them listed
├── BadRow          one row of a file, not yet named by its number
├── BadSheet        a file with rows that cannot be loaded, all of them listed
├── CannotServe     gateway.serving: the port, the workers …
├── BadHome         gateway.home: a folder that is no home, or a database that does not answer
├── BadSettings     gateway.settings: file, key and what is allowed
├── KeyMissing      gateway.keys: a key file that is needed
└── Unreadable      gateway.keys: sealed under another key, or changed
"""

from collections.abc import Iterable


class Mistake(Exception):  # noqa: N818
    """The message says what is wrong and what to do; `phrase` names the console's sentence for it, with its facts."""

    def __init__(self, message: str = "", phrase: str = "", **facts: object) -> None:
        super().__init__(message)
        self.phrase = phrase
        self.facts = facts


class NotThere(Mistake):
    pass


class Taken(Mistake):
    pass


class Overtaken(Mistake):
    """`by` is who wrote it; '' = a command at the box."""

    def __init__(self, what: str, by: str) -> None:
        self.by = by
        super().__init__(f"{by or 'a command at the box'} has changed {what} since: read it again, then write")


class NotNow(Mistake):
    pass


class Unfit(Mistake):
    pass


class BadRow(Mistake):
    pass


class Unpublishable(Mistake):
    """`findings` are all flaws, as sentences."""

    def __init__(self, findings: Iterable[object]) -> None:
        self.findings = tuple(map(str, findings))
        super().__init__("this paper cannot be published:\n" + "\n".join(f"- {finding}" for finding in self.findings))


class BadSheet(Mistake):
    """`rows` name each bad row with its reason; `phrase` names the sentence in which a page says the same."""

    def __init__(self, summary: str, rows: Iterable[str] = (), *, phrase: str = "", **facts: object) -> None:
        self.rows = tuple(rows)
        super().__init__("\n".join((summary, *self.rows)), phrase, **facts)
