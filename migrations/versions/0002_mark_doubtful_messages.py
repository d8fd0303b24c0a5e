"""Messages that may have left are marked; a report that knows no message remembers a tag of its phone."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("doubtful", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("early_report", sa.Column("phone_tag", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("early_report", "phone_tag")
    op.drop_column("outbox", "doubtful")
