"""Announcements and their copies in the outbox, sittings on paper, the instant of certification."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("cycle", sa.Column("certified_at", sa.BigInteger(), nullable=True))
    op.add_column("outbox", sa.Column("announcement_id", INT, nullable=True))
    op.create_index(
        "ix_outbox_announcement",
        "outbox",
        ["announcement_id", "state"],
        unique=False,
        sqlite_where=sa.text("announcement_id IS NOT NULL"),
        postgresql_where=sa.text("announcement_id IS NOT NULL"),
    )
    _announcements()
    _sittings()


def _announcements() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("cycle_id", INT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("price", INT, nullable=False),
        sa.Column("budget", INT, nullable=True),
        sa.Column("contacts", INT, nullable=False),
        sa.Column("cursor", sa.LargeBinary(), nullable=True),
        sa.Column("queued", INT, nullable=False),
        sa.Column("parts", INT, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('invitation', 'reminder', 'results')", name=op.f("ck_announcement_kind")),
        sa.CheckConstraint("state IN ('sending', 'paused', 'done', 'cancelled')", name=op.f("ck_announcement_state")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_announcement_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    op.create_index(
        "uq_announcement_day",
        "announcement",
        ["cycle_id", "kind", "day"],
        unique=True,
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )


def _sittings() -> None:
    op.create_table(
        "sitting",
        sa.Column("id", INT, autoincrement=False, nullable=False),
        sa.Column("poll_id", INT, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_sitting_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
    )
    op.create_table(
        "sitting_voter",
        sa.Column("sitting_id", INT, nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("no", INT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_voter_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("sitting_id", "tag", name=op.f("pk_sitting_voter")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sitting_ballot",
        sa.Column("sitting_id", INT, nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_ballot_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("sitting_id", "id", name=op.f("pk_sitting_ballot")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("sitting_ballot", "sitting_voter", "sitting", "announcement"):
        op.drop_table(table)
    op.drop_index("ix_outbox_announcement", "outbox")
    op.drop_column("outbox", "announcement_id")
    op.drop_column("cycle", "certified_at")
