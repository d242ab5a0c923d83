"""The fold of all events of a call: all that detectors may know."""

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

from assist.core.acts import Act, Acts, hide
from assist.core.clauses import Clause, clauses
from assist.core.floor import TURN_GAP, Floor, Turn
from assist.core.lexicon import Lexicon
from assist.core.phrases import fold
from assist.core.spoken import Correction, Heard, Spoken, Utterance, common, rewrite, unchanged
from assist.core.trust import Trust
from assist.events import (
    CHANNELS,
    CallEnded,
    CallStarted,
    CallUpdated,
    Channel,
    ClearReason,
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
)
from assist.events import other as other_side
from assist.playbooks.schema import Tag

KEPT_UTTERANCES = 40
"""Utterances of both channels that may still change; what comes for older ones is ignored."""
SUBSTANTIVE_MS, SUBSTANTIVE_WORDS = 4000, 6
"""A turn is more than listening from either of them on."""
WORD_GAP = 150
"""Between two words lie so many milliseconds or less that belong to neither."""


class Conversation:
    """What has happened so far, on the call clock. Only `apply` changes it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._acts = Acts(lexicon)
        self.now = 0
        self.language = lexicon.playbook.language
        self.has_words = True
        self.issue: tuple[str, ...] = ()
        self.floor = Floor(self.only_listening)
        self.sides: dict[Channel, Spoken] = {name: Spoken() for name in CHANNELS}
        self.both_channels = True
        """False when one side is not heard: cues of turn-taking are off."""
        self.trust = Trust()
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
        self.fallen: tuple[Heard, ...] = ()
        """Words that this very event took back."""
        self.correction: Correction | None = None
        """What this very event says otherwise of an utterance that was final: nobody said it now,
        so that `speaker`, `new_words` and `closed` know nothing of it."""
        self.corrections = 0
        """Utterances that were corrected after their final."""
        self.cues_corrected = 0
        """Cues that fell by it."""
        self._utterances: dict[str, Utterance] = {}
        """In the order in which they were first heard."""
        self._forgotten: set[str] = set()
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
        self.new_words = self.fallen = ()
        self.speaker = self.correction = None
        self.floor.apply(event, event.at)
        fold_in = self._folds.get(type(event))
        if fold_in is not None:
            fold_in(event)

    @property
    def revised(self) -> Channel | None:
        """Whose words this very event changed, taking some back or correcting them late."""
        if self.correction is not None:
            return self.correction.channel
        return self.speaker if self.fallen else None

    @property
    def taken_back_as(self) -> ClearReason:
        """Why a cue ends whose words this very event took back."""
        return "retracted" if self.correction is None else "corrected"

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

    def says(self, clause: Clause, *acts: str) -> Act | None:
        """Return the first of these acts that the clause does, or nothing (core/acts.py)."""
        return self._acts.find(clause, acts)

    def tags(self, clause: Clause) -> Sequence[Tag]:
        """Return all that the tagger holds for likely, the likeliest first."""
        return self._acts.tags(clause)

    def probability(self, clause: Clause, *acts: str) -> float | None:
        """Return how likely the tagger holds one of these acts; nothing where it knows none."""
        return self._acts.probability(clause, *acts)

    def likely(self, clause: Clause, act: str) -> Act | None:
        """Return the act if the tagger alone is sure enough of it, whatever phrases say."""
        return self._acts.likely(clause, act)

    def asks(self, clause: Clause) -> bool:
        """Tell whether the clause asks something: by its mark, by its opening, or as a tag."""
        words = self._acts.claimed(clause)
        if clause.question or not any(words):
            return any(words)
        lexicon = self.lexicon_of(clause)
        words = hide(words, lexicon.guard("open_question").spans(words))
        return lexicon["question"].starts(words) or self.says(clause, "open_question") is not None

    def lexicon_of(self, clause: Clause) -> Lexicon:
        """Return the lexicon of the language that the clause is in, be it not the call's."""
        return self._acts.lexicon(clause)

    def turns(
        self, channel: Channel, since: int, *, ended: int = 0, words: int = SUBSTANTIVE_WORDS
    ) -> list[Turn]:
        """Return the channel's turns that are over and more than listening.

        Args:
            channel: whose.
            since: they began then or later.
            ended: they ended then or later.
            words: they have so many, or last 4000 ms.
        """
        floor = self.floor
        found = [turn for turn in floor.turns[channel] if turn.start >= since and turn.end >= ended]
        if found and floor.silence(channel) < TURN_GAP and found[-1] is floor.sides[channel].turn:
            found.pop()
        return [turn for turn in found if self._is_substantive(turn, words)]

    def covered(self, channel: Channel, since: int, until: int | None = None) -> float:
        """Return which share of the channel's speech between two moments has words, 0 to 1."""
        end = self.now if until is None else until
        spoken = self.floor.spoken(channel, since, end)
        if not spoken:
            return 1.0
        words = sum(
            min(h.word.end, end) - max(h.word.start, since) + WORD_GAP
            for h in self.heard_since(channel, since)
            if h.word.start < end
        )
        return min(1.0, words / spoken)

    def only_listening(self, channel: Channel, since: int) -> bool:
        """Tell whether all words of the channel since a moment are backchannels ("mhm", "genau").

        Without words it is not known, so the answer is no.
        """
        words = self.words_since(channel, since - 150, unstable=True)
        return bool(words) and self.lexicon["backchannel"].covers(words)

    def substantive(self, channel: Channel) -> bool:
        """Tell whether the channel's present turn is more than listening: 6 words or 4000 ms."""
        turn = self.floor.sides[channel].turn
        return (
            bool(self.floor.turn_length(channel))
            and turn is not None
            and self._is_substantive(turn)
        )

    def _is_substantive(self, turn: Turn, least: int = SUBSTANTIVE_WORDS) -> bool:
        present = turn is self.floor.sides[turn.channel].turn
        end = self.now if present and self.floor.speaking(turn.channel) else turn.end
        words = [
            heard.folded
            for heard in self.heard_since(turn.channel, turn.start - 150)
            if heard.word.start <= end + 150 and heard.folded
        ]
        if words and self.lexicon["backchannel"].covers(words):
            return False
        return end - turn.start >= SUBSTANTIVE_MS or len(words) >= least

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
        if self.trust.apply(event):
            self.floor.lose(self.trust.lost)

    def _notice(self, event: CueDetected | CueCleared) -> None:
        if isinstance(event, CueDetected):
            self.active[event.cue] = event
            return
        self.cues_corrected += event.reason == "corrected"
        if event.cue in self.active and self.active[event.cue].id == event.id:
            del self.active[event.cue]

    def _hear(self, event: TranscriptPartial | TranscriptFinal) -> None:
        """Take an utterance as it is known now; what comes for a forgotten one is ignored."""
        name = event.utterance
        if name in self._forgotten:
            return
        known = self._utterances.setdefault(name, Utterance(event.channel))
        if known.final:
            if isinstance(event, TranscriptFinal) and event.revision > known.revision:
                self._correct(event, known)
            return
        self.speaker = event.channel
        side = self.sides[event.channel]
        side.tail = event.tail if isinstance(event, TranscriptPartial) else ()
        self.new_words, self.closed, side.open_clause = self._write(event, known)
        if len(self._utterances) > KEPT_UTTERANCES:
            oldest = next(iter(self._utterances))
            del self._utterances[oldest]
            self._forgotten.add(oldest)

    def _correct(self, event: TranscriptFinal, known: Utterance) -> None:
        """Let other words take the place of those of a final; what is open now stays open."""
        words, clauses, _ = self._write(event, known)
        if words or self.fallen:
            self.correction = Correction(event.channel, words, clauses)
            self.corrections += 1

    def _write(
        self, event: TranscriptPartial | TranscriptFinal, known: Utterance
    ) -> tuple[tuple[Heard, ...], tuple[Clause, ...], Clause | None]:
        """Put words and clauses in their place; return the new ones, and what stays open."""
        name, side, before = event.utterance, self.sides[event.channel], len(known.words)
        later = set(takewhile(lambda other: other != name, reversed(self._utterances)))
        same = common(known.words, event.words)
        words = tuple(Heard(fold(word.text), word, name, event.at) for word in event.words[same:])
        self.fallen = rewrite(side.heard, name, before - same, words, later=later)
        anew = known.final or same < before
        found = list(
            clauses(
                event.channel,
                name,
                event.words,
                final=isinstance(event, TranscriptFinal),
                breaks=self.lexicon["clause_break"],
                first=0 if anew else known.open_from,
            )
        )
        closed = tuple(clause for clause in found if clause.closed)
        old = [clause for clause in side.clauses if clause.utterance == name] if anew else []
        kept = unchanged(old, closed)
        self.dropped = rewrite(side.clauses, name, len(old) - kept, closed[kept:], later=later)
        heard = self.sides[other_side(event.channel)].clauses
        for clause in (*closed[kept:], *found[len(closed) :]):
            self._acts.place(clause, reversed(side.clauses), reversed(heard))
        if closed:
            known.open_from = closed[-1].first + len(closed[-1].spoken)
        elif anew:
            known.open_from = 0
        known.words, known.revision = event.words, event.revision
        known.final = isinstance(event, TranscriptFinal)
        return words, closed[kept:], found[-1] if len(found) > len(closed) else None
