"""A poll has floors and caps, shares of its budget; a proposal names its settlement."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("poll", sa.Column("quotas", sa.Text(), server_default="[]", nullable=False))
    op.add_column("proposal", sa.Column("settlement", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("proposal", "settlement")
    op.drop_column("poll", "quotas")
