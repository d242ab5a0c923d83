"""Finals as AudioHook wants them: a transcript entity each, in the client's own time."""

import uuid
from collections import deque
from collections.abc import Callable
from math import inf

from assist.events import CHANNELS, Channel, SpeechEnded, SpeechStarted, TranscriptFinal, Word
from assist.ingest.audiohook_messages import duration

SHORTEST = 120
"""Speech that is shorter, in milliseconds, is a noise and no utterance."""
KEPT = 64
"""So many stretches of speech, and so many finals, are remembered."""

Place = Callable[[float], float]
"""Returns the client's position at a time of the call clock, both in milliseconds."""


class Speech:
    """When somebody spoke: a transcript lasts as long as the speech, not as its words."""

    def __init__(self) -> None:
        self._spans: dict[Channel, deque[tuple[int, float]]] = {
            channel: deque(maxlen=KEPT) for channel in CHANNELS
        }
        self._told: dict[Channel, int] = dict.fromkeys(CHANNELS, 0)
        """The end of the last final."""

    def follow(self, event: SpeechStarted | SpeechEnded) -> None:
        """Take what the gate says."""
        spans = self._spans[event.channel]
        if isinstance(event, SpeechEnded):
            if spans and spans[-1][0] == event.start:
                spans.pop()
            spans.append((event.start, event.end))
        else:
            spans.append((event.start, inf))

    def around(self, final: TranscriptFinal) -> tuple[int, int]:
        """Return when the speech of a final began and ended; it must have words.

        Speech that still goes on has another final to come: this one ends with its words.
        """
        first, last = final.words[0].start, max(word.end for word in final.words)
        spans = self._spans[final.channel]
        own = [(start, end) for start, end in spans if start < max(last, first + 1) and end > first]
        begun = min([first, *(start for start, _ in own)])
        start = max(begun, min(first, self._told[final.channel]))
        end = max([last, *(int(end) for _, end in own if end < inf)])
        self._told[final.channel] = end
        return start, end


class Transcripts:
    """Write each final once; what is corrected later is not sent again.

    Args:
        session: the session's id; the ids of its transcripts come from it.
        channels: whose sound comes, in the order of the wire.
        place: returns the client's time for one of ours.
    """

    def __init__(self, session: str, channels: tuple[Channel, ...], place: Place) -> None:
        self._session = uuid.UUID(session)
        self._channels = channels
        self._place = place
        self._speech = Speech()
        self._sent: deque[str] = deque(maxlen=KEPT)
        self.language = ""
        """As the client named it: `en-US`."""

    def follow(self, event: SpeechStarted | SpeechEnded) -> None:
        """Take what the gate says."""
        self._speech.follow(event)

    def entity(self, final: TranscriptFinal) -> dict[str, object] | None:
        """Return a final as an entity; nothing where it says nothing new."""
        known = final.channel in self._channels and final.utterance not in self._sent
        if not final.words or not known:
            return None
        begun, ended = self._speech.around(final)
        if ended - begun < SHORTEST:
            return None
        self._sent.append(final.utterance)
        start, end = self._place(begun), self._place(ended)
        return {
            "type": "transcript",
            "data": {
                "id": str(uuid.uuid5(self._session, final.utterance)),
                "channelId": self._channels.index(final.channel),
                "isFinal": True,
                "offset": duration(start),
                "duration": duration(end - start),
                "alternatives": [self._alternative(final.words)],
            },
        }

    def _alternative(self, words: tuple[Word, ...]) -> dict[str, object]:
        sure = sum(map(_confidence, words)) / len(words)
        languages = {"languages": [self.language]} if self.language else {}
        interpretation = {
            "type": "display",
            "transcript": " ".join(word.text for word in words),
            "tokens": self._tokens(words),
        }
        return {"confidence": round(sure, 3), **languages, "interpretations": [interpretation]}

    def _tokens(self, words: tuple[Word, ...]) -> list[dict[str, object]]:
        """Return the words; no two begin in the same millisecond."""
        tokens: list[dict[str, object]] = []
        earliest = 0
        for word in words:
            start = max(round(self._place(word.start)), earliest)
            earliest = start + 1
            tokens.append(
                {
                    "type": "word",
                    "value": word.text,
                    "confidence": round(_confidence(word), 3),
                    "offset": duration(start),
                    "duration": duration(self._place(word.end) - start),
                }
            )
        return tokens


def _confidence(word: Word) -> float:
    return min(max(word.probability, 0.0), 1.0)
