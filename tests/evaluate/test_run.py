from assist.cues import TABLE
from assist.evaluate.calls import CallFacts, LabelledCall, LabelledWord, SpeechSpan
from assist.evaluate.run import inputs, run, speech
from assist.events import (
    CallEnded,
    CallStarted,
    Channel,
    SpeechEnded,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
)
from assist.settings import load_playbook

FACTS = CallFacts(id="x", language="en", source="authored", licence="CC0-1.0", duration=3000)


def word(text: str, start: int, *, channel: Channel = "agent") -> LabelledWord:
    return LabelledWord(channel=channel, text=text, start=start, end=start + 200, at=start + 800)


def test_a_call_begins_ticks_and_ends() -> None:
    events = inputs(LabelledCall(call=FACTS))

    assert isinstance(events[0], CallStarted)
    assert [e.at for e in events if isinstance(e, Tick)] == [500, 1000, 1500, 2000, 2500]
    assert isinstance(events[-1], CallEnded)


def test_each_word_comes_when_it_became_stable() -> None:
    events = inputs(LabelledCall(call=FACTS, words=(word("we", 0), word("can", 300))))

    partials = [(e.at, len(e.words)) for e in events if isinstance(e, TranscriptPartial)]

    assert partials == [(800, 1), (1100, 2)]


def test_an_utterance_is_final_half_a_second_after_its_last_word() -> None:
    events = inputs(LabelledCall(call=FACTS, words=(word("we", 0), word("can", 300))))

    (final,) = [e for e in events if isinstance(e, TranscriptFinal)]

    assert (final.at, [w.text for w in final.words]) == (1600, ["we", "can"])


def test_a_gap_of_700_ms_parts_utterances() -> None:
    events = inputs(LabelledCall(call=FACTS, words=(word("yes", 0), word("no", 900))))

    finals = [e for e in events if isinstance(e, TranscriptFinal)]

    assert [(e.utterance, len(e.words)) for e in finals] == [("a0", 1), ("a1", 1)]


def test_a_shorter_gap_does_not() -> None:
    events = inputs(LabelledCall(call=FACTS, words=(word("yes", 0), word("no", 899))))

    assert len([e for e in events if isinstance(e, TranscriptFinal)]) == 1


def test_speech_is_told_as_late_as_the_gate_would() -> None:
    span = SpeechSpan(channel="agent", start=1000, end=2000)
    events = inputs(LabelledCall(call=FACTS, speech=(span,)))

    (started,) = [e for e in events if isinstance(e, SpeechStarted)]
    (ended,) = [e for e in events if isinstance(e, SpeechEnded)]

    assert (started.start, started.at) == (1000, 1096)
    assert (ended.end, ended.at) == (2000, 2192)


def test_the_order_of_the_spans_does_not_matter() -> None:
    spans = [SpeechSpan(channel="agent", start=start, end=start + 500) for start in (1500, 200)]
    events = inputs(LabelledCall(call=FACTS, speech=tuple(spans)))

    assert [e.start for e in events if isinstance(e, SpeechStarted)] == [200, 1500]


def test_without_spans_speech_is_derived_from_the_words() -> None:
    events = inputs(LabelledCall(call=FACTS, words=(word("we", 0), word("can", 300))))

    (started,) = [e for e in events if isinstance(e, SpeechStarted)]

    assert started.start == 0


def test_where_the_call_tells_of_speech_words_do_not() -> None:
    span = SpeechSpan(channel="agent", start=100, end=900)
    call = LabelledCall(call=FACTS, speech=(span,), words=(word("we", 0),))

    assert speech(call, "agent") == [span]
    assert speech(call, "customer") == []


def test_the_engine_takes_the_whole_call() -> None:
    call = LabelledCall(call=FACTS, words=(word("we", 0), word("can", 300)))

    events = list(run(call, load_playbook("en"), TABLE))

    assert [e.seq for e in events] == list(range(1, len(events) + 1))
