"""How long what is kept; the operator decides."""

from dataclasses import dataclass

SECOND, DAY = 1_000, 24 * 60 * 60 * 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Ages in milliseconds; what is older goes.

    Args:
        basis: whether the operator states why words may be kept beyond their call.
    """

    basis: bool = False
    unkept: int = 300 * SECOND
    """Words of a call that none may keep, from its end; also how long a lost source is awaited."""
    words: int = 30 * DAY
    cues: int = 90 * DAY
    """All but words: cues, nudges, stages, the call itself."""
    recordings: int = 14 * DAY
    consents: int = 1095 * DAY
    audit: int = 365 * DAY
