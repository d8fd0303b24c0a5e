"""Create the tables; ballots and audit are append-only by trigger."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PHASES = "phase IN ('draft', 'ideas', 'review', 'voting', 'grace', 'closed', 'certified', 'implementation', 'archived')"
APPEND_ONLY = ("ballot", "audit")
REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("code", INT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", INT, nullable=True),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("adults", INT, nullable=False),
        sa.Column("joining_paused", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('aul', 'district', 'region')", name=op.f("ck_area_kind")),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_parent_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("code", name=op.f("uq_area_code")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", INT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "counter",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("times", INT, nullable=False),
        sa.PrimaryKeyConstraint("what", "who", "period", name=op.f("pk_counter")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "early_report",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "provider_id", name=op.f("pk_early_report")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "gateway_state",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gateway_state")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_job_run")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", INT, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("priority", INT, nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("poll_id", INT, nullable=True),
        sa.Column("tag", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("tries", INT, nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("dedupe", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_due", "outbox", ["provider", "state", "priority", "due_at"], unique=False)
    op.create_index(
        "ix_outbox_provider_id",
        "outbox",
        ["provider", "provider_id"],
        unique=False,
        sqlite_where=sa.text("provider_id IS NOT NULL"),
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    op.create_index(
        "uq_outbox_dedupe",
        "outbox",
        ["dedupe"],
        unique=True,
        sqlite_where=sa.text("dedupe IS NOT NULL"),
        postgresql_where=sa.text("dedupe IS NOT NULL"),
    )
    op.create_table(
        "phone",
        sa.Column("phone_tag", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("phone_tag", name=op.f("pk_phone")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "round",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
    )
    op.create_table(
        "ussd_session",
        sa.Column("phone_tag", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("phone_tag", name=op.f("pk_ussd_session")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contact",
        sa.Column("round_id", INT, nullable=False),
        sa.Column("phone_tag", sa.LargeBinary(), nullable=False),
        sa.Column("area_id", INT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_contact_area_id_area")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_contact_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "phone_tag", "area_id", name=op.f("pk_contact")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cycle",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("round_id", INT, nullable=False),
        sa.Column("area_id", INT, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("total_budget", INT, nullable=False),
        sa.Column("pb_budget", INT, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("publish", sa.Text(), nullable=False),
        sa.Column("echo", sa.Boolean(), nullable=False),
        sa.Column("confirm_sms", sa.Boolean(), nullable=False),
        sa.Column("mix_min", INT, nullable=False),
        sa.Column("tally_at", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            PHASES,
            name=op.f("ck_cycle_phase"),
        ),
        sa.CheckConstraint("visibility IN ('daily', 'turnout')", name=op.f("ck_cycle_visibility")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_cycle_area_id_area")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_cycle_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
    )
    op.create_table(
        "official",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("area_id", INT, nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_official_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official")),
        sa.UniqueConstraint("name", name=op.f("uq_official_name")),
    )
    op.create_table(
        "recipient",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("area_id", INT, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_recipient_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
    )
    op.create_table(
        "roll",
        sa.Column("round_id", INT, nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("area_id", INT, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_roll_area_id_area")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roll_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "tag", "area_id", name=op.f("pk_roll")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "slip",
        sa.Column("round_id", INT, nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("area_id", INT, nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_slip_area_id_area")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_slip_round_id_round")),
        sa.PrimaryKeyConstraint("round_id", "tag", name=op.f("pk_slip")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bulletin",
        sa.Column("cycle_id", INT, nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("recipient_id", INT, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("outbox_id", INT, nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_bulletin_cycle_id_cycle")),
        sa.ForeignKeyConstraint(["recipient_id"], ["recipient.id"], name=op.f("fk_bulletin_recipient_id_recipient")),
        sa.PrimaryKeyConstraint("cycle_id", "slot", "recipient_id", "channel", name=op.f("pk_bulletin")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "daily_tally",
        sa.Column("cycle_id", INT, nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_daily_tally_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("cycle_id", "slot", name=op.f("pk_daily_tally")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("cycle_id", INT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("min_choices", INT, nullable=False),
        sa.Column("max_choices", INT, nullable=False),
        sa.Column("max_cost", INT, nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("ties", sa.Text(), nullable=False),
        sa.Column("threshold", INT, nullable=False),
        sa.Column("lot_seed", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=True),
        sa.Column("closes_at", sa.BigInteger(), nullable=True),
        sa.Column("grace_seconds", INT, nullable=False),
        sa.Column("batch_no", INT, nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False),
        sa.Column("manifest_hash", sa.Text(), nullable=False),
        sa.CheckConstraint("form IN ('choose-1', 'approval', 'knapsack')", name=op.f("ck_poll_form")),
        sa.CheckConstraint("kind IN ('vote', 'consult', 'oversee', 'rehearsal')", name=op.f("ck_poll_kind")),
        sa.CheckConstraint(
            PHASES,
            name=op.f("ck_poll_phase"),
        ),
        sa.CheckConstraint("ties IN ('cheaper', 'dearer', 'number', 'lot')", name=op.f("ck_poll_ties")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_poll_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("cycle_id", INT, nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("number", INT, nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("percent", INT, nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("shorts", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("cost", INT, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("sdgs", sa.Text(), nullable=False),
        sa.Column("conflict_group", sa.Text(), nullable=False),
        sa.CheckConstraint("source IN ('sms', 'ussd', 'web', 'paper', 'akimat')", name=op.f("ck_proposal_source")),
        sa.CheckConstraint(
            "status IN ('received', 'in-review', 'on-ballot', 'refused', 'withdrawn', 'funded', 'in-progress', 'done')",
            name=op.f("ck_proposal_status"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_proposal_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_proposal_cycle_id_number")),
        sa.UniqueConstraint("cycle_id", "proposal_id", name=op.f("uq_proposal_cycle_id_proposal_id")),
    )
    op.create_table(
        "ballot",
        sa.Column("poll_id", INT, nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("batch_no", INT, nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_ballot_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "id", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch",
        sa.Column("poll_id", INT, nullable=False),
        sa.Column("no", INT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("size", INT, nullable=False),
        sa.Column("held_back", INT, nullable=False),
        sa.Column("unreadable", INT, nullable=False),
        sa.Column("ballots_hash", sa.Text(), nullable=False),
        sa.Column("receipts_hash", sa.Text(), nullable=False),
        sa.Column("mixed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_batch_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "no", name=op.f("pk_batch")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_receipt",
        sa.Column("poll_id", INT, nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("batch_no", INT, nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_batch_receipt_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "receipt", name=op.f("pk_batch_receipt")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "participation",
        sa.Column("poll_id", INT, nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('none', 'held', 'pending', 'mixed', 'paper')", name=op.f("ck_participation_state")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_participation_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "tag", name=op.f("pk_participation")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_participation_receipt", "participation", ["poll_id", "receipt"], unique=True)
    op.create_table(
        "pending_ballot",
        sa.Column("poll_id", INT, nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("batch_no", INT, nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_pending_ballot_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "tag", name=op.f("pk_pending_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unreadable_envelope",
        sa.Column("poll_id", INT, nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("batch_no", INT, nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_unreadable_envelope_poll_id_poll")),
        sa.PrimaryKeyConstraint("poll_id", "tag", name=op.f("pk_unreadable_envelope")),
        sqlite_with_rowid=False,
    )
    _append_only()


def _append_only() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute(REFUSE)
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE", *(("TRUNCATE",) if postgresql else ())):
            each = "" if act == "TRUNCATE" else "FOR EACH ROW"
            body = (
                "EXECUTE FUNCTION refuse_change()"
                if postgresql
                else f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {each} {body}")
