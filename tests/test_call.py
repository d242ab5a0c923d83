from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import pytest

from assist.call import Call
from assist.core.engine import Engine
from assist.core.utterance import HOP
from assist.cues import TABLE
from assist.events import (
    CallEnded,
    CallStarted,
    CallUpdated,
    Channel,
    CueCleared,
    CueDetected,
    Event,
    Fault,
    MetricsUpdated,
    NudgeDismissed,
    NudgeResolved,
    NudgeShown,
    SpeechEnded,
    SpeechStarted,
    Tick,
    TranscriptFinal,
    Word,
    encode,
)
from assist.replay import check
from assist.settings import LANGUAGES, load_playbook
from assist.speech.pool import Inline, SpeechPool
from assist.speech.recogniser import Heard, Recogniser, Report, Request
from assist.speech.scheduler import Scheduler
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


def pushed(subject: Call, start: int, end: int) -> list[Event]:
    steps = (
        {channel: coded(at, at + 20) for channel in subject.channels}
        for at in range(start, end, 20)
    )
    return [event for step in steps for event in subject.push(step)]


def play(subject: Call, *, until: int = 4000) -> list[Event]:
    return [*subject.start(), *pushed(subject, 0, until), *subject.end("hangup")]


def spoken(*said: tuple[Channel, int, str]) -> WrittenWords:
    return WrittenWords(
        [
            HeardWord(channel=channel, text=word, start=at + 200 * i, end=at + 200 * i + 200)
            for channel, at, text in said
            for i, word in enumerate(text.split())
        ]
    )


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


def test_channels_that_seem_swapped_are_told_once() -> None:
    events = play(call(words=spoken(("customer", 1000, "how can i help you"))))

    assert [fault.code for fault in of(events, Fault)] == ["channels_swapped"]


def test_a_call_that_goes_on_elsewhere_still_knows_that_they_seem_swapped() -> None:
    written = spoken(
        ("customer", 1000, "how can i help you"),
        ("agent", 3000, "hello my name is morgan"),
        ("agent", 8000, "how can i help you"),
    )
    subject = call(words=written)
    known = [*subject.start(), *pushed(subject, 0, 6000)]
    again = call(words=written)
    again.restore(known, 6000)

    faults = [of(events, Fault) for events in (known, pushed(again, 6000, 14_000))]

    assert [[fault.active for fault in told] for told in faults] == [[True], [False]]


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


class Measured(Inline):
    """A pool that has a figure."""

    def figures(self) -> dict[str, float]:
        return {"busy": 0.5}


class Mute(Inline):
    """A pool that has so much to do that it never answers."""

    def submit(self, request: Request) -> "Future[Heard]":
        return Future()


def test_figures_are_told_every_five_seconds() -> None:
    events = play(call(pool=Measured(ScriptedRecogniser(WORDS))), until=11_000)

    told = [(event.at, event.values) for event in of(events, MetricsUpdated)]

    assert [at for at, _ in told] == [5000, 10_000]
    assert told[1][1] == {"busy": 0.5}


def test_the_delay_of_finals_stands_among_the_figures() -> None:
    events = play(call(pool=Measured(ScriptedRecogniser(WORDS))), until=6000)

    (final,), (ended,) = of(events, TranscriptFinal), of(events, SpeechEnded)
    (told,) = of(events, MetricsUpdated)

    assert told.values["ttfs_ms"] == final.at - ended.end
    assert 400 <= told.values["ttfs_ms"] < 500


def test_without_figures_nothing_is_told_of_the_machine() -> None:
    events = play(call(pool=Inline(ScriptedRecogniser(WORDS))), until=6000)

    assert not of(events, MetricsUpdated)


def test_words_that_keep_up_are_not_behind() -> None:
    said = say("we can do that for you if you can wait until next week", start=1000)
    ticks = of(play(call(agent=said, pool=Inline(ScriptedRecogniser(said))), until=6000), Tick)

    assert {tick.behind for tick in ticks} == {0}


def test_words_that_do_not_come_are_behind() -> None:
    said = say("we can do that for you if you can wait until next week", start=1000)
    subject = call(agent=said, pool=Mute(ScriptedRecogniser(said)))
    list(subject.start())
    events: list[Event] = []
    for at in range(0, 4520, 20):
        step = {channel: coded(at, at + 20) for channel in subject.channels}
        events += subject.push(step)

    assert 2700 <= of(events, Tick)[-1].behind <= 3200


def test_sound_that_comes_late_makes_words_late_too() -> None:
    subject = call()
    subject.late = 1200

    tick = of(play(subject), Tick)[-1]

    assert (tick.late, tick.behind) == (1200, 1200)


def test_a_model_that_does_not_load_is_one_fault() -> None:
    def load(report: Report) -> Recogniser:
        raise OSError("disk")

    with Scheduler(load=load) as pool:
        events = play(call(pool=pool))

    (fault,) = of(events, Fault)
    assert fault.code == "recogniser_failed"
    assert "cannot be loaded (disk)): words are off" in fault.text
    assert isinstance(events[-1], CallEnded)


class Idle:
    """Hear at once, but give second opinions when the call has come so far."""

    hop = HOP

    def __init__(self, first: Recogniser, second: Recogniser, *, at: int) -> None:
        self._inline = Inline(first, second=second)
        self._waiting: list[tuple[Request, Future[Heard]]] = []
        self.at = at

    def submit(self, request: Request) -> "Future[Heard]":
        if not request.second:
            return self._inline.submit(request)
        future: Future[Heard] = Future()
        self._waiting.append((request, future))
        return future

    def figures(self) -> dict[str, float]:
        return {"calls": 1.0}

    def tell(self, now: int) -> None:
        while now >= self.at and self._waiting:
            request, future = self._waiting.pop()
            future.set_result(self._inline.submit(request).result())


