"""The first tables, the full text of the utterances, and the chain of the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SQLITE_TEXT = (
    """CREATE VIRTUAL TABLE utterances_text USING fts5(
        folded, content = 'utterances', content_rowid = 'id', tokenize = 'unicode61')""",
    """CREATE TRIGGER utterances_added AFTER INSERT ON utterances BEGIN
        INSERT INTO utterances_text (rowid, folded) VALUES (new.id, new.folded);
    END""",
    """CREATE TRIGGER utterances_gone AFTER DELETE ON utterances BEGIN
        INSERT INTO utterances_text (utterances_text, rowid, folded)
        VALUES ('delete', old.id, old.folded);
    END""",
    """CREATE TRIGGER utterances_changed AFTER UPDATE ON utterances BEGIN
        INSERT INTO utterances_text (utterances_text, rowid, folded)
        VALUES ('delete', old.id, old.folded);
        INSERT INTO utterances_text (rowid, folded) VALUES (new.id, new.folded);
    END""",
)
SQLITE_AUDIT = (
    """CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
        SELECT RAISE(ABORT, 'the audit is append-only');
    END""",
    """CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
    WHEN old.id >= coalesce((SELECT CAST(value AS INTEGER) FROM marks WHERE name = 'audit_from'), 0)
    BEGIN
        SELECT RAISE(ABORT, 'the audit is append-only');
    END""",
)
POSTGRES_TEXT = (
    """ALTER TABLE utterances ADD COLUMN vector tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', folded)) STORED""",
    "CREATE INDEX ix_utterances_vector ON utterances USING gin (vector)",
    # Or rare words would be thought to be common, and looked for row by row.
    "ALTER TABLE utterances ALTER COLUMN vector SET STATISTICS 1000",
)
POSTGRES_AUDIT = (
    """CREATE FUNCTION audit_stays() RETURNS trigger AS $$ BEGIN
        IF TG_OP = 'UPDATE' OR old.id >= coalesce(
            (SELECT CAST(value AS bigint) FROM marks WHERE name = 'audit_from'), 0) THEN
            RAISE EXCEPTION 'the audit is append-only';
        END IF;
        RETURN old;
    END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_stays()""",
)


def upgrade() -> None:
    """Make everything."""
    _tables()
    sqlite = op.get_bind().dialect.name == "sqlite"
    extra = (SQLITE_TEXT, SQLITE_AUDIT) if sqlite else (POSTGRES_TEXT, POSTGRES_AUDIT)
    for statement in (one for group in extra for one in group):
        op.execute(statement)


def _tables() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("committed_agent", sa.BigInteger(), nullable=False),
        sa.Column("committed_customer", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("playbook", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("keeps_words", sa.Boolean(), nullable=False),
        sa.Column("legal_hold", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_agent"), "calls", ["agent"], unique=False)
    op.create_index(op.f("ix_calls_started_at_id"), "calls", ["started_at", "id"], unique=False)
    op.create_table(
        "consents",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "channel", "purpose", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_at"), "consents", ["at"], unique=False)
    op.create_table(
        "erased",
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erased")),
    )
    op.create_table(
        "marks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    op.create_table(
        "audio_spans",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_audio_spans_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "start", name=op.f("pk_audio_spans")),
    )
    op.create_table(
        "cues",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cue", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("playbook", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_cues_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "id", name=op.f("pk_cues")),
    )
    op.create_index(op.f("ix_cues_cue"), "cues", ["cue"], unique=False)
    op.create_table(
        "events",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_events_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "first_seq", name=op.f("pk_events")),
    )
    op.create_table(
        "feedback",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("nudge_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_feedback_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "nudge_id", "author", name=op.f("pk_feedback")),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_notes_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_call_id"), "notes", ["call_id"], unique=False)
    op.create_table(
        "nudges",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("cue", sa.String(), nullable=False),
        sa.Column("cue_id", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("playbook", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("outcome_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_nudges_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "id", name=op.f("pk_nudges")),
    )
    op.create_index(op.f("ix_nudges_outcome"), "nudges", ["outcome"], unique=False)
    op.create_table(
        "participants",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("reference_digest", sa.String(), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_participants_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "channel", name=op.f("pk_participants")),
    )
    op.create_index(
        op.f("ix_participants_reference_digest"), "participants", ["reference_digest"], unique=False
    )
    op.create_table(
        "stages",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_stages_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "seq", name=op.f("pk_stages")),
    )
    op.create_index(op.f("ix_stages_stage"), "stages", ["stage"], unique=False)
    op.create_table(
        "utterances",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("utterance", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_utterances_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_utterances")),
        sa.UniqueConstraint("call_id", "utterance", name=op.f("uq_utterances_call_id_utterance")),
    )
    op.create_table(
        "verdicts",
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("cue_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_verdicts_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", "cue_id", "author", name=op.f("pk_verdicts")),
    )
