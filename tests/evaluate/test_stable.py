"""When each word of a log stopped changing."""

from assist.evaluate.stable import stable
from assist.events import Channel, Event, TranscriptFinal, TranscriptPartial, Word


def test_a_word_comes_when_it_no_longer_changed() -> None:
    def said(*texts: str) -> tuple[Word, ...]:
        return tuple(Word(text=t, start=100 * i, end=100 * i + 90) for i, t in enumerate(texts))

    who: Channel = "customer"
    log: list[Event] = [
        TranscriptPartial(
            at=1000, utterance="u", channel=who, revision=1, words=said("no", "weigh")
        ),
        TranscriptPartial(at=2000, utterance="u", channel=who, revision=2, words=said("no", "way")),
        TranscriptFinal(
            at=3000, utterance="u", channel=who, revision=3, words=said("no", "way", "I")
        ),
        TranscriptPartial(at=4000, utterance="v", channel=who, revision=1, words=said("never")),
    ]

    assert [(word.text, word.at) for word in stable(log)] == [
        ("no", 1000), ("way", 2000), ("I", 3000),
    ]  # fmt: skip
