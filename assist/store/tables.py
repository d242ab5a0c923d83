"""Every table of the store, for both databases; times are milliseconds since 1970 in UTC."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
METADATA = MetaData(naming_convention=NAMES)
NUMBERED = BigInteger().with_variant(Integer, "sqlite")
"""A key that counts up; SQLite knows only its own kind."""


def _call() -> Column[str]:
    return Column("call_id", String, ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)


CALLS = Table(
    "calls",
    METADATA,
    Column("id", String, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("owner", String, nullable=False),
    Column("committed_agent", BigInteger, nullable=False),
    Column("committed_customer", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("team", String, nullable=False),
    Column("agent", String, nullable=False),
    Column("language", String, nullable=False),
    Column("source", String, nullable=False),
    Column("playbook", String, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("end_reason", String, nullable=False),
    Column("keeps_words", Boolean, nullable=False),
    Column("legal_hold", Boolean, nullable=False),
    Index(None, "started_at", "id"),
    Index(None, "agent"),
)
"""The only row that changes while a call runs."""

PARTICIPANTS = Table(
    "participants",
    METADATA,
    _call(),
    Column("channel", String, primary_key=True),
    Column("pseudonym", String, nullable=False),
    Column("reference_digest", String, nullable=False, index=True),
    Column("reference", LargeBinary, nullable=False),
)
"""Who spoke, as the operator's own system names them: encrypted; never a name."""

EVENTS = Table(
    "events",
    METADATA,
    _call(),
    Column("first_seq", BigInteger, primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""The record: a row a commit and call, its body the lines of the log."""

UTTERANCES = Table(
    "utterances",
    METADATA,
    # A key of its own, for an implicit one would change with VACUUM and break the full text.
    Column("id", NUMBERED, primary_key=True),
    Column("call_id", String, ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    Column("utterance", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("words", LargeBinary, nullable=False),
    UniqueConstraint("call_id", "utterance"),
)

CUES = Table(
    "cues",
    METADATA,
    _call(),
    Column("id", String, primary_key=True),
    Column("cue", String, nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("playbook", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("evidence", LargeBinary, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String, nullable=False),
)
"""Evidence points into the utterances; it holds no word."""

NUDGES = Table(
    "nudges",
    METADATA,
    _call(),
    Column("id", String, primary_key=True),
    Column("cue", String, nullable=False),
    Column("cue_id", String, nullable=False),
    Column("variant", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("playbook", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("outcome", String, nullable=False, index=True),
    Column("outcome_at", BigInteger, nullable=False),
)

STAGES = Table(
    "stages",
    METADATA,
    _call(),
    Column("seq", BigInteger, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("stage", String, nullable=False, index=True),
    Column("rule", String, nullable=False),
)

FEEDBACK = Table(
    "feedback",
    METADATA,
    _call(),
    Column("nudge_id", String, primary_key=True),
    Column("author", String, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("seq", BigInteger),
)
"""What somebody made of a nudge; with `seq` it stands in the log, too."""

NOTES = Table(
    "notes",
    METADATA,
    Column("id", String, primary_key=True),
    Column("call_id", String, ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    Column("author", String, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Column("seq", BigInteger),
    Index(None, "call_id"),
)

VERDICTS = Table(
    "verdicts",
    METADATA,
    _call(),
    Column("cue_id", String, primary_key=True),
    Column("author", String, primary_key=True),
    Column("verdict", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""What a reviewer made of a cue."""

CARDS = Table(
    "cards",
    METADATA,
    _call(),
    Column("author", String, primary_key=True),
    Column("cause", String, nullable=False),
    Column("request", String, nullable=False),
    Column("sort", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""What somebody says after the call that it was about; codes alone, never words."""

ASSIGNMENTS = Table(
    "assignments",
    METADATA,
    _call(),
    Column("reviewer", String, primary_key=True, index=True),
    Column("actor", String, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Which calls a reviewer may read, and who said so."""

CONSENTS = Table(
    "consents",
    METADATA,
    Column("call_id", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("purpose", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("basis", String, nullable=False),
    Column("evidence", String, nullable=False),
)
"""They outlive their call: they prove what was agreed."""

AUDIO_SPANS = Table(
    "audio_spans",
    METADATA,
    _call(),
    Column("start", BigInteger, primary_key=True),
    Column("end", BigInteger, nullable=False),
    Column("layout", String, nullable=False),
    Column("location", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("key_id", String, nullable=False),
)
"""Where recorded sound lies, beneath the data directory."""

SOUND_KEYS = Table(
    "sound_keys",
    METADATA,
    _call(),
    Column("master", String, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)
"""The key of a call's recordings, wrapped by a master key; without it they are noise."""

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", NUMBERED, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("actor", String, nullable=False),
    Column("role", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object", String, nullable=False),
    Column("detail", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("digest", String, nullable=False),
)
"""Who did what, ids only; each row holds the digest of the one before."""

ERASED = Table("erased", METADATA, Column("digest", String, primary_key=True))
"""Digests of the ids of calls that were erased, so that none of them comes back."""

MARKS = Table(
    "marks",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
"""Small facts about the store itself."""
