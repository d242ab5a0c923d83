"""The fold of all events of a call: all that detectors may know."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from assist.core.clauses import Clause, clauses
from assist.core.floor import Floor
from assist.core.lexicon import Lexicon
from assist.core.phrases import fold
from assist.events import (
    CHANNELS,
    CallEnded,
    CallStarted,
    CallUpdated,
    Channel,
    CueCleared,
    CueDetected,
    Event,
    Fault,
    HoldEnded,
    HoldStarted,
    Stage,
    StageChanged,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)

KEPT_WORDS = 600
"""Words kept of each channel: more than any window of a cue looks back."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A confirmed word of a channel, ready for comparison."""

    folded: str
    word: Word
    utterance: str
    at: int
    """Call clock when it became stable."""


@dataclass(slots=True)
class Utterance:
    """Words of one channel without a long pause, as far as they are stable."""

    channel: Channel
    words: tuple[Word, ...] = ()
    final: bool = False
    open_from: int = 0
    """Index of the first word that no closed clause holds."""


@dataclass(slots=True)
class Spoken:
    """The words of one channel."""

    heard: deque[Heard] = field(default_factory=lambda: deque(maxlen=KEPT_WORDS))
    tail: tuple[Word, ...] = ()
    """Unstable words at the end of the open utterance."""
    clauses: deque[Clause] = field(default_factory=lambda: deque(maxlen=200))
    open_clause: Clause | None = None


