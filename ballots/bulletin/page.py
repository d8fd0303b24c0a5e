"""The bulletin as one page of HTML: no script, no other file, no network, so that it opens from a USB stick.

All languages stand in it; three radio buttons and a style sheet show one at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

from ballots.bulletin import files
from ballots.bulletin.findings import Finding, holds, unknown
from ballots.bulletin.phrases import LANGUAGES, WORDS
from ballots.bulletin.steps import in_words, named, spaced, step_of, tie_in_words, tie_of
from ballots.bulletin.values import About, Bulletin, Publish
from ballots.ledger import short_head
from ballots.model import Texts
from ballots.receipts import show

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{border-bottom:1px solid #ccc;padding:.3rem .4rem;text-align:left;vertical-align:top}
@media (max-width:30rem){table{font-size:.8rem}}
tr.funded{background:#e7f5e9}
label{padding:.6rem 1rem .6rem 0}
pre,code{font-family:ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
summary{cursor:pointer;font-weight:600;padding:.3rem 0}
#kk:not(:checked)~* .kk,#ru:not(:checked)~* .ru,#en:not(:checked)~* .en{display:none}
@media (prefers-color-scheme:dark){
body{color:#eee;background:#161616}
tr.funded{background:#1d3a22}th,td{border-color:#444}
}
"""

NO_BREAK = "\u00a0"

MOST_SHOWN = 300
"""Different ballots in the table; the others are in ballots/."""

Cell = str
"""Escaped HTML."""


def render(bulletin: Bulletin) -> bytes:
    """The page. Raises what a bulletin of another shape raises."""
    paper = bulletin.paper
    sections = (_facts, _results, _steps, _check, _days, _different, _batches, _log)
    main = "".join(section(bulletin) for section in sections)
    switches = "".join(
        f'<input type="radio" name="language" id="{code}"{" checked" if place == 0 else ""}>'
        f'<label for="{code}" lang="{code}">{escape(_of(code, "language"))}</label> '
        for place, code in enumerate(LANGUAGES)
    )
    title = " · ".join(escape(_of(code, "title")) for code in LANGUAGES)
    return (
        f'<!doctype html>\n<html lang="kk">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{switches}\n"
        f"<h1>{_each(lambda language: _title(paper.area.names, paper.title, language))}</h1>\n"
        f"{main}</main>\n</body>\n</html>\n"
    ).encode()


def check(bulletin: Bulletin, found: Mapping[str, bytes]) -> Iterator[Finding]:
    """Is the page the one that this bulletin gives? Another version of the program may have made another one."""
    same = found.get(files.PAGE) == render(bulletin)
    yield holds("page_holds", file=files.PAGE) if same else unknown("other_page", file=files.PAGE)


def _title(area: Texts, title: Texts, language: str) -> str:
    return f"{_of(language, 'title')}: {named(area, language)}. {named(title, language)}"


def _facts(bulletin: Bulletin) -> str:
    paper, about = bulletin.paper, bulletin.about
    rows = [
        (_word("voting"), escape(f"{_local(about, about.opens_at)} – {_local(about, about.closes_at)}")),
        (_word("ballots"), f"<strong>{spaced(bulletin.tally['ballots'])}</strong>"),
        (_word("budget"), f"<strong>{spaced(paper.rules.budget)}</strong>"),
        (_word("key"), f"<code>{escape(files.fingerprint(bytes.fromhex(bulletin.key)))}</code>"),
        (_word("head"), f"<code>{escape(short_head(bulletin.chain[-1].hash))}</code>"),
    ]
    return _table((), rows)


def _local(about: About, at: datetime) -> str:
    """By the clock of the notice board."""
    return f"{at.astimezone(about.zone):%Y-%m-%d %H:%M}"


def _results(bulletin: Bulletin) -> str:
    votes, funded = bulletin.tally["votes"], bulletin.tally["funded"]
    if votes is None or funded is None:
        return _section("results", f"<p>{_word('turnout')}</p>")
    rows = []
    ranked = sorted(bulletin.paper.proposals, key=lambda each: (-votes[each.proposal_id], each.number))
    for each in ranked:
        name = _each(lambda language, names=each.names: named(names, language))  # type: ignore[misc]
        won = "✓" if each.proposal_id in funded else ""
        rows.append((f"{each.number}. {name}", spaced(each.cost), spaced(votes[each.proposal_id]), won))
    note = f"<p>{_word('totals')}</p>" if bulletin.about.publish is Publish.TOTALS else ""
    note += f"<p>✓ {_word('funded')}</p>"
    head = (_word("project"), _word("cost"), _word("votes"), "✓")
    return _section("results", note + _table(head, rows, marked=lambda row: bool(row[-1])))


