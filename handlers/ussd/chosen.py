"""A choice as it is read back before it counts: every chosen proposal by its label, with what it costs."""

from ballots.model import Choices, Paper
from handlers.phrases import say
from handlers.telling import amount
from handlers.ussd.lists import paged
from handlers.ussd.saying import label, marked


def line(paper: Paper, number: int, language: str) -> str:
    """`№3 Су құбыры, 4 500 000 тг.`"""
    proposal = paper.by_number[number]
    named = label(proposal, language)
    return say(language, "ussd_choice", number=number, label=named, cost=amount(proposal.cost))


def choice_pages(paper: Paper, choices: Choices, language: str, lead: str = "") -> tuple[str, ...]:
    """Pages of the choice under `lead`, each with the keys that decide on it."""
    if len(choices) == 1:
        lines = [line(paper, choices[0], language)]
    else:
        cost = sum(paper.by_number[number].cost for number in choices)
        lines = [say(language, "ussd_total", count=len(choices), cost=amount(cost))]
        lines += [f"{number} {label(paper.by_number[number], language)}" for number in choices]
    lines = [line for line in (lead, *lines) if line]
    lines[0] = marked(paper, language, lines[0])
    return paged(tuple(lines), say(language, "ussd_decide_more"), say(language, "ussd_decide"))
