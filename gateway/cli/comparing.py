"""`dauys tally C --all-rules`: what each counting rule would fund, as a table in the terminal."""

from collections.abc import Iterator

from ballots.comparing import Comparison, Result, Row, reasons
from ballots.rules.words import NAMES, grouped
from handlers.telling import in_language


def lines(comparison: Comparison, language: str) -> Iterator[str]:
    """The rules, then the proposals, then the reasons where rules differ; names and reasons in `language`."""
    yield f"{comparison.ballots} ballots; only the stated rule counts: {comparison.stated}"
    for place, result in enumerate(comparison.results, 1):
        yield from _of_rule(place, result, language)
    yield ""
    yield "number   votes         cost  funded under"
    for row in comparison.rows:
        yield _of_proposal(row, comparison, language)
    for row in comparison.differing:
        yield ""
        yield f"{row.proposal.number}  {in_language(row.proposal.names, language)}"
        for rule, reason in reasons(row, comparison.threshold, language).items():
            yield f"   {rule}: {reason}"


def _of_rule(place: int, result: Result, language: str) -> Iterator[str]:
    yield ""
    yield f"{place}  {result.rule}: {NAMES[language][result.rule]}"
    tie = "; a tie decided" if result.tie_decided else ""
    yield f"   funded: {', '.join(result.funded) or 'none'}{tie}"
    yield f"   spent {grouped(result.spent)}, left {grouped(result.left)}"
    yield f"   voters with a funded choice: {result.reached}"
    if result.sdgs:
        shares = (f"{goal}: {money * 100 / result.spent:.0f} %" for goal, money in result.sdgs.items())
        yield f"   of what is spent, by SDG: {', '.join(shares)}"


def _of_proposal(row: Row, comparison: Comparison, language: str) -> str:
    places = {result.rule: str(place) for place, result in enumerate(comparison.results, 1)}
    marks = " ".join(places[rule] if rule in row.funded_by else "-" for rule in places)
    name = in_language(row.proposal.names, language)
    return f"{row.proposal.number:>6}{row.votes:>8}{grouped(row.proposal.cost):>13}  {marks}  {name}"
