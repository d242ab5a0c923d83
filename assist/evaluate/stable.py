"""When each word of a log stopped changing; pure."""

from collections.abc import Iterable, Sequence

from assist.evaluate.calls import LabelledWord
from assist.events import Channel, Event, TranscriptFinal, TranscriptPartial, Word


def stable(events: Iterable[Event]) -> list[LabelledWord]:
    """Return the final words of a log, each with the moment from which on it did not change."""
    heard: dict[tuple[Channel, str], list[tuple[Word, int]]] = {}
    final: dict[tuple[Channel, str], list[tuple[Word, int]]] = {}
    for event in events:
        if isinstance(event, TranscriptPartial | TranscriptFinal):
            key = event.channel, event.utterance
            heard[key] = _since(heard.get(key, []), event.words, event.at)
            if isinstance(event, TranscriptFinal):
                final[key] = heard[key]
    found = [
        LabelledWord(
            channel=channel,
            text=word.text,
            start=word.start,
            end=word.end,
            at=max(at, word.end),
            probability=word.probability,
        )
        for (channel, _), words in final.items()
        for word, at in words
    ]
    return sorted(found, key=lambda word: (word.at, word.start))


def _since(
    before: Sequence[tuple[Word, int]], words: Sequence[Word], at: int
) -> list[tuple[Word, int]]:
    """Return words with the moment of each: that of before where its text is the same."""
    known = [(word.text, moment) for word, moment in before]
    return [
        (word, known[i][1] if i < len(known) and known[i][0] == word.text else at)
        for i, word in enumerate(words)
    ]
