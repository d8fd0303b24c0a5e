"""The manifest: all that a paper says, frozen and hashed when voting opens, so that everybody holds the same paper.

It leaves out what changes later (the phase); a proposal taken back since then is an act of its own.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ballots import canonical
from ballots.errors import BadManifest
from ballots.model import (
    Area,
    AreaKind,
    BallotForm,
    Bound,
    CycleId,
    Paper,
    PollId,
    PollKind,
    Proposal,
    Quota,
    Rules,
    Ties,
    Trait,
    Visibility,
)

FORMAT = "dauys-manifest-1"

Manifest = dict[str, Any]
"""Plain values, ready for canonical.write: dict, list, str, int, bool, None."""


def manifest_of(paper: Paper, mix_min: int) -> Manifest:
    """What is frozen at opening. Instants in ISO 8601, UTC; `grace` in whole seconds; `mix_min` in envelopes."""
    return {
        "format": FORMAT,
        "poll": paper.poll,
        "cycle": paper.cycle,
        "kind": str(paper.kind),
        "area": {"code": paper.area.code, "kind": str(paper.area.kind), "names": dict(paper.area.names)},
        "title": dict(paper.title),
        "proposals": [_proposal(proposal) for proposal in paper.proposals],
        "rules": _rules(paper.rules),
        "opens_at": _written(paper.opens_at),
        "closes_at": _written(paper.closes_at),
        "grace": paper.grace // timedelta(seconds=1),
        "visibility": str(paper.visibility),
        "confirm_sms": paper.confirm_sms,
        "echo": paper.echo,
        "mix_min": mix_min,
    }


def sha256_hex(manifest: Manifest) -> str:
    """The manifest's hash: SHA-256 of its canonical bytes, 64 lower-case hex digits."""
    return canonical.sha256_hex(manifest)


def paper_of(manifest: Manifest, withdrawn: Collection[int] = ()) -> Paper:
    """The paper that the manifest froze; `withdrawn`: numbers of proposals taken back since.

    Raises BadManifest if anything is missing, of another type or more than a manifest holds.
    """
    try:
        paper = _read(manifest)
        same = manifest_of(paper, manifest["mix_min"]) == manifest
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadManifest(f"not a manifest of {FORMAT}: {error!r}") from error
    if not same:
        raise BadManifest(f"a manifest of {FORMAT} holds other fields, or these in another form")
    taken_back = (replace(p, withdrawn=p.withdrawn or p.number in withdrawn) for p in paper.proposals)
    return replace(paper, proposals=tuple(taken_back))


def _read(manifest: Mapping[str, Any]) -> Paper:
    area, rules = manifest["area"], manifest["rules"]
    return Paper(
        poll=PollId(manifest["poll"]),
        cycle=CycleId(manifest["cycle"]),
        kind=PollKind(manifest["kind"]),
        area=Area(area["code"], AreaKind(area["kind"]), area["names"]),
        title=manifest["title"],
        proposals=tuple(Proposal(**row | {"sdgs": tuple(row["sdgs"])}) for row in manifest["proposals"]),
        rules=_read_rules(rules),
        opens_at=_instant(manifest["opens_at"]),
        closes_at=_instant(manifest["closes_at"]),
        grace=timedelta(seconds=manifest["grace"]),
        visibility=Visibility(manifest["visibility"]),
        confirm_sms=manifest["confirm_sms"],
        echo=manifest["echo"],
    )


def _proposal(proposal: Proposal) -> dict[str, Any]:
    """`settlement` stands there only if there is one, so that a paper without quotas is written as ever."""
    written = asdict(proposal) | {"sdgs": list(proposal.sdgs)}
    return written if proposal.settlement else _without(written, "settlement")


def _rules(rules: Rules) -> dict[str, Any]:
    """`quotas` likewise."""
    quotas = [asdict(quota) | {"values": list(quota.values)} for quota in rules.quotas]
    written = asdict(rules) | {"form": str(rules.form), "ties": str(rules.ties), "quotas": quotas}
    return written if quotas else _without(written, "quotas")


def _read_rules(written: Mapping[str, Any]) -> Rules:
    quotas = tuple(
        Quota(Bound(row["bound"]), Trait(row["trait"]), tuple(row["values"]), row["percent"])
        for row in written.get("quotas", ())
    )
    closed = {"form": BallotForm(written["form"]), "ties": Ties(written["ties"]), "quotas": quotas}
    return Rules(**dict(written) | closed)


def _without(written: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in written.items() if key != name}


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError(f"{text} names no time zone")
    return at.astimezone(UTC)
