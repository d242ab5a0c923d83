from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assist.events import Channel, SpeechEnded, SpeechStarted, TranscriptFinal, Word
from assist.ingest.audiohook_words import Speech, Transcripts
from tests.ingest.exchange import SESSION


def final(
    *words: tuple[int, int], utterance: str = "c1", channel: Channel = "customer"
) -> TranscriptFinal:
    return TranscriptFinal(
        at=0,
        utterance=utterance,
        channel=channel,
        revision=1,
        words=tuple(Word(text="word", start=start, end=end) for start, end in words),
    )


def spoken(*spans: tuple[int, int], channel: Channel = "customer") -> Speech:
    speech = Speech()
    for start, end in spans:
        speech.follow(SpeechStarted(at=start, channel=channel, start=start))
        speech.follow(SpeechEnded(at=end, channel=channel, start=start, end=end))
    return speech


def test_a_transcript_lasts_as_long_as_the_speech_around_its_words() -> None:
    speech = spoken((100, 500), (900, 2_700), (4_000, 5_000))

    assert speech.around(final((300, 400), (1_200, 2_500))) == (100, 2_700)


def test_the_other_sides_speech_is_another_matter() -> None:
    speech = spoken((100, 2_700), channel="agent")

    assert speech.around(final((300, 400))) == (300, 400)


def test_few_words_in_long_speech_last_as_long_as_the_speech() -> None:
    assert spoken((0, 5_000)).around(final((2_000, 2_100))) == (0, 5_000)


def test_speech_that_goes_on_has_two_transcripts_which_do_not_overlap() -> None:
    speech = Speech()
    speech.follow(SpeechStarted(at=100, channel="customer", start=0))

    assert speech.around(final((200, 15_000))) == (0, 15_000)

    speech.follow(SpeechEnded(at=30_200, channel="customer", start=0, end=30_000))

    assert speech.around(final((15_100, 29_500), utterance="c2")) == (15_000, 30_000)


def test_speech_that_begins_where_other_ends_is_not_joined_with_it() -> None:
    speech = spoken((0, 8_000), (8_000, 9_300))

    assert speech.around(final((200, 8_000))) == (0, 8_000)
    assert speech.around(final((8_000, 9_200), utterance="c2")) == (8_000, 9_300)


def test_speech_that_has_not_ended_lasts_as_long_as_its_words() -> None:
    speech = Speech()
    speech.follow(SpeechStarted(at=100, channel="customer", start=100))

    assert speech.around(final((150, 900))) == (100, 900)


@given(
    st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 900)), min_size=1, max_size=12),
    st.floats(-0.5, 1.5),
)
def test_tokens_are_unique_and_in_order_whatever_the_words(
    words: list[tuple[int, int]], probability: float
) -> None:
    transcripts = Transcripts(SESSION, ("customer", "agent"), lambda at: at / 7)
    heard = tuple(
        Word(text="x", start=start, end=start + length, probability=probability)
        for start, length in words
    )
    event = TranscriptFinal(at=0, utterance="c1", channel="customer", revision=1, words=heard)

    speech = SpeechStarted(at=0, channel="customer", start=0)
    transcripts.follow(speech)
    transcripts.follow(SpeechEnded(at=6_000, channel="customer", start=0, end=6_000))

    entity: Any = transcripts.entity(event)

    (alternative,) = entity["data"]["alternatives"]
    offsets = [token["offset"] for token in alternative["interpretations"][0]["tokens"]]
    assert len(set(offsets)) == len(words)
    assert offsets == sorted(offsets)
    assert 0 <= alternative["confidence"] <= 1
    assert float(entity["data"]["duration"][2:-1]) >= 0


def test_transcripts_have_ids_that_are_the_same_each_time_and_differ_from_each_other() -> None:
    def ids() -> list[str]:
        transcripts = Transcripts(SESSION, ("customer",), lambda at: at)
        entities: list[Any] = [
            transcripts.entity(final((0, 900), utterance=u)) for u in ("c1", "c2")
        ]
        return [entity["data"]["id"] for entity in entities]

    assert ids() == ids()
    assert len(set(ids())) == 2


def test_a_sliver_of_speech_is_no_utterance() -> None:
    transcripts = Transcripts(SESSION, ("customer",), lambda at: at)

    assert transcripts.entity(final((0, 119))) is None
    assert transcripts.entity(final((0, 120), utterance="c2")) is not None
