"""Cycles and proposals count how often they were written, and by whom last; proposals have a picture for the poster."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DRAFTED = ("cycle", "proposal")
WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    for table in DRAFTED:
        op.add_column(table, sa.Column("version", WHOLE, server_default=sa.text("0"), nullable=False))
        op.add_column(table, sa.Column("edited_by", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "proposal_picture",
        sa.Column("proposal_id", WHOLE, nullable=False),
        sa.Column("width", WHOLE, nullable=False),
        sa.Column("height", WHOLE, nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposal.id"], name="fk_proposal_picture_proposal_id_proposal"),
        sa.PrimaryKeyConstraint("proposal_id", name="pk_proposal_picture"),
    )


def downgrade() -> None:
    op.drop_table("proposal_picture")
    for table in DRAFTED:
        op.drop_column(table, "edited_by")
        op.drop_column(table, "version")
