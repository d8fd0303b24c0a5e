"""The tables. Rows never leave the store; what leaves are values of ballots, handlers and the nouns beside.

Where the key is random (tags, hashes, random ids) the table has no hidden row id: on SQLite the rows lie sorted by
the key and tell nothing of the order in which they came.
"""

from gateway.store.tables.areas import AreaRow, CycleRow, PollRow, ProposalPictureRow, ProposalRow, RoundRow
from gateway.store.tables.messages import (
    AnnouncementRow,
    BulletinRow,
    DailyTallyRow,
    EarlyReportRow,
    InboxRow,
    OutboxRow,
    RecipientRow,
)
from gateway.store.tables.officials import (
    ApprovalRow,
    ConsoleSessionRow,
    InvitationRow,
    OfficialAreaRow,
    OfficialRow,
    SignInAttemptRow,
    SubmissionRow,
)
from gateway.store.tables.running import AuditRow, JobRunRow, StateRow
from gateway.store.tables.voters import (
    ContactRow,
    CounterRow,
    PhoneRow,
    RollRow,
    RollUploadRow,
    SlipRow,
    UssdSessionRow,
)
from gateway.store.tables.votes import (
    BallotRow,
    BatchReceiptRow,
    BatchRow,
    ParticipationRow,
    PendingBallotRow,
    SittingBallotRow,
    SittingRow,
    SittingVoterRow,
    UnreadableRow,
)

__all__ = [
    "AnnouncementRow",
    "ApprovalRow",
    "AreaRow",
    "AuditRow",
    "BallotRow",
    "BatchReceiptRow",
    "BatchRow",
    "BulletinRow",
    "ConsoleSessionRow",
    "ContactRow",
    "CounterRow",
    "CycleRow",
    "DailyTallyRow",
    "EarlyReportRow",
    "InboxRow",
    "InvitationRow",
    "JobRunRow",
    "OfficialAreaRow",
    "OfficialRow",
    "OutboxRow",
    "ParticipationRow",
    "PendingBallotRow",
    "PhoneRow",
    "PollRow",
    "ProposalPictureRow",
    "ProposalRow",
    "RecipientRow",
    "RollRow",
    "RollUploadRow",
    "RoundRow",
    "SignInAttemptRow",
    "SittingBallotRow",
    "SittingRow",
    "SittingVoterRow",
    "SlipRow",
    "StateRow",
    "SubmissionRow",
    "UnreadableRow",
    "UssdSessionRow",
]
