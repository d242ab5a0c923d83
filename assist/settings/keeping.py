"""What the operator may set about what is kept, where, for how long, and with whose consent."""

from pathlib import Path
from typing import Annotated

import msgspec
from platformdirs import user_data_path

from assist.core.consent import Consents, Purpose, initial
from assist.store.limits import DAY, SECOND, Limits

Days = Annotated[float, msgspec.Meta(ge=0)]


class Store(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where calls are stored."""

    url: str = ""
    """`sqlite:///FILE` or `postgresql://USER@HOST/NAME`; empty = a file in the data directory."""
    commit_ms: Annotated[int, msgspec.Meta(ge=20, le=250)] = 100
    """How often what has happened is stored."""


class Retention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long what is kept."""

    words_after_call_seconds: Annotated[float, msgspec.Meta(ge=0)] = 300.0
    """Words of calls that none may keep, from the end of the call."""
    words_days: Days = 30.0
    """Words, once `consent` states a basis for keeping them."""
    recordings_days: Days = 14.0
    """Recordings, where any are made."""
    cues_days: Days = 90.0
    """Calls with their cues and nudges, without words."""
    consents_days: Days = 1095.0
    """What proves that somebody consented; it outlives the call."""
    audit_days: Days = 365.0
    """Who did what, without words."""
    every_minutes: Annotated[float, msgspec.Meta(gt=0)] = 5.0
    """How often the service looks for what is too old."""


class Consent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why words may be heard and kept; without a basis they live only as long as their call."""

    basis: str = ""
    """The operator's reason, in a word or two: `contract`, `works agreement` …"""
    announced: tuple[Purpose, ...] = ()
    """What an announcement before each call tells both sides of."""


def data_directory(data: str) -> Path:
    """Return where everything is kept: as the settings say, or the user's own directory."""
    return Path(data).expanduser() if data else user_data_path("call-assist", appauthor=False)


def limits(retention: Retention, consent: Consent) -> Limits:
    """Return the ages as the store counts them."""
    return Limits(
        basis=bool(consent.basis),
        unkept=round(retention.words_after_call_seconds * SECOND),
        words=round(retention.words_days * DAY),
        cues=round(retention.cues_days * DAY),
        recordings=round(retention.recordings_days * DAY),
        consents=round(retention.consents_days * DAY),
        audit=round(retention.audit_days * DAY),
    )


def first_consents(consent: Consent) -> Consents:
    """Return the consents with which each call begins."""
    return initial(consent.announced if consent.basis else None)
