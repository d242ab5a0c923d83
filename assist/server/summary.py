"""One line of the supervisor's table: what a call's events come to; pure.

Facts about the call, never a verdict on a person: there is no score, and nothing to rank by.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from assist.core.acts import hide
from assist.core.lexicon import Lexicon
from assist.core.phrases import Span, fold
from assist.events import (
    CHANNELS,
    CallEnded,
    CallPaused,
    CallResumed,
    CallStarted,
    CallUpdated,
    Channel,
    CueCleared,
    CueDetected,
    Event,
    Fault,
    HoldEnded,
    HoldStarted,
    NudgeDismissed,
    NudgeExpired,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    Sign,
    SpeechEnded,
    SpeechStarted,
    Stage,
    StageChanged,
    Tick,
    TranscriptFinal,
    Word,
    WordsEvidence,
)

Outcome = Literal["open", "done", "over", "expired", "dismissed", "superseded"]
"""What became of a nudge; `done` = the agent did it, `over` = it was no longer needed."""
Trend = Literal["rising", "steady", "falling"]

BUCKET_MS, BUCKETS = 30_000, 10
"""Complaint words are counted in pieces of so many milliseconds; the newest so many are shown."""
RECENT_MS = 60_000
"""The trend compares the last so many milliseconds with as many before."""
CHANGE = 2
"""So many words more, or fewer, are a change."""
FAULTS = 8
"""So much trouble of one call is shown at a time."""
ESCALATION, RISE = "customer_escalates", ".RISE"
"""The cue whose words stand in the table, and its rule that quotes no threat."""
LONGEST = 48
"""Characters of such words."""
SETS = ("complaint", "strong")
"""Phrases of a playbook that count as complaint words."""


class LastNudge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The nudge that was shown last."""

    id: str
    text: str
    sign: Sign
    outcome: Outcome


