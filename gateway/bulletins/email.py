"""A tally as an e-mail: a sentence, the votes with their names, and the same as a CSV file."""

import csv
import smtplib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from io import StringIO

from gateway.bulletins.digest import Digest, Trial
from gateway.bulletins.sms import sentence
from gateway.clock import Clock
from gateway.outbox import Letter
from gateway.providers.base import Refusal, SendFailed
from gateway.sender import Line
from gateway.settings import Mail, Settings
from gateway.store.recipients import Recipient
from handlers.phrases import say
from handlers.telling import in_language

NAME = "email"
RATE = 1.0
TIMEOUT = 20.0  # seconds
COLUMNS = ("number", "proposal_id", "name", "votes", "funded")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would reckon with these

REFUSALS: dict[type[Exception], Refusal] = {  # the first that fits
    smtplib.SMTPAuthenticationError: {"account_wide": True},
    smtplib.SMTPNotSupportedError: {"account_wide": True},
    smtplib.SMTPRecipientsRefused: {},
    smtplib.SMTPSenderRefused: {"account_wide": True},
    smtplib.SMTPException: {},
    OSError: {},
}


def compose(digest: Digest, to: Recipient) -> dict[str, str]:
    """What lies in the outbox: subject, text and table."""
    facts = digest.facts(to.language)
    return {
        "subject": say(to.language, "digest_subject", **facts),
        "text": "\n".join((sentence(digest, to.language), "", *_rows(digest, to.language), f"H:{digest.head16}", "")),
        "csv": _csv(digest, to.language),
        "name": f"dauys-{digest.cycle}-{digest.slot}.csv",
    }


def prove(trial: Trial, to: Recipient) -> dict[str, str]:
    """The same for a test message, without a table."""
    said = trial.sentence(to.language)
    return {"subject": said, "text": f"{said}\n"}


def lines(settings: Settings, _clock: Clock) -> tuple[Line, ...]:
    """The mail server's line, if there is one; without it e-mail waits and expires."""
    mail = settings.mail
    return (Line(NAME, RATE, lambda letter: deliver(letter, mail)),) if mail.host else ()


def message(letter: Letter, mail: Mail) -> EmailMessage:
    """The same bytes at every try: date and Message-ID belong to the bulletin, so a reader sees it once."""
    content = letter.content
    found = EmailMessage(policy=SMTP)
    found["From"] = mail.sender
    found["To"] = letter.recipient
    found["Subject"] = content["subject"]
    found["Date"] = format_datetime(datetime.fromisoformat(content["made_at"]))
    found["Message-ID"] = f"<{content['id']}@{_domain(mail)}>"
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(content["text"], cte="base64")
    if "csv" in content:
        table = content["csv"].encode("utf-8-sig")
        found.add_attachment(table, maintype="text", subtype="csv", filename=content["name"])
        found.set_boundary(f"=_{content['id']}")
    return found


def deliver(letter: Letter, mail: Mail) -> None:
    """Hand it to the mail server. Raises SendFailed."""
    try:
        with smtplib.SMTP(mail.host, mail.port, local_hostname=_domain(mail), timeout=TIMEOUT) as server:
            if mail.starttls:
                server.starttls()
            if mail.user:
                server.login(mail.user, mail.password)
            server.send_message(message(letter, mail))
    except (smtplib.SMTPException, OSError) as error:
        refusal = next(flags for kind, flags in REFUSALS.items() if isinstance(error, kind))
        raise SendFailed(type(error).__name__, **refusal) from error


def _domain(mail: Mail) -> str:
    """Also how we greet the server: asking the network for our own name takes long where there is none."""
    return mail.sender.rpartition("@")[2] or "localhost"


def _rows(digest: Digest, language: str) -> list[str]:
    votes = digest.votes or {}
    return [
        f"{number}. {in_language(digest.paper.by_number[number].names, language)}: {votes[number]}"
        for number in sorted(votes)
    ] + ([""] if votes else [])


def _csv(digest: Digest, language: str) -> str:
    """Separated by ; as Excel in Kazakhstan expects."""
    file = StringIO()
    writer = csv.writer(file, delimiter=";")
    writer.writerow(COLUMNS)
    for number, times in sorted((digest.votes or {}).items()):
        proposal = digest.paper.by_number[number]
        name = in_language(proposal.names, language)
        writer.writerow((number, _cell(proposal.proposal_id), _cell(name), times, int(number in digest.funded)))
    return file.getvalue()


def _cell(text: str) -> str:
    return "'" + text if text.startswith(FORMULA) else text
