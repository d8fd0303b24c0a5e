"""Officials sign in to the console: passwords, areas, sessions, one-time links, sent forms, acts of two."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AREAS = "INSERT INTO official_area (official_id, area_id) SELECT id, area_id FROM official WHERE area_id IS NOT NULL"
WHOLE = "UPDATE official SET everywhere = (area_id IS NULL)"
FIRST_AREA = "UPDATE official SET area_id = (SELECT min(area_id) FROM official_area WHERE official_id = official.id)"


def upgrade() -> None:
    _areas()
    with op.batch_alter_table("official") as official:
        official.add_column(sa.Column("everywhere", sa.Boolean(), server_default=sa.true(), nullable=False))
        official.add_column(sa.Column("password_hash", sa.Text(), server_default="", nullable=False))
        official.add_column(sa.Column("language", sa.Text(), server_default="", nullable=False))
        official.add_column(sa.Column("left_at", sa.BigInteger(), nullable=True))
    op.execute(AREAS)
    op.execute(WHOLE)
    with op.batch_alter_table("official") as official:
        official.drop_constraint(op.f("fk_official_area_id_area"), type_="foreignkey")
        official.drop_column("area_id")
        for name in ("everywhere", "password_hash", "language"):
            official.alter_column(name, server_default=None)
    _signing_in()
    _acting()


def _areas() -> None:
    op.create_table(
        "official_area",
        sa.Column("official_id", INT, nullable=False),
        sa.Column("area_id", INT, nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_official_area_area_id_area")),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_official_area_official_id_official")),
        sa.PrimaryKeyConstraint("official_id", "area_id", name=op.f("pk_official_area")),
        sqlite_with_rowid=False,
    )


def _signing_in() -> None:
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("official_id", INT, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_invitation_official_id_official")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "console_session",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("official_id", INT, nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_console_session_official_id_official")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_console_session_token_hash")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", INT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempt")),
        sqlite_with_rowid=False,
    )


def _acting() -> None:
    op.create_table(
        "submission",
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_submission")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "approval",
        sa.Column("id", INT, autoincrement=True, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", INT, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", INT, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["official.id"], name=op.f("fk_approval_answered_by_official")),
        sa.ForeignKeyConstraint(["asked_by"], ["official.id"], name=op.f("fk_approval_asked_by_official")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )


def downgrade() -> None:
    for table in ("approval", "submission", "sign_in_attempt", "console_session", "invitation"):
        op.drop_table(table)
    with op.batch_alter_table("official") as official:
        official.add_column(sa.Column("area_id", INT, nullable=True))
        official.create_foreign_key(op.f("fk_official_area_id_area"), "area", ["area_id"], ["id"])
    op.execute(FIRST_AREA)
    op.drop_table("official_area")
    with op.batch_alter_table("official") as official:
        for name in ("everywhere", "password_hash", "language", "left_at"):
            official.drop_column(name)
