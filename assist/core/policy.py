"""Cues → nudges: what deserves the agent's glance, and when.

One nudge at a time, spaced, within a budget, at a breakpoint of the talk; every cue that is not
shown leaves a reason. The numbers are the start values of docs/cues.md.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assist.core.detector import CueSpec, Scene, Table
from assist.core.sieve import is_sound
from assist.core.wording import reason_line, text_of, variant_of
from assist.events import (
    CallEnded,
    CallSettings,
    CallStarted,
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    Fault,
    NudgeDismissed,
    NudgeExpired,
    NudgeFeedback,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    StageChanged,
    SuppressReason,
)

SPACING = 12_000
PREEMPT_AFTER = 4000
QUIET_AFTER_URGENT = 8000
BUDGET = ((60_000, 3), (600_000, 8))
"""At most so many nudges (praise not counted) in such a stretch of time."""
PRAISE_SPACING = 90_000
PRAISE_LEVEL = 3
"""Who wants less help than this wants no praise either."""
CONFIDENCE, CONFIDENCE_URGENT = 0.75, 0.8
PAUSE_OF_AGENT = 300
"""Silence of the agent that counts as a breakpoint."""
BREATH = 250
"""Silence of the customer that counts as a breath."""
WORDS_BEHIND, SOUND_LATE = 3000, 3000
"""Beyond the first only timing cues are shown, beyond the second nothing."""
GROUPS: dict[str, tuple[str, ...]] = {
    "listening": ("agent_interrupted", "silent_listener", "venting"),
    "empathy_gap": ("solution_before_feelings", "empathy_missing"),
    "conflict": ("customer_told_wrong", "defensive_reply", "sceptical_reply", "argue_loop"),
    "no_chain": ("early_no", "refusal_spoken", "alternative_missing", "why_missing"),
    "evidence_before_fix": ("mirror_missing", "no_clarifying_question", "goal_unasked"),
    "close": ("followup_missing", "unhappy_at_close", "steps_unexplained"),
}
"""Of one group only the first may show. Of two groups with equal priority the earlier goes first: a
word against the customer before the "no" in it."""
_GROUP_RANK = {name: rank for rank, name in enumerate(GROUPS)}


_WITHOUT_TIME = (Fault, StageChanged, NudgeShown, CueSuppressed)
"""Messages that follow from others of the same moment: nothing is due because of them."""


@dataclass(slots=True)
class Waiting:
    """A cue that waits for its moment."""

    cue: CueDetected
    spec: CueSpec
    priority: int
    until: int


class Policy:
    """Decide what is shown. Detection knows nothing of it."""

    def __init__(self, table: Table, scene: Scene) -> None:
        self._table = {spec.id: spec for spec in table}
        self._scene = scene
        self._settings = CallSettings()
        self._waiting: list[Waiting] = []
        self._shown: NudgeShown | None = None
        self._shown_at = -SPACING
        self._history: list[int] = []
        self._praised_at = -PRAISE_SPACING
        self._urgent_at = -SPACING
        self._count: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        self._muted: set[str] = set()
        self._cue_of: dict[str, str] = {}
        self._withdrawn: set[str] = set()
        """Ids of cues that the agent took back before they were detected: they never show."""

    @property
    def waits(self) -> bool:
        """Whether a cue waits for its moment."""
        return bool(self._waiting)

    def observe(self, event: Event) -> Iterator[Event]:
        """Look at one event after all detectors did."""
        if isinstance(event, CueSuppressed) and event.reason == "self_corrected":
            self._withdrawn.add(event.id)
        if isinstance(event, _WITHOUT_TIME):
            return
        if isinstance(event, CallEnded):
            yield from self._end()
            return
        if isinstance(event, CueDetected) and self._scene.conversation.ended:
            yield self._suppress(event, "moment")
        elif isinstance(event, CueDetected):
            yield from self._consider(event)
        elif isinstance(event, CueCleared):
            yield from self._clear(event)
        else:
            self._obey(event)
        if self._shown is not None or self._waiting:
            yield from self._advance()

    def _obey(self, event: Event) -> None:
        """Take what the call's settings and the agent say."""
        if isinstance(event, CallStarted):
            self._settings = event.settings
        elif isinstance(event, NudgeDismissed):
            if self._shown is not None and self._shown.id == event.id:
                self._shown = None
        elif isinstance(event, NudgeFeedback) and event.verdict == "not_now":
            self._muted |= {self._cue_of[event.id]} if event.id in self._cue_of else set()

    def _consider(self, cue: CueDetected) -> Iterator[Event]:
        """Put a new cue in the queue, or say why it is not."""
        if cue.id in self._withdrawn:
            return
        spec = self._table[cue.cue]
        priority = self._priority(spec)
        reason = self._refusal(cue, spec, priority)
        if reason is not None:
            yield self._suppress(cue, reason)
            return
        rivals = [w for w in self._waiting if w.spec.group and w.spec.group == spec.group]
        if self._covered(spec, rivals):
            yield self._suppress(cue, "covered")
            return
        for rival in rivals:
            self._waiting.remove(rival)
            yield self._suppress(rival.cue, "covered")
        self._waiting.append(Waiting(cue, spec, priority, cue.at + spec.ttl_ms))

    def _covered(self, spec: CueSpec, rivals: Sequence[Waiting]) -> bool:
        """Tell whether one of its group that counts more waits or is on the screen."""
        order = GROUPS.get(spec.group, ())
        names = [rival.spec.id for rival in rivals]
        if self._shown is not None:
            names.append(self._shown.cue)
        return any(name in order and order.index(name) <= order.index(spec.id) for name in names)

    def _refusal(self, cue: CueDetected, spec: CueSpec, priority: int) -> SuppressReason | None:
        """Return why the cue may not show, whatever the moment."""
        talk, now = self._scene.conversation, cue.at
        advice = talk.lexicon.playbook.advice.get(spec.id)
        praise = spec.kind == "praise"
        if advice is None or spec.id in self._muted or spec.id in self._settings.hidden:
            return "muted"
        if praise and not self._settings.praise:
            return "muted"
        if cue.confidence < (CONFIDENCE_URGENT if priority == 1 else CONFIDENCE):
            return "confidence"
        if talk.late > SOUND_LATE or (talk.behind > WORDS_BEHIND and spec.needs_words):
            return "degraded"
        if (PRAISE_LEVEL if praise else priority) > self._settings.help_level:
            return "help_level"
        if self._count[spec.id] >= spec.per_call:
            return "limit"
        last = self._last.get(spec.id)
        if last is not None and now - last < spec.cooldown_ms * 2 ** (self._count[spec.id] - 1):
            return "cooldown"
        return None

    def _advance(self) -> Iterator[Event]:
        """Let time do its work: expire, change variant, show what waits."""
        now = self._scene.conversation.now
        shown = self._shown
        if shown is not None and now >= shown.expires:
            self._shown = None
            yield NudgeExpired(at=now, id=shown.id)
        elif shown is not None:
            yield from self._next_variant(shown)
        self._waiting.sort(key=_order)
        for waiting in list(self._waiting):
            if not is_sound(waiting.cue, waiting.spec, self._scene.conversation.trust):
                self._waiting.remove(waiting)
                yield self._suppress(waiting.cue, "untrusted")
            elif now >= waiting.until:
                self._waiting.remove(waiting)
                yield self._suppress(waiting.cue, self._blocked(waiting) or "moment")
            elif self._blocked(waiting) is None and self._moment(waiting):
                self._waiting.remove(waiting)
                yield from self._show(waiting)

    def _blocked(self, waiting: Waiting) -> SuppressReason | None:
        """Return which limit stands in the way now."""
        now, spec = self._scene.conversation.now, waiting.spec
        if spec.kind == "praise":
            pending = any(w.priority <= 2 and w.spec.kind != "praise" for w in self._waiting)
            if now - self._praised_at < PRAISE_SPACING or pending or self._shown is not None:
                return "spacing"
            return None
        if waiting.priority == 1:
            return "spacing" if self._shown and now - self._shown_at < PREEMPT_AFTER else None
        if self._shown is not None and self._shown.kind != "praise":
            return "spacing"
        if now - self._shown_at < SPACING or now - self._urgent_at < QUIET_AFTER_URGENT:
            return "spacing"
        for stretch, most in BUDGET:
            if sum(now - at < stretch for at in self._history) >= most:
                return "budget"
        return None

    def _moment(self, waiting: Waiting) -> bool:
        """Tell whether the talk offers the place that this cue wants."""
        spec, talk = waiting.spec, self._scene.conversation
        floor = talk.floor
        if spec.moment == "unheeded":
            unheard = floor.silence("agent") >= talk.now - waiting.cue.start
            return talk.substantive("agent") or (unheard and floor.holder == "customer")
        customer, agent = floor.silence("customer"), floor.silence("agent")
        if spec.moment == "breath":
            return customer >= BREATH and not floor.speaking("agent")
        if spec.moment == "now":
            return True
        return agent >= PAUSE_OF_AGENT or (
            floor.holder == "customer" and not floor.speaking("agent")
        )

    def _show(self, waiting: Waiting) -> Iterator[Event]:
        now, cue, spec = self._scene.conversation.now, waiting.cue, waiting.spec
        variant = "floor_free" if self._floor_is_free(spec) else variant_of(cue.rule)
        nudge = self._nudge(cue, spec, waiting.priority, variant=variant)
        if self._shown is not None:
            yield NudgeSuperseded(at=now, id=self._shown.id, by=nudge.id)
        self._shown, self._shown_at = nudge, now
        self._count[spec.id] += 1
        self._last[spec.id] = now
        self._cue_of[nudge.id] = spec.id
        if spec.kind == "praise":
            self._praised_at = now
            self._shown_at = min(self._shown_at, self._history[-1] if self._history else -SPACING)
        else:
            self._history.append(now)
            if waiting.priority == 1:
                self._urgent_at = now
        yield nudge

    def _nudge(self, cue: CueDetected, spec: CueSpec, priority: int, *, variant: str) -> NudgeShown:
        talk = self._scene.conversation
        book = talk.lexicon.playbook
        text, variant = text_of(cue, book, variant)
        count = self._count[spec.id] + (not variant)
        return NudgeShown(
            at=talk.now,
            id=f"n-{cue.id}-{count}{'-' + variant if variant else ''}",
            cue=spec.id,
            cue_id=cue.id,
            variant=variant,
            kind=spec.kind,
            sign=book.advice[spec.id].sign,
            text=text,
            reason=reason_line(book.advice[spec.id].reason, cue.evidence),
            priority=priority,
            expires=talk.now + spec.ttl_ms,
            rule=cue.rule,
            playbook=cue.playbook,
            evidence=cue.evidence,
        )

    def _next_variant(self, shown: NudgeShown) -> Iterator[Event]:
        """Replace the advice for the breath by the one for a free floor."""
        talk, spec = self._scene.conversation, self._table[shown.cue]
        cue = talk.active.get(shown.cue)
        if cue is not None and not shown.variant and self._floor_is_free(spec):
            nudge = self._nudge(cue, spec, shown.priority, variant="floor_free")
            self._shown = nudge
            self._cue_of[nudge.id] = spec.id
            yield NudgeSuperseded(at=talk.now, id=shown.id, by=nudge.id)
            yield nudge

    def _floor_is_free(self, spec: CueSpec) -> bool:
        """Tell whether nobody has spoken for as long as the cue's second variant wants."""
        floor = self._scene.conversation.floor
        if spec.floor_free_ms is None or floor.speaking("agent"):
            return False
        return floor.silence("customer") >= spec.floor_free_ms

    def _clear(self, event: CueCleared) -> Iterator[Event]:
        self._waiting = [w for w in self._waiting if w.cue.id != event.id]
        shown = self._shown
        if shown is not None and shown.cue_id == event.id and event.reason != "timed_out":
            self._shown = None
            yield NudgeResolved(at=event.at, id=shown.id, by_agent=event.by == "agent")

    def _end(self) -> Iterator[Event]:
        """Leave nothing on the screen after the call."""
        now = self._scene.conversation.now
        for waiting in self._waiting:
            yield self._suppress(waiting.cue, "moment")
        self._waiting = []
        if self._shown is not None:
            yield NudgeExpired(at=now, id=self._shown.id)
            self._shown = None

    def _priority(self, spec: CueSpec) -> int:
        inside = not spec.stages or self._scene.conversation.stage in spec.stages
        later = spec.id in self._settings.later
        if inside or spec.priority_elsewhere is None:
            return spec.priority + later
        return spec.priority_elsewhere + later

    def _suppress(self, cue: CueDetected, reason: SuppressReason) -> CueSuppressed:
        return CueSuppressed(
            at=self._scene.conversation.now, cue=cue.cue, id=cue.id, reason=reason, rule=cue.rule
        )


def _order(waiting: Waiting) -> tuple[int, int, int, int]:
    """Sort by priority, then group, then the freshest, then the one nearest to its end."""
    rank = _GROUP_RANK.get(waiting.spec.group, len(GROUPS))
    return waiting.priority, rank, -waiting.cue.at, waiting.until