def _steps(bulletin: Bulletin) -> str:
    paper, items = bulletin.paper, []
    for step in map(step_of, bulletin.tally["steps"] or ()):
        said = _each(
            lambda language, step=step: (
                f"{named(paper.by_number[step.number].names, language)}: "  # type: ignore[misc]
                f"{in_words(language, step, paper)}"
            )
        )
        items.append(f"<li>№{step.number} {said}</li>")
    ties = "".join(
        f"<p>{_each(lambda language, tie=tie: tie_in_words(language, tie, paper))}</p>"  # type: ignore[misc]
        for tie in map(tie_of, bulletin.tally["ties"] or ())
    )
    return _section("steps", f"<ol>{''.join(items)}</ol>{ties}") if items else ""


def _check(_: Bulletin) -> str:
    command = "python -m ballots verify DIR --key … --head …"
    return _section("check", f"<p>{_word('how')}</p><pre>{escape(command)}\npython -m ballots recount DIR</pre>")


def _days(bulletin: Bulletin) -> str:
    rows = [
        (
            escape(day.slot),
            spaced(day.tally["accepted"]),
            spaced(day.tally["ballots"]),
            f"<code>{short_head(day.head)}</code>",
        )
        for day in bulletin.days
    ]
    head = (_word("day"), _word("accepted"), _word("opened"), _word("head"))
    return _section("days", _table(head, rows)) if rows else ""


def _different(bulletin: Bulletin) -> str:
    cast = sorted(bulletin.cast.items(), key=lambda item: (-item[1], item[0]))
    rows = [(", ".join(map(str, choices)) or "–", spaced(times)) for choices, times in cast]
    note = f"<p>{_word('more')} {spaced(len(rows) - MOST_SHOWN)}</p>" if len(rows) > MOST_SHOWN else ""
    return _folded("different", _table((_word("choice"), _word("times")), rows[:MOST_SHOWN]) + note) if rows else ""


def _batches(bulletin: Bulletin) -> str:
    rows = [(str(batch.no), escape(batch.slot), spaced(batch.size)) for batch in bulletin.batches]
    table = _table((_word("batch"), _word("day"), _word("size")), rows)
    lists = "".join(
        f"<h3>{_word('batch')} {no}</h3><pre>{' · '.join(show(each).replace(' ', NO_BREAK) for each in receipts)}</pre>"
        for no, receipts in bulletin.receipts.items()
        if receipts
    )
    return _section("batches", table) + _folded("receipts", lists)


def _log(bulletin: Bulletin) -> str:
    rows = []
    for place, link in enumerate(bulletin.chain, 1):
        entry = link.entry
        facts = ", ".join(f"{name}: {value}" for name, value in sorted(entry["facts"].items()))
        rows.append(
            (
                str(place),
                escape(str(entry["at"])[:16].replace("T", " ")),
                escape(str(entry["actor"])),
                f"{escape(str(entry['act']))} <code>{escape(facts)}</code>",
                f"<code>{short_head(link.hash)}</code>",
            )
        )
    head = (_word("entry"), _word("at"), _word("actor"), _word("act"), _word("head"))
    return _folded("log", _table(head, rows))


def _each(say: Callable[[str], str]) -> Cell:
    """The same in every language, of which one is seen."""
    return "".join(f'<span class="{code}" lang="{code}">{escape(say(code))}</span>' for code in LANGUAGES)


def _word(name: str) -> Cell:
    return _each(lambda language: _of(language, name))


def _of(language: str, name: str) -> str:
    return WORDS[language]["page"][name]


def _section(name: str, inner: str) -> str:
    return f"<section><h2>{_word(name)}</h2>{inner}</section>\n"


def _folded(name: str, inner: str) -> str:
    return f"<details><summary>{_word(name)}</summary>{inner}</details>\n" if inner else ""


def _table(
    head: Sequence[Cell], rows: Iterable[Sequence[Cell]], marked: Callable[[Sequence[Cell]], bool] | None = None
) -> str:
    body = []
    for row in rows:
        style = ' class="funded"' if marked and marked(row) else ""
        first, *rest = row
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        body.append(f'<tr{style}><th scope="row">{first}</th>{cells}</tr>')
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    return f"<table>{f'<thead><tr>{top}</tr></thead>' if top else ''}<tbody>{''.join(body)}</tbody></table>\n"
