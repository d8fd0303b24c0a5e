"""A roll that was uploaded waits, sealed, for its official's word; one area's roll is counted without the others."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "roll_upload",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("round_id", INT, nullable=False),
        sa.Column("area_id", INT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", INT, nullable=False),
        sa.Column("done", INT, nullable=False),
        sa.Column("added", INT, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_roll_upload_area_id_area")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roll_upload_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_upload")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_roll_area", "roll", ["round_id", "area_id", "method"])
    op.create_index("ix_contact_area", "contact", ["round_id", "area_id"])


def downgrade() -> None:
    op.drop_index("ix_contact_area", table_name="contact")
    op.drop_index("ix_roll_area", table_name="roll")
    op.drop_table("roll_upload")
