"""`python -m ballots verify|recount BULLETIN`: check a bulletin with the standard library alone.

The one file of this package that reads a disk. BULLETIN is the folder, or the zip as it was downloaded.
"""

import argparse
import json
import locale
import os
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path

from ballots import comparing, ledger, tallying
from ballots.bulletin import counting, files, reading, verifying
from ballots.bulletin.findings import Asked, Finding, State
from ballots.bulletin.phrases import DEFAULT, LANGUAGES, say, tell
from ballots.bulletin.steps import in_words, named, tie_in_words
from ballots.bulletin.values import Bulletin, Publish
from ballots.errors import BadBulletin, Unreadable
from ballots.model import Paper, Tally
from ballots.rules import RULES
from ballots.rules.words import NAMES

LARGEST = 1 << 30  # bytes of a whole bulletin: a zip may pretend more


def main(arguments: Sequence[str] | None = None) -> int:
    """0: in order; 1: something is wrong; 2: wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except (Unreadable, OSError, zipfile.BadZipFile) as error:
        print(f"ballots: {error}", file=sys.stderr)
        return 1


def load(place: Path) -> dict[str, bytes]:
    """Name -> bytes of all files in a folder, or in the one folder of a zip.

    Raises BadBulletin, OSError, BadZipFile.
    """
    if place.is_file():
        with zipfile.ZipFile(place) as packed:
            if sum(member.file_size for member in packed.infolist()) > LARGEST:
                raise BadBulletin(place.name, f"unpacks to more than {LARGEST >> 20} MiB")
            found = {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}
        top = next((name.removesuffix(files.SUMS) for name in sorted(found) if name.endswith(files.SUMS)), "")
        return {name.removeprefix(top): content for name, content in found.items()}
    if not (place / files.SUMS).is_file():
        raise BadBulletin(str(place), f"is no bulletin: there is no {files.SUMS} in it")
    return {
        path.relative_to(place).as_posix(): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()
    }


def report(findings: Sequence[Finding], language: str) -> bool:
    """Print what was found, what is wrong first among equals of its check; is nothing wrong?"""
    for finding in findings:
        print(tell(language, finding))
    wrong = sum(finding.state is State.WRONG for finding in findings)
    print(say(language, "unsound", wrong=wrong) if wrong else say(language, "sound"))
    return not wrong


def reader_language() -> str:
    """What the computer speaks, if the verifier does."""
    named_ = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    spoken = (named_ or locale.getlocale()[0] or "").lower()
    for code, beginnings in {"kk": ("kk", "kazakh"), "ru": ("ru",)}.items():
        if spoken.startswith(beginnings):
            return code
    return DEFAULT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ballots", description=__doc__)
    commands = parser.add_subparsers(required=True)
    verify = commands.add_parser("verify", help="is everything in order?")
    verify.add_argument("--key", default="", metavar="FINGERPRINT", help="as it stands on the poster")
    verify.add_argument(
        "--head", action="append", default=[], metavar="H", help="from an observer's SMS; may be repeated"
    )
    verify.add_argument("--digest", default="", metavar="SMS", help='a whole SMS of an observer: "A7 D07 N57 … H:…"')
    verify.set_defaults(run=_verify)
    recount = commands.add_parser("recount", help="count the ballots again")
    recount.add_argument("--rule", choices=sorted(RULES), help="another rule than the stated one")
    recount.add_argument(
        "--all-rules", action="store_true", help="what each rule would have funded, and why they differ"
    )
    recount.add_argument("--json", action="store_true", help="one JSON document, as `dauys tally --json` prints it")
    recount.set_defaults(run=_recount)
    for command in (verify, recount):
        command.add_argument("bulletin", type=Path, metavar="BULLETIN", help="its folder or zip")
        command.add_argument("--language", choices=LANGUAGES, default=reader_language())
    return parser


def _verify(asked: argparse.Namespace) -> int:
    wanted = Asked(asked.key, tuple(asked.head), asked.digest)
    return 0 if report(verifying.verify(load(asked.bulletin), wanted), asked.language) else 1


def _recount(asked: argparse.Namespace) -> int:
    bulletin = reading.read(load(asked.bulletin))
    paper = bulletin.paper
    if asked.rule:
        paper = replace(paper, rules=replace(paper.rules, rule=asked.rule))
    if asked.all_rules and bulletin.about.publish is Publish.BALLOTS:
        return _compare(bulletin, asked.language)
    tally = (
        None if asked.all_rules else counting.recount(bulletin, paper, bulletin.batches, bulletin.tally.get("votes"))
    )
    if tally is None:
        facts = {"ballots": bulletin.tally["ballots"], "least": bulletin.manifest["mix_min"], "rule": paper.rules.rule}
        few = bulletin.tally.get("votes") is None
        print(say(asked.language, "turnout_only" if few else "rule_needs_ballots", **facts), file=sys.stderr)
        return 1
    if asked.json:
        print(json.dumps(_plain(bulletin, tally), ensure_ascii=False))
    else:
        _print(paper, tally, asked.language)
    return 0 if asked.rule or list(tally.funded) == list(bulletin.tally["funded"]) else 1


def _compare(bulletin: Bulletin, language: str) -> int:
    compared = comparing.compare(bulletin.paper, bulletin.cast)
    numbers = {proposal.proposal_id: proposal.number for proposal in bulletin.paper.proposals}
    print(say(language, "compared", ballots=compared.ballots, rule=compared.stated))
    for result in compared.results:
        funded = ", ".join(f"№{numbers[proposal_id]}" for proposal_id in result.funded) or "-"
        print(f"{NAMES[language][result.rule]}: {funded}")
    for row in compared.differing:
        print(f"\n№{row.proposal.number} {named(row.proposal.names, language)}")
        for rule, reason in comparing.reasons(row, compared.threshold, language).items():
            print(f"   {NAMES[language][rule]}: {reason}")
    return 0


def _plain(bulletin: Bulletin, tally: Tally) -> dict[str, object]:
    pending = bulletin.tally["pending"]
    return tallying.as_plain(
        tally,
        cycle=bulletin.about.cycle,
        accepted=pending + tally.ballots,
        pending=pending,
        head=ledger.head(bulletin.chain),
    )


def _print(paper: Paper, tally: Tally, language: str) -> None:
    numbers = {proposal.proposal_id: proposal.number for proposal in paper.proposals}
    for proposal in paper.proposals:
        funded = " *" if proposal.proposal_id in tally.funded else ""
        print(f"{proposal.number:>4} {tally.votes[proposal.proposal_id]:>8}  {named(proposal.names, language)}{funded}")
    for step in tally.steps:
        print(f"№{step.number} {in_words(language, step, paper)}")
    for tie in tally.ties:
        print(tie_in_words(language, tie, paper))
    funded = ", ".join(f"№{numbers[proposal_id]}" for proposal_id in tally.funded) or "-"
    print(say(language, "recounted", ballots=tally.ballots, rule=tally.rule or "-", funded=funded))


if __name__ == "__main__":
    sys.exit(main())
