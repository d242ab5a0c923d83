"""Figures for Prometheus, at `/metrics`: no label ever names a call, a person or a word."""

import time
from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assist import __version__
from assist.events import (
    AudioGap,
    CallEnded,
    CallStarted,
    CueDetected,
    CueSuppressed,
    Event,
    Fault,
    NudgeDismissed,
    NudgeExpired,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    TranscriptFinal,
    WordsEvidence,
)
from assist.server.hub import Message

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_DELAYS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
_QUICK = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
_OUTCOMES: Mapping[type[Event], str] = {
    NudgeResolved: "resolved",
    NudgeExpired: "expired",
    NudgeDismissed: "dismissed",
    NudgeSuperseded: "superseded",
}


class Metrics:
    """Count what happens; on the event loop."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()

        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(f"assist_{name}", told, labels, registry=registry)

        def histogram(
            name: str, told: str, *labels: str, buckets: tuple[float, ...] = _DELAYS
        ) -> Histogram:
            return Histogram(f"assist_{name}", told, labels, buckets=buckets, registry=registry)

        self._calls = counter("calls_total", "Calls that began.", "source")
        self._ended = counter("calls_ended_total", "Calls that ended.", "reason")
        self._finals = histogram(
            "speech_end_to_final_seconds", "From the last word to its final.", "language"
        )
        self._cues = counter("cues_total", "Cues detected.", "cue")
        self._suppressed = counter("cues_suppressed_total", "Cues not shown.", "reason")
        self._words = histogram("word_to_cue_seconds", "From the last word to its cue.", "cue")
        self._nudges = counter("nudges_total", "What became of nudges.", "outcome")
        self._gaps = counter("audio_gap_seconds_total", "Sound that never came.", "reason")
        self._faults = counter("faults_total", "Faults told.", "code")
        self.delivery = histogram(
            "nudge_delivery_seconds", "From deciding to sending a nudge.", buckets=_QUICK
        )
        self.loop_lag = histogram(
            "loop_lag_seconds", "How late the event loop wakes up.", buckets=_QUICK
        )
        self.evicted = counter("clients_evicted_total", "Clients that read too slowly.", "kind")
        self.auth_failures = counter("auth_failures_total", "Who was not let in.", "kind")
        self._languages: dict[str, str] = {}
        """Of the open calls."""
        info = Gauge("assist_build_info", "The version.", ["version"], registry=registry)
        info.labels(__version__).set(1)

    def observe_sent(self, message: Message) -> None:
        """Take note of what was sent to an agent's page."""
        if message.nudge_at is not None:
            self.delivery.observe(time.monotonic() - message.nudge_at)

    def gauge(self, name: str, told: str, read: Callable[[], float]) -> None:
        """Add a figure that is read when somebody asks for it."""
        Gauge(f"assist_{name}", told, registry=self._registry).set_function(read)

    def text(self) -> bytes:
        """Return all figures in the format of Prometheus."""
        return generate_latest(self._registry)

    def observe(self, event: Event) -> None:
        """Count an event."""
        if type(event) in _OUTCOMES:
            self._nudges.labels(_OUTCOMES[type(event)]).inc()
            return
        match event:
            case CallStarted():
                self._languages[event.call_id] = event.language
                self._calls.labels(event.source or "unknown").inc()
            case CallEnded():
                self._languages.pop(event.call_id, None)
                self._ended.labels(_word(event.reason)).inc()
            case TranscriptFinal():
                self._observe_final(event)
            case CueDetected():
                self._observe_cue(event)
            case CueSuppressed():
                self._suppressed.labels(event.reason).inc()
            case NudgeShown():
                self._nudges.labels("shown").inc()
            case AudioGap():
                self._gaps.labels(_word(event.reason)).inc((event.end - event.start) / 1000)
            case Fault() if event.active:
                self._faults.labels(_word(event.code)).inc()

    def _observe_final(self, event: TranscriptFinal) -> None:
        if event.words and event.revision:
            delay = (event.at - event.words[-1].end) / 1000
            language = self._languages.get(event.call_id, "unknown")
            self._finals.labels(language).observe(max(0.0, delay))

    def _observe_cue(self, event: CueDetected) -> None:
        self._cues.labels(event.cue).inc()
        ends = [one.end for one in event.evidence if isinstance(one, WordsEvidence)]
        if ends:
            self._words.labels(event.cue).observe(max(0, event.at - max(ends)) / 1000)


KNOWN_WORDS = 64
_words: set[str] = set()


def _word(text: str) -> str:
    """Return a label of a bounded kind: sources may send whatever reason they like."""
    word = "".join(one if one.isalnum() else "_" for one in text.lower())[:32] or "none"
    if word not in _words and len(_words) >= KNOWN_WORDS:
        return "other"
    _words.add(word)
    return word
