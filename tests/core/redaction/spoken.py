"""Calls with secrets, in a notation that is read like a script.

One line is one call:

    card | A Your card, please? / C It's {four two four two} (3) {four two} / A mhm / C {...}

First the kind of secret (`none` = nothing may be masked), then the turns. `A` is the agent, `C` the
customer; every ` / ` begins an utterance. Braces hold what must not be seen; `(3)` is silence in
seconds, after which a new utterance of the same side begins.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assist.core.redaction import Redactor, Rules
from assist.events import (
    CallEnded,
    Channel,
    Event,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)

HERE = Path(__file__).parent
SIDES: dict[str, Channel] = {"A": "agent", "C": "customer"}
WORD, SPOKEN, BETWEEN = 370, 300, 600
"""Milliseconds of a word with and without the gap behind it, and between utterances."""
LAG = 600
"""Milliseconds after which a word is known."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance, and which of its words are secret."""

    channel: Channel
    words: tuple[Word, ...]
    secret: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One written call."""

    kind: str
    text: str
    turns: tuple[Turn, ...]


def fixtures(language: str) -> list[Spoken]:
    """Return the written calls of a language."""
    lines = (HERE / f"{language}.txt").read_text("utf-8").splitlines()
    return [parse(line) for line in lines if line.strip() and not line.startswith("#")]


def parse(line: str) -> Spoken:
    """Read one line."""
    kind, _, talk = line.partition(" | ")
    turns, now = [], 1_000
    for said in talk.split(" / "):
        side, _, words = said.strip().partition(" ")
        pieces = re.split(r"\s*\((\d+)\)\s*", words)
        for i, piece in enumerate(pieces):
            if i % 2:
                now += 1_000 * int(piece)
            elif piece.strip():
                turn = _turn(SIDES[side], piece, now)
                turns.append(turn)
                now = turn.words[-1].end + BETWEEN
    return Spoken(kind.strip(), talk, tuple(turns))


def _turn(channel: Channel, text: str, now: int) -> Turn:
    words, secret, inside = [], [], False
    for token in text.split():
        inside = inside or "{" in token
        words.append(Word(text=re.sub("[{}]", "", token), start=now, end=now + SPOKEN))
        secret.append(inside)
        inside = inside and "}" not in token
        now += WORD
    return Turn(channel, tuple(words), tuple(secret))


def events(call: Spoken, *, partials: bool = False) -> Iterator[Event]:
    """Yield what a recogniser tells of a call, words `LAG` after they were spoken."""
    clock = 0
    for number, turn in enumerate(call.turns):
        name, revision = f"{turn.channel[0]}{number}", 0
        for count in range(1, len(turn.words) + 1) if partials else ():
            revision += 1
            yield TranscriptPartial(
                at=turn.words[count - 1].end + LAG,
                utterance=name,
                channel=turn.channel,
                revision=revision,
                words=turn.words[: max(0, count - 2)],
                tail=turn.words[max(0, count - 2) : count],
            )
        clock = turn.words[-1].end + LAG
        yield TranscriptFinal(
            at=clock,
            utterance=name,
            channel=turn.channel,
            revision=revision + 1,
            words=turn.words,
        )
    yield Tick(at=clock + 3_000)
    yield CallEnded(at=clock + 3_000, reason="hangup")


def final(
    text: str,
    *,
    start: int = 1_000,
    channel: Channel = "customer",
    name: str = "c1",
    revision: int = 1,
) -> TranscriptFinal:
    """Return a final of words that are spoken from `start` on."""
    words = _turn(channel, text, start).words
    at = (words[-1].end if words else start) + LAG
    return TranscriptFinal(at=at, utterance=name, channel=channel, revision=revision, words=words)


def partial(
    text: str, *, start: int = 1_000, channel: Channel = "customer", name: str = "c1"
) -> TranscriptPartial:
    """Return a partial, all of whose words are stable."""
    words = _turn(channel, text, start).words
    return TranscriptPartial(
        at=words[-1].end + LAG, utterance=name, channel=channel, revision=1, words=words
    )


def text(event: Event) -> str:
    """Return the words of a transcript."""
    assert isinstance(event, TranscriptPartial | TranscriptFinal)
    tail = event.tail if isinstance(event, TranscriptPartial) else ()
    return " ".join(word.text for word in (*event.words, *tail))


def redacted(stream: Iterable[Event], rules: Rules | None = None) -> list[Event]:
    """Return what a redactor makes of a stream."""
    redactor = Redactor(rules)
    return [given for event in stream for given in redactor.take(event)]


def last_words(given: Sequence[Event]) -> dict[str, tuple[Word, ...]]:
    """Return the words of the last final of each utterance."""
    return {e.utterance: e.words for e in given if isinstance(e, TranscriptFinal)}


def is_mask(word: Word) -> bool:
    """Tell whether a word stands in the place of a secret."""
    return word.text.startswith("[") and word.text.endswith("]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call."""

    leaked: tuple[str, ...]
    """Secret words that can still be read."""
    false: tuple[str, ...]
    """Masks that cover no secret at all."""
    covered: tuple[str, ...]
    """Other words that a mask took with it."""
    labels: tuple[str, ...]


def outcome(call: Spoken, given: Sequence[Event]) -> Outcome:
    """Compare the last finals of a call with what was to be masked."""
    finals = last_words(given)
    leaked, false, covered, labels = [], [], [], []
    for number, turn in enumerate(call.turns):
        said = finals[f"{turn.channel[0]}{number}"]
        masks = [word for word in said if is_mask(word)]
        plain = {(word.start, word.end) for word in said if not is_mask(word)}
        labels += [mask.text for mask in masks]
        pairs = list(zip(turn.words, turn.secret, strict=True))
        leaked += [w.text for w, secret in pairs if secret and (w.start, w.end) in plain]
        for mask in masks:
            below = [(w, s) for w, s in pairs if mask.start <= w.start and w.end <= mask.end]
            if not any(secret for _, secret in below):
                false.append(f"{mask.text} {' '.join(w.text for w, _ in below)}")
            covered += [w.text for w, secret in below if not secret]
    return Outcome(tuple(leaked), tuple(false), tuple(covered), tuple(labels))
