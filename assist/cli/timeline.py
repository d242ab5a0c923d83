"""Events → lines that a person reads."""

from rich.text import Text

from assist.events import (
    CallEnded,
    CallStarted,
    Event,
    Evidence,
    Fault,
    NudgeResolved,
    NudgeShown,
    SpeechEnded,
    StageChanged,
    TranscriptFinal,
    WordsEvidence,
)

_COLOURS = {"agent": "cyan", "customer": "magenta", "stage": "blue", "nudge": "bold yellow"}
_COLOURS |= {"praise": "bold green", "done": "green", "notice": "red", "call": "bold"}


def line(event: Event) -> Text | None:
    """Return the line of an event, or None when a person need not see it."""
    match event:
        case CallStarted():
            channels = " and ".join(event.channels)
            return _line(event.at, "call", f"{event.call_id} ({event.language}; {channels})")
        case TranscriptFinal() if event.words:
            text = " ".join(word.text for word in event.words)
            return _line(event.words[0].start, event.channel, text)
        case StageChanged():
            return _line(event.at, "stage", f"{event.stage}{_because(event.evidence)}")
        case NudgeShown():
            kind = "praise" if event.kind == "praise" else "nudge"
            return _line(event.at, kind, f"{event.cue}{_because(event.evidence)} → {event.text}")
        case NudgeResolved() if event.by_agent:
            return _line(event.at, "done", event.id)
        case Fault():
            return _line(event.at, "notice", event.text)
        case CallEnded():
            return _line(event.at, "call", f"ended: {event.reason}")
    return None


def clock(ms: int) -> str:
    """Write a time of the call as minutes and seconds."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"


class Summary:
    """What a call came to, gathered event by event."""

    def __init__(self) -> None:
        self._length = 0
        self._talk = {"agent": 0, "customer": 0}
        self._utterances: set[str] = set()
        self._nudges: dict[str, int] = {}

    def add(self, event: Event) -> None:
        """Take the next event."""
        self._length = event.at
        if isinstance(event, SpeechEnded):
            self._talk[event.channel] += event.end - event.start
        elif isinstance(event, TranscriptFinal):
            self._utterances.add(event.utterance)
        elif isinstance(event, NudgeShown):
            self._nudges[event.cue] = self._nudges.get(event.cue, 0) + 1

    def text(self, seconds: float) -> str:
        """Return the summary in one line.

        Args:
            seconds: that it took.
        """
        talk = ", ".join(f"{who} spoke {clock(ms)}" for who, ms in self._talk.items() if ms)
        nudges = ", ".join(f"{cue} {count}" for cue, count in sorted(self._nudges.items()))
        speed = self._length / 1000 / max(seconds, 0.001)
        return (
            f"{clock(self._length)} of call in {seconds:.1f} s ({speed:.0f} x real time);"
            f" {talk or 'nobody spoke'}; {len(self._utterances)} utterances;"
            f" {sum(self._nudges.values())} nudges{f' ({nudges})' if nudges else ''}."
        )


def _line(at: int, who: str, text: str) -> Text:
    return Text.assemble(f"{clock(at):>6}  ", (f"{who:<9}", _COLOURS.get(who, "")), text)


def _because(evidence: tuple[Evidence, ...]) -> str:
    return "".join(f" {_proof(item)}" for item in evidence[:1])


def _proof(item: Evidence) -> str:
    if isinstance(item, WordsEvidence):
        return f"{clock(item.start)} {item.channel}: '{item.text}'"
    return f"{item.name} {item.value:g} (from {item.threshold:g})"
