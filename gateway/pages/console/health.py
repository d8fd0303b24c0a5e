"""/console/health: does everything work that a vote needs? What `dauys doctor` looks at beside a serving gateway."""

from collections.abc import Iterable

from gateway.doctor import examine
from gateway.doctor.patient import Finding, Level, Patient
from gateway.doctor.saying import told
from gateway.pages.console.answers import Answer
from gateway.pages.console.desk import Desk

CHECKS = ("disk", "clock", "backup", "key export", "outbox")
"""Those that take milliseconds, ask nobody outside and are told in every language."""


def show(desk: Desk) -> Answer:
    """What is wrong first, with how to mend it."""
    home = desk.site.home
    patient = Patient(home.path, desk.at, home.settings, "", desk.site.store)
    findings = [finding for _, finding in examine(patient, CHECKS)]
    return desk.screen(
        "health.html",
        bad=_of(findings, Level.BAD),
        warned=_of(findings, Level.WARN),
        fine=_of(findings, Level.OK),
        told=told,
    )


def _of(findings: Iterable[Finding], level: Level) -> list[Finding]:
    return [finding for finding in findings if finding.level is level]
