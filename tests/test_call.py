from collections.abc import Sequence
from typing import TypeVar

import pytest

from assist.call import Call
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.events import (
    CallEnded,
    CallStarted,
    Channel,
    Event,
    Fault,
    NudgeDismissed,
    SpeechEnded,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    Word,
)
from assist.settings import load_playbook
from assist.speech.pool import Inline, SpeechPool
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad, coded, say, spans
from assist.speech.transcript_file import HeardWord, WrittenWords

E = TypeVar("E", bound=Event)

WORDS = say("we can do that", start=1000)


def call(
    *,
    agent: Sequence[Word] = WORDS,
    channels: tuple[Channel, ...] = ("agent", "customer"),
    pool: SpeechPool | None = None,
    words: WrittenWords | None = None,
) -> Call:
    return Call(
        "c1",
        Engine(call_id="c1", playbook=load_playbook("en"), table=TABLE),
        vad=ScriptedVad(spans(agent), ()),
        pool=pool,
        words=words,
        channels=channels,
    )


def play(subject: Call, *, until: int = 4000) -> list[Event]:
    events = list(subject.start())
    for at in range(0, until, 20):
        step = {channel: coded(at, at + 20) for channel in subject.channels}
        events += subject.push(step)
    return [*events, *subject.end("hangup")]


def of(events: Sequence[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def test_a_call_begins_and_ends() -> None:
    events = play(call(pool=Inline(ScriptedRecogniser(WORDS))))

    assert isinstance(events[0], CallStarted)
    assert isinstance(events[-1], CallEnded)
    assert events[-1].at == 4000


def test_the_clock_never_decreases_and_events_are_numbered() -> None:
    events = play(call(pool=Inline(ScriptedRecogniser(WORDS))))

    assert [event.at for event in events] == sorted(event.at for event in events)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))


def test_it_ticks_every_500_ms() -> None:
    ticks = of(play(call()), Tick)

    assert [tick.at for tick in ticks] == list(range(500, 4001, 500))


def test_speech_is_noticed() -> None:
    events = play(call())

    (started,), (ended,) = of(events, SpeechStarted), of(events, SpeechEnded)

    assert started.channel == ended.channel == "agent"
    assert abs(started.start - 1000) <= 32
    assert abs(ended.end - 2150) <= 32


def test_speech_at_the_end_of_the_call_ends_with_it() -> None:
    (ended,) = of(play(call(), until=1800), SpeechEnded)

    assert 1750 <= ended.end <= 1800


def test_words_are_heard_by_the_recogniser() -> None:
    (final,) = of(play(call(pool=Inline(ScriptedRecogniser(WORDS)))), TranscriptFinal)

    assert [word.text for word in final.words] == ["we", "can", "do", "that"]


def test_words_may_come_from_a_transcript() -> None:
    written = WrittenWords([HeardWord(channel="agent", text="no", start=1000, end=1250)])

    (final,) = of(play(call(words=written)), TranscriptFinal)

    assert [word.text for word in final.words] == ["no"]


def test_without_words_one_notice_says_so() -> None:
    events = play(call())

    assert [fault.code for fault in of(events, Fault)] == ["timing_only"]
    assert not of(events, CallStarted)[0].words


def test_one_channel_has_its_notice() -> None:
    subject = call(channels=("customer",), pool=Inline(ScriptedRecogniser(())))

    assert [fault.code for fault in of(play(subject), Fault)] == ["one_channel"]


@pytest.fixture
def failing() -> list[Event]:
    return play(call(pool=Inline(ScriptedRecogniser(WORDS, fails=True))))


def test_trouble_with_the_recogniser_is_one_fault(failing: list[Event]) -> None:
    (fault,) = of(failing, Fault)

    assert fault.code == "recogniser_failed"
    assert "as the script wants" in fault.text


def test_the_call_goes_on_without_words(failing: list[Event]) -> None:
    assert of(failing, SpeechEnded)
    assert not of(failing, TranscriptFinal)
    assert isinstance(failing[-1], CallEnded)


def test_an_event_from_outside_happens_now() -> None:
    subject = call()
    list(subject.start())
    for at in range(0, 100, 20):
        list(subject.push({channel: coded(at, at + 20) for channel in subject.channels}))

    told = list(subject.tell(NudgeDismissed(at=0, id="n1")))

    assert (told[0].at, told[0].call_id) == (100, "c1")
