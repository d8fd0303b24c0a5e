"""Read and write .pb, the format of Pabulib (https://pabulib.org/format): three sections of `;`-separated CSV.

Faliszewski et al., "Participatory Budgeting: Data, Tools, and Analysis" (IJCAI 2023). Ballots are reported, never
changed, with one exception: a project that a ballot repeats is taken once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation

from ballots import sections
from ballots.errors import BadPabulib
from ballots.model import NUMBERS
from ballots.sections import SECTIONS, Row

MOST_PROJECTS = len(NUMBERS)


@dataclass(frozen=True, slots=True)
class Project:
    """One row of PROJECTS."""

    project_id: str
    cost: int  # whole units of the file's money
    fields: Mapping[str, str] = field(default_factory=dict)  # the other columns: name, votes, selected …

    @property
    def name(self) -> str:
        """Its name; the id where the file gives none."""
        return self.fields.get("name") or self.project_id

    @property
    def selected(self) -> bool:
        """Was it funded by the count itself? 2 marks what was funded later, from other money."""
        return self.fields.get("selected") == "1"


@dataclass(frozen=True, slots=True)
class Vote:
    """One row of VOTES."""

    voter_id: str
    project_ids: tuple[str, ...]  # as written, each once; () = an empty ballot
    fields: Mapping[str, str] = field(default_factory=dict)  # the other columns: age, sex, voting_method …


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about a line of the file; the line was read all the same."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Election:
    """A .pb file."""

    meta: Mapping[str, str]  # every key as written, known or not
    projects: tuple[Project, ...]  # in the order of the file
    votes: tuple[Vote, ...]
    remarks: tuple[Remark, ...] = field(default=(), compare=False)

    @property
    def budget(self) -> int:
        """Whole units; a fraction cannot be spent on whole costs and is left out."""
        return int(_decimal(self.meta["budget"]).to_integral_value(ROUND_FLOOR))

    def limit(self, key: str) -> int | None:
        """A limit of META (min_length, max_sum_cost …) in whole units, None if the file has none."""
        text = self.meta.get(key)
        return int(_decimal(text).to_integral_value(ROUND_FLOOR)) if text else None


def read(content: bytes) -> Election:
    """The election in a .pb file. Raises BadPabulib, which names the line and what to do."""
    rows = sections.read(content)
    remarks: list[Remark] = []
    meta = _meta(rows["META"])
    projects = _projects(rows["PROJECTS"], remarks)
    votes = _votes(rows["VOTES"], {project.project_id for project in projects}, remarks)
    election = Election(meta, projects, votes)
    return Election(meta, projects, votes, (*remarks, *_against_limits(election, rows["VOTES"])))


def write(election: Election) -> bytes:
    """The election as a .pb file: UTF-8, lines end in a newline alone. Reading it gives the same election."""
    project_columns = _columns(project.fields for project in election.projects)
    vote_columns = _columns(vote.fields for vote in election.votes)
    rows: list[Iterable[str]] = [["META"], SECTIONS["META"], *election.meta.items()]
    rows += [["PROJECTS"], [*SECTIONS["PROJECTS"], *project_columns]]
    for project in election.projects:
        rows.append(
            [project.project_id, str(project.cost), *(project.fields.get(name, "") for name in project_columns)]
        )
    rows += [["VOTES"], [*SECTIONS["VOTES"], *vote_columns]]
    for vote in election.votes:
        rows.append([vote.voter_id, ",".join(vote.project_ids), *(vote.fields.get(name, "") for name in vote_columns)])
    return sections.write(rows)


def _columns(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Every column that occurs, in the order of its first occurrence."""
    return list(dict.fromkeys(name for fields in rows for name in fields))


def _meta(rows: list[Row]) -> dict[str, str]:
    meta: dict[str, str] = {}
    for row in rows:
        key = row.cells["key"]
        if key in meta:
            raise BadPabulib(f"line {row.line}: {key} stands twice in META; keep one")
        meta[key] = row.cells["value"]
        if key in {"budget", "min_length", "max_length", "max_sum_cost", "min_project_score_threshold"}:
            _number(row.line, key, meta[key])
    if "budget" not in meta:
        raise BadPabulib("META has no budget; add a line like budget;1000000")
    return meta


