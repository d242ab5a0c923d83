"""What turned out to be a secret goes out of what was stored before anybody knew it.

A number is masked when it is complete, a security code when its name is heard. Revisions that came
before may show the first digits of it, and cues may quote them. So whatever is stored with a mask
takes the words beneath it out of every earlier line of the log; their places hold bullets.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from msgspec import structs
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from assist.core.redaction.atoms import NUMERIC, atoms
from assist.core.redaction.said import BULLET
from assist.events import (
    Channel,
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    Evidence,
    NudgeShown,
    TranscriptFinal,
    TranscriptPartial,
    Word,
    WordsEvidence,
    decode,
    encode,
)
from assist.store.batches import Batch
from assist.store.tables import EVENTS, NUDGES

NEAR = 1_000
"""Milliseconds around a secret in which digits belong to it: revisions differ in their times."""
Quoting: TypeAlias = CueDetected | CueCleared | CueSuppressed | NudgeShown


@dataclass(slots=True)
class Secret:
    """What one utterance must not tell; milliseconds on the call clock."""

    utterance: str
    channel: Channel
    spans: tuple[tuple[int, int], ...]
    known: set[str] = field(default_factory=set)
    """Its words, as far as they were found."""

    @property
    def start(self) -> int:
        """When it begins."""
        return self.spans[0][0]

    def covers(self, start: int, end: int, *, near: int = 0) -> bool:
        """Tell whether a stretch touches it."""
        return any(start < last + near and end > first - near for first, last in self.spans)


def secrets(events: Iterable[Event]) -> list[Secret]:
    """Return what finals mask."""
    return [
        Secret(event.utterance, event.channel, spans)
        for event in events
        if isinstance(event, TranscriptFinal) and (spans := _spans(event.words, _is_mask))
    ]


def unfinished(events: Iterable[Event]) -> list[Secret]:
    """Return what the last revisions still hide; their call was cut off before they told."""
    last: dict[str, TranscriptPartial | TranscriptFinal] = {}
    for event in events:
        if isinstance(event, TranscriptPartial | TranscriptFinal):
            last[event.utterance] = event
    return [
        Secret(event.utterance, event.channel, spans)
        for event in last.values()
        if (spans := _spans((*event.words, *_tail(event)), _is_bullet))
    ]


def hidden(events: Iterable[Event], found: Sequence[Secret]) -> Iterator[Event]:
    """Yield events, those that tell of a secret without it; in their order, from its start on."""
    for event in events:
        for secret in found:
            event = _without(event, secret)
        yield event


async def concealed(connection: AsyncConnection, batch: Batch) -> Batch:
    """Hide what a batch masks, in all that is stored and in the batch itself, and return it."""
    found = secrets(batch.events)
    if not found:
        return batch
    await hide(connection, batch.call_id, found)
    events = tuple(hidden(batch.events, found))
    return replace(batch, events=events, lines=tuple(_lines(events, batch.events, batch.lines)))


async def hide(connection: AsyncConnection, call_id: str, found: Sequence[Secret]) -> int:
    """Take secrets out of what is stored of a call; return how many rows of its log changed."""
    if not found:
        return 0
    begin = min(secret.start for secret in found) - NEAR
    rows = select(EVENTS.c.first_seq, EVENTS.c.body).where(
        EVENTS.c.call_id == call_id, EVENTS.c.at >= begin
    )
    changed = 0
    for first_seq, body in (await connection.execute(rows.order_by(EVENTS.c.first_seq))).all():
        lines = bytes(body).splitlines()
        events = [decode(line) for line in lines]
        new = list(hidden(events, found))
        if all(one is other for one, other in zip(new, events, strict=True)):
            continue
        text = b"\n".join(_lines(new, events, lines)) + b"\n"
        row = EVENTS.c.call_id == call_id, EVENTS.c.first_seq == first_seq
        await connection.execute(update(EVENTS).where(*row).values(body=text))
        await _advice(connection, call_id, new)
        changed += 1
    return changed


async def _advice(connection: AsyncConnection, call_id: str, events: Iterable[Event]) -> None:
    """Bring the texts of nudges up to date, which may quote what was said."""
    for event in events:
        if isinstance(event, NudgeShown):
            one = NUDGES.c.call_id == call_id, NUDGES.c.id == event.id
            await connection.execute(update(NUDGES).where(*one).values(text=event.text))


def _without(event: Event, secret: Secret) -> Event:
    """Return an event without a secret; the same one where it tells nothing of it."""
    match event:
        case TranscriptPartial(utterance=secret.utterance):
            words, tail = _words(event.words, secret), _words(event.tail, secret)
            same = words == event.words and tail == event.tail
            return event if same else structs.replace(event, words=words, tail=tail)
        case TranscriptFinal(utterance=secret.utterance):
            words = _words(event.words, secret)
            return event if words == event.words else structs.replace(event, words=words)
        case CueDetected() | CueCleared() | CueSuppressed() | NudgeShown():
            return _quoting(event, secret)
    return event


def _words(words: Sequence[Word], secret: Secret) -> tuple[Word, ...]:
    """Return words with a bullet for each that belongs to a secret."""
    return tuple(_word(word, secret) for word in words)


def _word(word: Word, secret: Secret) -> Word:
    near = secret.covers(word.start, word.end, near=NEAR) and _is_number(word.text)
    if _is_mask(word.text) or _is_bullet(word.text):
        return word
    if not near and not secret.covers(word.start, word.end):
        return word
    secret.known.add(word.text.casefold())
    return structs.replace(word, text=BULLET)


def _quoting(event: Quoting, secret: Secret) -> Event:
    """Return what quotes words without those of a secret."""
    evidence = tuple(_quote(one, secret) for one in event.evidence)
    if evidence == event.evidence:
        return event
    if isinstance(event, NudgeShown):
        text, reason = _bulleted(event.text, secret), _bulleted(event.reason, secret)
        return structs.replace(event, evidence=evidence, text=text, reason=reason)
    return structs.replace(event, evidence=evidence)


def _quote(one: Evidence, secret: Secret) -> Evidence:
    if not isinstance(one, WordsEvidence) or one.channel != secret.channel:
        return one
    if not secret.covers(one.start, one.end, near=NEAR):
        return one
    return structs.replace(one, text=_bulleted(one.text, secret))


def _bulleted(text: str, secret: Secret) -> str:
    """Return a text with a bullet for each word of a secret."""
    return " ".join(
        BULLET if word.casefold() in secret.known or _is_number(word) else word
        for word in text.split(" ")
    )


def _tail(event: TranscriptPartial | TranscriptFinal) -> tuple[Word, ...]:
    return event.tail if isinstance(event, TranscriptPartial) else ()


def _lines(new: Sequence[Event], old: Sequence[Event], lines: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the lines of events; of those that stayed as they were, the old ones."""
    for one, before, line in zip(new, old, lines, strict=True):
        yield line if one is before else encode(one)


def _spans(words: Sequence[Word], wanted: Callable[[str], bool]) -> tuple[tuple[int, int], ...]:
    return tuple((word.start, word.end) for word in words if wanted(word.text))


def _is_number(text: str) -> bool:
    return any(atom.kind in NUMERIC for atom in atoms(text))


def _is_mask(text: str) -> bool:
    return text.startswith("[") and text.endswith("]")


def _is_bullet(text: str) -> bool:
    return bool(text) and not text.strip(BULLET)
