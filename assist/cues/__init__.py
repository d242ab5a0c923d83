"""The table of cues: every cue the system knows, in one place. How to add one: docs/cues.md."""

from assist.core.detector import CueSpec
from assist.cues.alternative import AlternativeOffered
from assist.cues.interruption import Interruption
from assist.cues.off_track import OffTrack
from assist.cues.refusal import Refusal
from assist.cues.silence import LongSilence
from assist.cues.venting import Venting

TABLE: tuple[CueSpec, ...] = (
    CueSpec(
        id="venting",
        kind="state",
        stages=("venting",),
        who="customer",
        priority=2,
        cooldown_ms=90_000,
        ttl_ms=8000,
        tolerance_ms=5000,
        group="listening",
        per_call=1,
        detector=Venting,
    ),
    CueSpec(
        id="agent_interrupted",
        kind="nudge",
        stages=("venting",),
        who="agent",
        priority=1,
        priority_elsewhere=3,
        cooldown_ms=20_000,
        ttl_ms=5000,
        tolerance_ms=3000,
        group="listening",
        moment="now",
        needs_words=False,
        needs_both=True,
        detector=Interruption,
    ),
    CueSpec(
        id="off_track",
        kind="nudge",
        stages=("problem_solving",),
        who="customer",
        priority=3,
        cooldown_ms=60_000,
        ttl_ms=10_000,
        tolerance_ms=8000,
        moment="breath",
        floor_free_ms=1200,
        detector=OffTrack,
    ),
    CueSpec(
        id="refusal_spoken",
        kind="nudge",
        stages=(),
        who="agent",
        priority=2,
        cooldown_ms=30_000,
        ttl_ms=6000,
        tolerance_ms=6000,
        group="no_chain",
        detector=Refusal,
    ),
    CueSpec(
        id="long_silence",
        kind="nudge",
        stages=(),
        who="agent",
        priority=3,
        cooldown_ms=30_000,
        ttl_ms=5000,
        tolerance_ms=3000,
        needs_words=False,
        needs_both=True,
        detector=LongSilence,
    ),
    CueSpec(
        id="alternative_offered",
        kind="praise",
        stages=("problem_solving", "agreement"),
        who="agent",
        priority=4,
        cooldown_ms=90_000,
        ttl_ms=3000,
        tolerance_ms=3000,
        detector=AlternativeOffered,
    ),
)
"""What the columns mean, and why these numbers: docs/cues.md."""
