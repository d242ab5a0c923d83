"""Transcripts in, transcripts without secrets out; it stands before everything that keeps words.

A number may be spread over utterances. While it may go on, partials hide its digits from the fourth
on and a final that ends in it is held, `HOLD` at most; meanwhile a partial stands in its place. A
final that was held as long hides them, too, until the number is over: then it is given away again,
with a higher revision. So is what turns out to be a secret only afterwards, masked.

Everything is bounded: `KEPT` utterances of a channel are known, and those around the newest are
searched.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from msgspec.structs import replace

from assist.core.redaction.digits import Placed
from assist.core.redaction.marks import Mark, marks
from assist.core.redaction.numbers import GAP
from assist.core.redaction.rules import Find, Rules
from assist.core.redaction.said import Said, Words, hidden, masked
from assist.core.redaction.search import Seen, search
from assist.events import (
    CHANNELS,
    CallEnded,
    Channel,
    Event,
    TranscriptFinal,
    TranscriptPartial,
    Word,
    other,
)

HOLD = 2_000
"""Milliseconds that a final waits for the end of its number."""
KEPT = 64
"""Utterances of a channel that may still change."""
AROUND = 24
"""Utterances on either side in which a number may go on."""
REVIEWED = 12
"""Utterances of one side that are looked at again when the other announces something."""
FEW = 4
"""Fewer digits than these are no secret where none was named, and wait for nothing."""
MARGIN = 200
"""Milliseconds of sound that are silenced on either side of a secret."""
SPANS = 4_096
"""Stretches that are kept for a recorder that does not come for them."""
_MARKED = 120_000
"""Milliseconds before a number in which an announcement counts."""
_BEFORE = 3
"""Words of the utterance before that may begin an announcement."""


class Silence(NamedTuple):
    """A stretch of a channel that a recording must not keep; milliseconds on the call clock."""

    channel: Channel
    start: int
    end: int


class Redactor:
    """Mask the secrets of one call.

    Args:
        rules: what is masked; none = the standard.
    """

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = rules or Rules()
        self._sides: dict[Channel, deque[Said]] = {name: deque() for name in CHANNELS}
        self._gone = dict.fromkeys(CHANNELS, -1)
        """Up to when the words of each channel are forgotten."""
        self._open: dict[Channel, tuple[int, int] | None] = dict.fromkeys(CHANNELS)
        """When a number that may go on began, and when its last digit was heard."""
        self._spans: deque[Silence] = deque(maxlen=SPANS)

    @property
    def spans(self) -> tuple[Silence, ...]:
        """What a recording must not keep, as far as nobody has taken it yet."""
        return tuple(self._spans)

    def take_spans(self) -> tuple[Silence, ...]:
        """Return the spans, and forget them."""
        taken = self.spans
        self._spans.clear()
        return taken

    def undecided(self, now: int) -> int:
        """Return up to when a recording is certain: sound from then on may yet be silenced."""
        begun = [one[0] for one in self._open.values() if one and now - one[1] < GAP]
        return max(0, min((now, *begun)) - MARGIN)

    def take(self, event: Event) -> Iterator[Event]:
        """Yield an event without its secrets, and earlier finals that hold one after all."""
        if not self._rules.enabled:
            yield event
            return
        yield from self.tick(event.at, last=isinstance(event, CallEnded))
        if isinstance(event, TranscriptPartial | TranscriptFinal):
            yield from self._hear(event)
        else:
            yield event

    def tick(self, now: int, *, last: bool = False) -> Iterator[Event]:
        """Give away the finals that were held long enough; all of them at the end of the call."""
        for side in self._sides.values():
            for said in side:
                if last or (said.veiled and not self._goes_on(said, now)):
                    yield from self._unveil(said, now)
                elif said.held_since is not None and now - said.held_since >= HOLD:
                    yield self._final(said, said.veil, now)

    # ---- words ---------------------------------------------------------------------------------

    def _hear(self, event: TranscriptPartial | TranscriptFinal) -> Iterator[Event]:
        said = self._find(event)
        if said is None:  # too late: what was said around it is forgotten
            return
        before = said.marks
        self._update(said, event)
        around = self._around(said)
        if said.marks != before:
            yield from self._review(other(said.channel), event.at)
        yield from self._free(said, around, event.at)
        if self._is_plain(around):
            self._open[said.channel] = None
            yield from self._plain(said, event)
            return
        seen = self._search(around)
        yield from self._reissue(around, seen, event.at, but=said)
        yield from self._give(said, event, around, seen)

    def _free(self, said: Said, around: Sequence[Said], now: int) -> Iterator[Event]:
        """Give away what is hidden and out of reach: its number is over."""
        for one in self._sides[said.channel]:
            if one not in around:
                yield from self._unveil(one, now)

    def _unveil(self, said: Said, now: int) -> Iterator[Event]:
        """Give away what is held or hidden."""
        if said.held_since is not None or said.veiled:
            yield self._final(said, said.clear, now)

    def _goes_on(self, said: Said, now: int) -> bool:
        """Tell whether a number in which an utterance ends may go on."""
        begun = self._open[said.channel]
        return begun is not None and begun[0] <= said.words[-1].end and now - begun[1] < GAP

    def _find(self, event: TranscriptPartial | TranscriptFinal) -> Said | None:
        side = self._sides[event.channel]
        for said in reversed(side):
            if said.utterance == event.utterance:
                return said
        known = event.words or (event.tail if isinstance(event, TranscriptPartial) else ())
        if known and known[-1].end <= self._gone[event.channel]:
            return None
        said = Said(event.utterance, event.channel)
        side.append(said)
        if len(side) > KEPT:
            self._forget(side)
        return said

    def _forget(self, side: deque[Said]) -> None:
        gone = side.popleft()
        if gone.words:
            self._gone[gone.channel] = max(self._gone[gone.channel], gone.words[-1].end)

    def _update(self, said: Said, event: TranscriptPartial | TranscriptFinal) -> None:
        tail = event.tail if isinstance(event, TranscriptPartial) else ()
        said.hear((*event.words, *tail))
        said.final = isinstance(event, TranscriptFinal)
        said.held_since = None
        side = self._sides[said.channel]
        at = side.index(said)
        before: Sequence[Word] = side[at - 1].words[-_BEFORE:] if at else ()
        said.marks = tuple(marks(said.channel, said.words, before))

    def _around(self, said: Said) -> list[Said]:
        """Return the utterances of a channel through which a number may reach this one."""
        side = list(self._sides[said.channel])
        at = side.index(said)
        before: list[Said] = []
        after: list[Said] = []
        if not said.begins_apart:
            before = _reach(side[max(0, at - AROUND) : at][::-1], said, back=True)
        if not said.ends_apart:
            after = _reach(side[at + 1 : at + AROUND], said, back=False)
        return [*before[::-1], said, *after]

    def _is_plain(self, around: Sequence[Said]) -> bool:
        """Tell whether nothing can be a secret, which is so nearly always."""
        kinds = self._rules.kinds
        if self._rules.patterns or "password" in kinds:
            return False
        if "email" in kinds and any(said.may_hold_address for said in around):
            return False
        digits = sum(said.digits for said in around)
        return digits < FEW and not (digits and self._is_asked())

    def _is_asked(self) -> bool:
        """Tell whether few digits may be a secret, since one was named."""
        both = (said.marks for side in self._sides.values() for said in side)
        return any(mark.announces in ("code", "birth") for mark in chain.from_iterable(both))

    def _search(self, around: Sequence[Said]) -> Seen:
        words = [word for said in around for word in said.words]
        placed = [
            Placed(atom, i)
            for i, part in enumerate(chain.from_iterable(said.parts for said in around))
            for atom in part
        ]
        starts = [0]
        for said in around[:-1]:
            starts.append(starts[-1] + len(said.words))
        channel = around[0].channel
        marked = self._marked(words[0].start - _MARKED if words else 0)
        seen = search(self._rules, channel, words, placed, marked=marked, starts=starts)
        first = None if seen.open_from is None else words[seen.open_from]
        self._open[channel] = None if first is None else (first.start, words[-1].end)
        return seen

    def _marked(self, since: int) -> list[Mark]:
        """Return what both sides announced, by time."""
        both = (said.marks for side in self._sides.values() for said in side)
        return sorted((m for m in chain.from_iterable(both) if m.end >= since), key=_begin)

    # ---- what is given away --------------------------------------------------------------------

    def _plain(self, said: Said, event: TranscriptPartial | TranscriptFinal) -> Iterator[Event]:
        said.clear = said.veil = said.words
        if said.final:
            said.tell(said.words)
        else:
            said.given = said.words
        yield self._numbered(said, event)

    def _numbered(self, said: Said, event: TranscriptPartial | TranscriptFinal) -> Event:
        """Return an event with a revision above those that were given away."""
        said.revision = max(event.revision, said.revision + 1)
        if said.revision == event.revision:
            return event
        return replace(event, revision=said.revision)

    def _review(self, channel: Channel, now: int) -> Iterator[Event]:
        """Look at a channel again: the other side has announced something."""
        side = self._sides[channel]
        around = list(side)[-REVIEWED:]
        if around and not self._is_plain(around):
            yield from self._reissue(around, self._search(around), now, but=None)

    def _reissue(
        self, around: Sequence[Said], seen: Seen, now: int, *, but: Said | None
    ) -> Iterator[Event]:
        """Give finals away again that hold a secret after all, or one that need not wait."""
        at = 0
        for said in around:
            begins, at = at, at + len(said.words)
            if said is but or not said.final:
                continue
            finds = _conceal(said, seen, begins)
            waits = seen.waits and _reaches(seen, at)
            if said.held_since is not None and waits:
                continue
            words = said.veil if said.veiled and waits else said.clear
            if said.held_since is not None or words != said.given:
                self._silence(said, finds)
                yield self._final(said, words, now)

    def _give(
        self,
        said: Said,
        event: TranscriptPartial | TranscriptFinal,
        around: Sequence[Said],
        seen: Seen,
    ) -> Iterator[Event]:
        at = sum(len(one.words) for one in around[: around.index(said)])
        shown = hidden(said.words, _hidden(said, seen, at))
        if isinstance(event, TranscriptPartial):
            stable = len(event.words)
            said.given = shown
            tail = replace(event, words=shown[:stable], tail=shown[stable:])
            yield self._numbered(said, event if shown == said.words else tail)
            return
        finds = _conceal(said, seen, at)
        self._silence(said, finds)
        waits = seen.waits and _reaches(seen, at + len(said.words))
        if waits and said is around[-1] and not said.told:
            said.held_since = event.at
            yield self._held(said, shown, event)
            return
        said.tell(said.veil if waits else said.clear)
        yield self._numbered(
            said, event if said.given == said.words else replace(event, words=said.given)
        )

    def _held(self, said: Said, shown: Words, event: TranscriptFinal) -> TranscriptPartial:
        """Return what stands in place of a final that has to wait."""
        said.revision = max(event.revision, said.revision + 1)
        return TranscriptPartial(
            at=event.at,
            utterance=said.utterance,
            channel=said.channel,
            revision=said.revision,
            words=shown,
        )

    def _final(self, said: Said, words: Words, now: int) -> TranscriptFinal:
        said.tell(words)
        said.revision += 1
        return TranscriptFinal(
            at=now,
            utterance=said.utterance,
            channel=said.channel,
            revision=said.revision,
            words=words,
        )

    def _silence(self, said: Said, finds: Sequence[Find]) -> None:
        for find in finds:
            start, end = said.words[find.first].start, said.words[find.last].end
            if (start, end) not in said.silenced:
                said.silenced.add((start, end))
                self._spans.append(Silence(said.channel, max(0, start - MARGIN), end + MARGIN))


def _reach(row: Sequence[Said], said: Said, *, back: bool) -> list[Said]:
    """Return the utterances of a row, the nearest first, that a number may reach across."""
    found: list[Said] = []
    times = [said.words[0].start, said.words[-1].end] if said.words else []
    for near in row:
        if near.ends_apart if back else near.begins_apart:
            break
        if near.words:
            start, end = near.words[0].start, near.words[-1].end
            if times and (times[0] - end > GAP or start - times[1] > GAP):
                break
            if near.digits:
                times = [start, end]
        found.append(near)
        if near.begins_apart if back else near.ends_apart:
            break
    return found


def _hidden(said: Said, seen: Seen, at: int) -> list[int]:
    """Return which words of an utterance are not to be shown yet; it begins at a word."""
    return [i - at for i in seen.hidden if at <= i < at + len(said.words)]


def _conceal(said: Said, seen: Seen, at: int) -> list[Find]:
    """Write down what may be shown of an utterance that begins at a word; return its secrets."""
    finds = _within(seen.finds, at, len(said.words))
    said.clear = masked(said.words, finds)
    said.veil = masked(hidden(said.words, _hidden(said, seen, at)), finds)
    return finds


def _within(finds: Sequence[Find], at: int, count: int) -> list[Find]:
    """Return the part of the finds that lies in an utterance, counted from its first word."""
    return [
        Find(find.label, max(find.first - at, 0), min(find.last - at, count - 1))
        for find in finds
        if find.first < at + count and find.last >= at and count
    ]


def _reaches(seen: Seen, ends: int) -> bool:
    """Tell whether a number that may go on begins before the end of an utterance."""
    return seen.open_from is not None and seen.open_from < ends


def _begin(mark: Mark) -> int:
    return mark.start