class Trouble(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault that lasts."""

    code: str
    text: str


class Escalation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words of the customer that threaten, such as to cancel; the newest."""

    text: str
    at: int
    """When they were said."""


class CallSummary(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a supervisor sees of a call at a glance."""

    call_id: str
    team: str
    agent: str
    language: str
    at: int
    """Call clock in milliseconds."""
    stage: Stage | None
    stage_since: int
    complaints: Annotated[tuple[int, ...], msgspec.Meta(max_length=BUCKETS)]
    """The customer's complaint words in each 30 s, the newest last."""
    trend: Trend
    """The last minute beside the minute before."""
    talk_agent: int
    """Milliseconds of speech."""
    talk_customer: int
    silence: int
    """For how many milliseconds nobody has spoken; 0 while somebody does, and on hold."""
    hold: int | None
    """Since when the customer has been on hold."""
    escalation: Escalation | None
    nudge: LastNudge | None
    faults: tuple[Trouble, ...]
    paused: bool
    ended: bool
    words: bool
    """False where only the timing is heard."""
    behind: int
    """How late words and sound come, in milliseconds."""


class Calls(msgspec.Struct, frozen=True, kw_only=True, tag="calls"):
    """All live calls of the supervisor's teams, the oldest first: the first message."""

    calls: tuple[CallSummary, ...]


class CallChanged(msgspec.Struct, frozen=True, kw_only=True, tag="call"):
    """A call is new, or its line changed."""

    call: CallSummary


class Gone(msgspec.Struct, frozen=True, kw_only=True, tag="gone"):
    """A call's line leaves the table."""

    call_id: str


Told = Calls | CallChanged | Gone
"""What the table is told."""

_BAD = frozenset({"timing_only", "recogniser_failed", "model_failed"})
"""Faults that leave a call without words."""
_AT_ONCE = (
    CallStarted,
    CallPaused,
    CallResumed,
    CallEnded,
    Fault,
    StageChanged,
    NudgeShown,
    NudgeResolved,
    NudgeExpired,
    NudgeDismissed,
    NudgeSuperseded,
    HoldStarted,
    HoldEnded,
)


def at_once(event: Event) -> bool:
    """Tell whether a supervisor should see the event without delay."""
    threat = isinstance(event, CueDetected) and event.cue == ESCALATION
    return threat or isinstance(event, _AT_ONCE)


def complaint_times(words: Sequence[Word], lexicon: Lexicon) -> tuple[int, ...]:
    """Return when each complaint word, or phrase, of an utterance ended."""
    folded = [fold(word.text) for word in words]
    spans: list[Span] = []
    for name in SETS:
        left = hide(folded, lexicon.guard(name).spans(folded))
        spans += lexicon[name].spans(left)
    return tuple(words[span.end - 1].end for span in _apart(spans))


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Return the spans without those that overlap an earlier one: said once, counted once."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


class Summing:
    """The line of one call, kept up to date event by event; what it holds is bounded.

    Args:
        call_id: of this call.
        agent: whose it is, where that is known.
        team: whose supervisors see it.
        lexicons: the words of each language; none = complaint words are not counted.
    """

    def __init__(
        self,
        call_id: str,
        *,
        agent: str = "",
        team: str = "",
        lexicons: Mapping[str, Lexicon] | None = None,
    ) -> None:
        self._id, self._agent, self._team = call_id, agent, team
        self._lexicons = lexicons or {}
        self._language = ""
        self._at = 0
        self._stage: Stage | None = None
        self._stage_since = 0
        self._complaints: dict[str, tuple[int, ...]] = {}
        """When complaint words ended, by utterance: a second opinion replaces the first."""
        self._spoken: dict[Channel, int] = dict.fromkeys(CHANNELS, 0)
        self._speaking: dict[Channel, int] = {}
        self._silent: int | None = None
        """Since when nobody has spoken; none before the first word."""
        self._hold: int | None = None
        self._escalation: tuple[str, Escalation] | None = None
        """The occurrence of the cue, and its words."""
        self._nudge: LastNudge | None = None
        self._faults: dict[str, str] = {}
        self._paused = self._ended = False
        self._words = True
        self._behind = 0

    def apply(self, event: Event) -> None:
        """Take the next event of the call."""
        self._at = max(self._at, event.at)
        match event:
            case CallStarted() | CallUpdated():
                self._know(event)
            case CallPaused() | CallResumed() | CallEnded():
                self._paused = isinstance(event, CallPaused)
                self._ended = isinstance(event, CallEnded)
            case Tick():
                self._behind = event.behind
            case SpeechStarted() | SpeechEnded():
                self._measure(event)
            case HoldStarted() | HoldEnded():
                self._hold = event.start if isinstance(event, HoldStarted) else None
            case TranscriptFinal(channel="customer"):
                self._listen(event)
            case CueDetected() | CueCleared():
                self._escalate(event)
            case StageChanged():
                self._stage, self._stage_since = event.stage, event.at
            case Fault():
                self._trouble(event)
            case _:
                self._advise(event)

    def summary(self) -> CallSummary:
        """Return the line as it stands."""
        return CallSummary(
            call_id=self._id,
            team=self._team,
            agent=self._agent,
            language=self._language,
            at=self._at,
            stage=self._stage,
            stage_since=self._stage_since,
            complaints=self._buckets(),
            trend=self._trend(),
            talk_agent=self._talk("agent"),
            talk_customer=self._talk("customer"),
            silence=self._silence(),
            hold=self._hold,
            escalation=self._escalation[1] if self._escalation else None,
            nudge=self._nudge,
            faults=tuple(Trouble(code=code, text=text) for code, text in self._faults.items()),
            paused=self._paused,
            ended=self._ended,
            words=self._words and _BAD.isdisjoint(self._faults),
            behind=self._behind,
        )

    def _know(self, event: CallStarted | CallUpdated) -> None:
        self._language = event.language or self._language
        self._agent = event.agent or self._agent
        if isinstance(event, CallStarted):
            self._words = event.words

    def _measure(self, event: SpeechStarted | SpeechEnded) -> None:
        if isinstance(event, SpeechStarted):
            self._speaking[event.channel] = event.start
        else:
            self._speaking.pop(event.channel, None)
            self._spoken[event.channel] += event.end - event.start
            self._silent = max(self._silent or 0, event.end)

    def _escalate(self, event: CueDetected | CueCleared) -> None:
        """Keep the words of a threat; those that were never said are taken back."""
        if event.cue != ESCALATION:
            return
        if isinstance(event, CueCleared):
            taken_back = event.reason in ("retracted", "corrected")
            if taken_back and self._escalation and self._escalation[0] == event.id:
                self._escalation = None
            return
        words = next((one for one in event.evidence if isinstance(one, WordsEvidence)), None)
        if words is not None and not event.rule.endswith(RISE):
            cut = words.text if len(words.text) <= LONGEST else words.text[: LONGEST - 1] + "…"
            self._escalation = event.id, Escalation(text=cut, at=words.start)

    def _listen(self, event: TranscriptFinal) -> None:
        """Count the complaint words of an utterance, and forget those that are long past."""
        lexicon = self._lexicons.get(self._language)
        if lexicon is None:
            return
        self._complaints[event.utterance] = complaint_times(event.words, lexicon)
        oldest = self._at - (BUCKETS + 1) * BUCKET_MS
        self._complaints = {
            utterance: times
            for utterance, times in self._complaints.items()
            if times and times[-1] > oldest
        }

    def _trouble(self, fault: Fault) -> None:
        self._faults.pop(fault.code, None)
        if fault.active:
            self._faults[fault.code] = fault.text
        if len(self._faults) > FAULTS:
            del self._faults[next(iter(self._faults))]

    def _advise(self, event: Event) -> None:
        match event:
            case NudgeShown():
                self._nudge = LastNudge(
                    id=event.id, text=event.text, sign=event.sign, outcome="open"
                )
            case NudgeResolved():
                self._over(event.id, "done" if event.by_agent else "over")
            case NudgeExpired():
                self._over(event.id, "expired")
            case NudgeDismissed():
                self._over(event.id, "dismissed")
            case NudgeSuperseded():
                self._over(event.id, "superseded")
            case _:
                return

    def _over(self, nudge: str, outcome: Outcome) -> None:
        """Note what became of the nudge; the first outcome stands."""
        last = self._nudge
        if last is not None and last.id == nudge and last.outcome == "open":
            self._nudge = msgspec.structs.replace(last, outcome=outcome)

    def _silence(self) -> int:
        quiet = not self._speaking and self._hold is None and not self._ended
        return max(0, self._at - self._silent) if quiet and self._silent is not None else 0

    def _buckets(self) -> tuple[int, ...]:
        newest = self._at // BUCKET_MS
        first = max(0, newest - BUCKETS + 1)
        counts = [0] * (newest - first + 1)
        for times in self._complaints.values():
            for time in times:
                if first <= time // BUCKET_MS <= newest:
                    counts[time // BUCKET_MS - first] += 1
        return tuple(counts)

    def _trend(self) -> Trend:
        more = self._said(self._at - RECENT_MS, self._at + 1)
        more -= self._said(self._at - 2 * RECENT_MS, self._at - RECENT_MS)
        return "rising" if more >= CHANGE else "falling" if more <= -CHANGE else "steady"

    def _said(self, start: int, end: int) -> int:
        return sum(start <= t < end for times in self._complaints.values() for t in times)

    def _talk(self, channel: Channel) -> int:
        since = self._speaking.get(channel)
        return self._spoken[channel] + (0 if since is None else max(0, self._at - since))