def _projects(rows: list[Row], remarks: list[Remark]) -> tuple[Project, ...]:
    projects: dict[str, Project] = {}
    for row in rows:
        fields = dict(row.cells)
        project_id, cost = fields.pop("project_id"), _number(row.line, "cost", fields.pop("cost"))
        if not project_id or "," in project_id:
            raise BadPabulib(f"line {row.line}: a project_id must not be empty and must not hold a comma")
        if project_id in projects:
            raise BadPabulib(f"line {row.line}: the project_id {project_id} stands twice; rename one")
        whole = int(cost.to_integral_value(ROUND_CEILING))
        if whole != cost:
            remarks.append(Remark(row.line, f"the cost {cost} of {project_id} is rounded up to {whole}"))
        projects[project_id] = Project(project_id, whole, fields)
    if not 1 <= len(projects) <= MOST_PROJECTS:
        raise BadPabulib(f"{len(projects)} projects; a paper holds 1 to {MOST_PROJECTS}, so split the file")
    return tuple(projects.values())


def _votes(rows: list[Row], known: set[str], remarks: list[Remark]) -> tuple[Vote, ...]:
    """Takes the voter and the vote out of the cells of each row: what is left are the other columns."""
    votes = []
    voters: set[str] = set()
    seen: dict[str, tuple[str, ...]] = {}
    repeats: set[str] = set()
    for line, fields in rows:
        voter_id, text = fields.pop("voter_id"), fields.pop("vote")
        chosen = seen.get(text)
        if chosen is None:
            ids = [part.strip() for part in text.split(",")] if text else []
            chosen = seen[text] = tuple(dict.fromkeys(ids))
            _check_known(line, chosen, known)
            if len(chosen) < len(ids):
                repeats.add(text)
        if text in repeats:
            remarks.append(Remark(line, f"the ballot of {voter_id} repeats a project, which is taken once"))
        if voter_id in voters:
            remarks.append(Remark(line, f"the voter_id {voter_id} stands twice; both ballots are kept"))
        voters.add(voter_id)
        votes.append(Vote(voter_id, chosen, fields))
    return tuple(votes)


def _check_known(line: int, chosen: tuple[str, ...], known: set[str]) -> None:
    for project_id in chosen:
        if project_id not in known:
            raise BadPabulib(f"line {line}: the vote names {project_id!r}, which is not under PROJECTS")


def _against_limits(election: Election, rows: list[Row]) -> Iterator[Remark]:
    """The ballots that the file's own limits would not allow."""
    fewest, most, dearest = (election.limit(key) for key in ("min_length", "max_length", "max_sum_cost"))
    for row, vote in zip(rows, election.votes, strict=True):
        chosen = len(vote.project_ids)
        if most is not None and chosen > most:
            yield Remark(row.line, f"{_ballot(vote)} names {chosen} projects, more than max_length {most}")
        if fewest is not None and chosen < fewest:
            yield Remark(row.line, f"{_ballot(vote)} names {chosen} projects, fewer than min_length {fewest}")
    if dearest is not None:
        yield from _too_dear(election, rows, dearest)


def _too_dear(election: Election, rows: list[Row], dearest: int) -> Iterator[Remark]:
    costs = {project.project_id: project.cost for project in election.projects}
    for row, vote in zip(rows, election.votes, strict=True):
        cost = sum(costs[project_id] for project_id in vote.project_ids)
        if cost > dearest:
            yield Remark(row.line, f"{_ballot(vote)} costs {cost}, more than max_sum_cost {dearest}")


def _ballot(vote: Vote) -> str:
    return f"the ballot of {vote.voter_id}"


def _number(line: int, name: str, text: str) -> Decimal:
    try:
        number = _decimal(text)
    except InvalidOperation as error:
        raise BadPabulib(f"line {line}: {name} is {text!r}; write it as a number like 4500000") from error
    if not number.is_finite() or number < 0:
        raise BadPabulib(f"line {line}: {name} is {text}; it cannot be negative or endless")
    return number


def _decimal(text: str) -> Decimal:
    return Decimal(text.strip())
