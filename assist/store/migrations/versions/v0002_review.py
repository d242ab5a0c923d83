"""What is said after a call, and which calls a reviewer may read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "assignments",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_assignments_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "reviewer", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_reviewer"), "assignments", ["reviewer"], unique=False)
    op.create_table(
        "cards",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("sort", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_cards_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "author", name=op.f("pk_cards")),
    )