def reconsidered(first: str, second: str, *, at: int) -> list[Event]:
    """Play a call whose agent said something from 1000 to 2150, heard anew at a later time."""
    heard, better = say(first, start=1000), say(second, start=1000)
    pool = Idle(ScriptedRecogniser(heard), ScriptedRecogniser(better), at=at)
    subject = Call(
        "c1",
        Engine(call_id="c1", playbook=load_playbook("en"), table=TABLE),
        vad=ScriptedVad(spans(heard), ()),
        pool=pool,
        second=True,
    )
    events = list(subject.start())
    for now in range(0, 12_000, 20):
        pool.tell(now)
        step = {channel: coded(now, now + 20) for channel in subject.channels}
        events += subject.push(step)
    return [*events, *subject.end()]


NO, YES = "we can't do that", "we can do that"


def test_a_refusal_that_a_second_opinion_denies_is_cleared_with_its_nudge() -> None:
    events = reconsidered(NO, YES, at=7000)

    (cue,) = of(events, CueDetected)[:1]
    (over,) = of(events, CueCleared)[:1]
    (gone,) = of(events, NudgeResolved)
    assert cue.cue == "refusal_spoken"
    assert (over.id, over.reason) == (cue.id, "corrected")
    assert 7000 <= over.at == gone.at <= 7040
    assert not gone.by_agent


def test_a_refusal_that_a_second_opinion_finds_in_time_is_a_nudge() -> None:
    events = reconsidered(YES, NO, at=3000)

    (nudge,) = [nudge for nudge in of(events, NudgeShown) if nudge.cue == "refusal_spoken"]
    assert 4600 <= nudge.at <= 5100


def test_a_refusal_that_a_second_opinion_finds_late_is_past() -> None:
    events = reconsidered(YES, NO, at=9000)

    assert [final.revision for final in of(events, TranscriptFinal)][-1] > 1
    assert "refusal_spoken" not in {cue.cue for cue in of(events, CueDetected)}


def test_corrections_are_counted() -> None:
    figures = of(reconsidered(NO, YES, at=7000), MetricsUpdated)[-1].values

    assert (figures["corrections"], figures["cues_corrected"]) == (1, 1)


@pytest.mark.parametrize(("first", "second"), [(NO, YES), (YES, NO)])
def test_a_call_with_corrections_replays_without_drift(
    first: str, second: str, tmp_path: Path
) -> None:
    log = tmp_path / "call.jsonl"
    events = reconsidered(first, second, at=3000)
    log.write_bytes(b"".join(encode(event) + b"\n" for event in events))

    assert check(log) is None


def test_second_opinions_in_place_always_come_out_the_same() -> None:
    def played() -> list[bytes]:
        heard = say(NO, start=1000)
        pool = Inline(ScriptedRecogniser(heard), second=ScriptedRecogniser(say(YES, start=1000)))
        subject = Call(
            "c1",
            Engine(call_id="c1", playbook=load_playbook("en"), table=TABLE),
            vad=ScriptedVad(spans(heard), ()),
            pool=pool,
            second=True,
        )
        return [encode(event) for event in play(subject)]

    assert played() == played()
    assert sum(b'"transcript.final"' in line for line in played()) == 2


# ---- hotwords and language -----------------------------------------------------------------------


class Noting(Inline):
    """A pool that keeps what it was asked for."""

    def __init__(self, recogniser: Recogniser) -> None:
        super().__init__(recogniser)
        self.requests: list[Request] = []

    def submit(self, request: Request) -> "Future[Heard]":
        self.requests.append(request)
        return super().submit(request)


def noted(
    *, language: str = "en", hear: str = "", issue: Sequence[str] = (), told: Sequence[Event] = ()
) -> list[Request]:
    """Return what a call asks its pool for when it is told these events after two seconds."""
    words = (*WORDS, *say("and that", start=3000))
    pool = Noting(ScriptedRecogniser(words))
    subject = Call(
        "c1",
        Engine(call_id="c1", playbook=load_playbook(language), table=TABLE),
        vad=ScriptedVad(spans(words), ()),
        pool=pool,
        language=language,
        hear=hear,
        issue=issue,
    )
    list(subject.start())
    for at in range(0, 5000, 20):
        list(subject.push({channel: coded(at, at + 20) for channel in subject.channels}))
        if at == 2000:
            for event in told:
                list(subject.tell(event))
    list(subject.end())
    return pool.requests


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_words_of_the_ticket_come_before_those_of_the_playbook(language: str) -> None:
    hotwords = noted(language=language, issue=["Fritzbox", "Modem"])[0].hotwords

    assert hotwords[:3] == ("Fritzbox", "Modem", load_playbook(language).hotwords[0])
    assert [word.lower() for word in hotwords].count("modem") == 1


def test_the_words_of_the_ticket_may_come_during_the_call() -> None:
    first, *_, last = noted(told=[CallUpdated(at=0, issue=("Fritzbox",))])

    assert "Fritzbox" not in first.hotwords
    assert last.hotwords == ("Fritzbox", *first.hotwords)


def test_an_update_without_a_ticket_leaves_the_words() -> None:
    first, *_, last = noted(issue=["Fritzbox"], told=[CallUpdated(at=0, agent="desk 3")])

    assert last.hotwords == first.hotwords


@pytest.mark.parametrize(
    ("hear", "asked"), [("", "de"), ("en", "en"), ("auto", "")], ids=["call", "set", "auto"]
)
def test_the_recogniser_is_asked_for_the_calls_language_or_its_own(hear: str, asked: str) -> None:
    requests = noted(language="de", hear=hear)

    assert {request.language for request in requests} == {asked}
    assert {request.among for request in requests} == {LANGUAGES}