class Conversation:
    """What has happened so far, on the call clock. Only `apply` changes it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.now = 0
        self.language = lexicon.playbook.language
        self.has_words = True
        self.issue: tuple[str, ...] = ()
        self.floor = Floor(self.only_listening)
        self.sides: dict[Channel, Spoken] = {name: Spoken() for name in CHANNELS}
        self.both_channels = True
        """False when one side is not heard: cues of turn-taking are off."""
        self.stage: Stage | None = None
        self.stage_since = 0
        self.on_hold = False
        self.behind = 0
        self.late = 0
        self.ended = False
        self.active: dict[str, CueDetected] = {}
        """Cues that hold at present, by cue."""
        self.closed: tuple[Clause, ...] = ()
        """Clauses that this very event closed."""
        self.dropped: tuple[Clause, ...] = ()
        """Clauses that this very event took back: the recogniser changed its mind."""
        self.speaker: Channel | None = None
        """Whose words this very event brought."""
        self.new_words: tuple[Heard, ...] = ()
        """Words that this very event confirmed."""
        self._utterances: dict[str, Utterance] = {}
        self._folds: dict[type[Event], Callable[[Any], None]] = {
            TranscriptPartial: self._hear,
            TranscriptFinal: self._hear,
            Tick: self._tick,
            CallStarted: self._start,
            CallUpdated: self._update,
            CallEnded: self._end,
            StageChanged: self._move,
            HoldStarted: self._hold,
            HoldEnded: self._hold,
            CueDetected: self._notice,
            CueCleared: self._notice,
            Fault: self._lack,
        }

    def apply(self, event: Event) -> None:
        """Fold one event."""
        self.now = event.at
        self.closed = self.dropped = ()
        self.new_words = ()
        self.speaker = None
        self.floor.apply(event, event.at)
        fold_in = self._folds.get(type(event))
        if fold_in is not None:
            fold_in(event)

    def words_since(self, channel: Channel, start: int, *, unstable: bool = False) -> list[str]:
        """Return the folded words of a channel that began at or after `start`, oldest first.

        Args:
            channel: whose words.
            start: milliseconds of spoken time.
            unstable: also take the tail that may still change.
        """
        side = self.sides[channel]
        found: list[str] = []
        for heard in reversed(side.heard):
            if heard.word.start < start:
                break
            if heard.folded:
                found.append(heard.folded)
        found.reverse()
        if unstable:
            found += [f for w in side.tail if w.start >= start and (f := fold(w.text))]
        return found

    def heard_since(self, channel: Channel, start: int) -> list[Heard]:
        """Return the confirmed words of a channel that ended after `start`, oldest first."""
        found: list[Heard] = []
        for heard in reversed(self.sides[channel].heard):
            if heard.word.end <= start:
                break
            found.append(heard)
        found.reverse()
        return found

    def clauses_since(self, channel: Channel, start: int) -> list[Clause]:
        """Return the closed clauses of a channel that ended after `start`, oldest first."""
        found: list[Clause] = []
        for clause in reversed(self.sides[channel].clauses):
            if clause.end <= start:
                break
            found.append(clause)
        found.reverse()
        return found

    def only_listening(self, channel: Channel, since: int) -> bool:
        """Tell whether all words of the channel since a moment are backchannels ("mhm", "genau").

        Without words it is not known, so the answer is no.
        """
        words = self.words_since(channel, since - 150, unstable=True)
        return bool(words) and self.lexicon["backchannel"].covers(words)

    def substantive(self, channel: Channel) -> bool:
        """Tell whether the channel's present turn is more than listening: 6 words or 4000 ms."""
        length = self.floor.turn_length(channel)
        turn = self.floor.sides[channel].turn
        if not length or turn is None:
            return False
        words = self.words_since(channel, turn.start - 150)
        if words and self.lexicon["backchannel"].covers(words):
            return False
        return length >= 4000 or len(words) >= 6

    def _start(self, event: CallStarted) -> None:
        self.has_words, self.issue = event.words, event.issue
        self.both_channels = len(event.channels) > 1

    def _update(self, event: CallUpdated) -> None:
        self.issue = event.issue or self.issue

    def _end(self, event: CallEnded) -> None:
        self.ended = True

    def _tick(self, event: Tick) -> None:
        self.late, self.behind = event.late, event.behind

    def _move(self, event: StageChanged) -> None:
        self.stage, self.stage_since = event.stage, event.at

    def _hold(self, event: HoldStarted | HoldEnded) -> None:
        self.on_hold = isinstance(event, HoldStarted)

    def _lack(self, event: Fault) -> None:
        if event.code == "recogniser_failed":
            self.has_words = False

    def _notice(self, event: CueDetected | CueCleared) -> None:
        if isinstance(event, CueDetected):
            self.active[event.cue] = event
        elif event.cue in self.active and self.active[event.cue].id == event.id:
            del self.active[event.cue]

    def _hear(self, event: TranscriptPartial | TranscriptFinal) -> None:
        final = isinstance(event, TranscriptFinal)
        self.speaker = event.channel
        side = self.sides[event.channel]
        side.tail = event.tail if isinstance(event, TranscriptPartial) else ()
        known = self._utterances.setdefault(event.utterance, Utterance(event.channel))
        same = _common(known.words, event.words)
        if same < len(known.words):
            self._take_back(side, event.utterance, known, same)
        self.new_words = tuple(
            Heard(fold(word.text), word, event.utterance, event.at) for word in event.words[same:]
        )
        side.heard.extend(self.new_words)
        known.words, known.final = event.words, final
        self._cut(side, event.utterance, known)
        if len(self._utterances) > 40:
            self._utterances.pop(next(iter(self._utterances)))

    def _cut(self, side: Spoken, utterance: str, known: Utterance) -> None:
        """Close the clauses that are complete now."""
        found = list(
            clauses(
                known.channel,
                utterance,
                known.words,
                final=known.final,
                breaks=self.lexicon["clause_break"],
                first=known.open_from,
            )
        )
        self.closed = tuple(clause for clause in found if clause.closed)
        side.clauses.extend(self.closed)
        if self.closed:
            last = self.closed[-1]
            known.open_from = last.first + len(last.spoken)
        side.open_clause = found[-1] if found and not found[-1].closed else None

    def _take_back(self, side: Spoken, utterance: str, known: Utterance, same: int) -> None:
        """Forget the words from index `same` on, and the clauses that held them."""
        for _ in range(len(known.words) - same):
            for i in range(len(side.heard) - 1, -1, -1):
                if side.heard[i].utterance == utterance:
                    del side.heard[i]
                    break
        gone = [
            clause
            for clause in side.clauses
            if clause.utterance == utterance and clause.first + len(clause.spoken) > same
        ]
        for clause in gone:
            side.clauses.remove(clause)
        if gone:
            known.open_from = gone[0].first
        self.dropped = tuple(gone)


def _common(old: tuple[Word, ...], new: tuple[Word, ...]) -> int:
    """Return how many words at the beginning say the same; times may have moved a little."""
    count = 0
    for a, b in zip(old, new, strict=False):
        if a is not b and a.text != b.text:
            break
        count += 1
    return count
