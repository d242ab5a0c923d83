from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise

import pytest

from assist.core.audio import Windows
from assist.core.gate import Gate
from assist.events import Event, TranscriptFinal, TranscriptPartial, Word
from assist.speech.listener import Listener, Submit, inline
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad, coded, say, spans
from assist.speech.utterance import ListenerSettings, Words

LONG = say(" ".join(f"w{i}" for i in range(120)), start=500)
"""36 seconds without a pause."""


def listen(
    words: Sequence[Word],
    *,
    until: int,
    speech: Sequence[tuple[int, int]] | None = None,
    submit: Submit = inline,
    recogniser: ScriptedRecogniser | None = None,
) -> list[Event]:
    vad = ScriptedVad(spans(words) if speech is None else speech).stream()
    gate, windows = Gate(), Windows()
    listener = Listener(
        "agent", recogniser or ScriptedRecogniser(words), language="en", submit=submit
    )
    events: list[Event] = []
    for at in range(0, until, 20):
        pcm = coded(at, at + 20)
        edge = None
        for window in windows.push(pcm):
            edge = gate.push(vad.probability(window), 32) or edge
        events += listener.push(pcm, edge)
    events += listener.end()
    return events


def finals(events: Sequence[Event]) -> list[TranscriptFinal]:
    return [event for event in events if isinstance(event, TranscriptFinal)]


def text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def test_the_words_of_an_utterance_become_final() -> None:
    (final,) = finals(listen(say("we can not do that", start=1000), until=4000))

    assert text(final.words) == "we can not do that"


def test_word_times_stand_on_the_call_clock() -> None:
    (final,) = finals(listen(say("we can", start=1000), until=4000, speech=[(1000, 1600)]))

    assert [(word.start, word.end) for word in final.words] == [(1000, 1250), (1300, 1550)]


def test_a_final_comes_600_ms_after_the_speech() -> None:
    (final,) = finals(listen(say("we can", start=1000), until=4000, speech=[(1024, 1536)]))

    assert 600 <= final.at - 1536 < 640


def test_partials_keep_the_id_and_count_up() -> None:
    events = listen(say("one two three four five six seven eight nine", start=1000), until=6000)

    assert [event.utterance for event in events] == ["a1"] * len(events)  # type: ignore[attr-defined]  # only transcripts come
    assert [event.revision for event in events] == list(range(1, len(events) + 1))  # type: ignore[attr-defined]  # the same
    assert len(events) >= 3


def test_stable_words_are_never_withdrawn_by_a_partial() -> None:
    events = listen(LONG, until=20_000)

    stable = [text(event.words) for event in events if isinstance(event, TranscriptPartial)]

    assert all(later.startswith(earlier) for earlier, later in pairwise(stable))


def test_a_short_gap_does_not_end_an_utterance() -> None:
    words = (*say("we can", start=1000), *say("not", start=1950))

    (final,) = finals(listen(words, until=4000))

    assert text(final.words) == "we can not"


def test_a_long_gap_does() -> None:
    words = (*say("we can", start=1000), *say("not", start=2700))

    found = finals(listen(words, until=5000))

    assert [(final.utterance, text(final.words)) for final in found] == [
        ("a1", "we can"),
        ("a2", "not"),
    ]


def test_words_outside_speech_are_dropped() -> None:
    words = say("we can", start=1000)
    phantom = Word(text="Thanks", start=1850, end=1900)

    (final,) = finals(
        listen(
            words,
            until=4000,
            speech=[(1000, 1550)],
            recogniser=ScriptedRecogniser((*words, phantom)),
        )
    )

    assert text(final.words) == "we can"


def test_speech_without_words_is_not_told() -> None:
    assert listen((), until=4000, speech=[(1000, 2000)]) == []


def test_the_tail_is_decoded_when_the_call_ends_in_the_middle_of_speech() -> None:
    (final,) = finals(listen(say("we can not", start=1000), until=1900))

    assert text(final.words) == "we can not"


@pytest.fixture(scope="module")
def monologue() -> list[Event]:
    return listen(LONG, until=40_000)


def test_nothing_of_long_speech_is_lost_or_doubled(monologue: list[Event]) -> None:
    words = [word for final in finals(monologue) for word in final.words]

    assert text(words) == text(LONG)


def test_long_speech_is_cut_into_utterances(monologue: list[Event]) -> None:
    lengths = [final.words[-1].end - final.words[0].start for final in finals(monologue)]

    assert len(lengths) == 2
    assert max(lengths) < 24_000


def test_windows_stay_short_in_long_speech() -> None:
    class Measuring(ScriptedRecogniser):
        longest = 0

        def transcribe(self, samples, **rest):  # type: ignore[no-untyped-def]  # passes all on
            self.longest = max(self.longest, len(samples) // 16)
            return super().transcribe(samples, **rest)

    recogniser = Measuring(LONG)
    listen(LONG, until=40_000, recogniser=recogniser)

    assert recogniser.longest < ListenerSettings().window + 1500


class Worker:
    """Run jobs only when asked to, like a thread that is busy."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Words], Callable[[], Words]]] = []
        self.most = 0

    def submit(self, job: Callable[[], Words]) -> "Future[Words]":
        future: Future[Words] = Future()
        self.waiting.append((future, job))
        self.most = max(self.most, len(self.waiting))
        return future

    def work(self) -> None:
        for future, job in self.waiting:
            future.set_result(job())
        self.waiting.clear()


def test_a_busy_worker_gets_one_job_at_a_time() -> None:
    worker, words = Worker(), say("one two three four five six", start=100)
    listener = Listener("customer", ScriptedRecogniser(words), language="en", submit=worker.submit)
    gate, events = Gate(), list[Event]()
    for at in range(0, 3200, 32):
        edge = gate.push(float(100 <= at < 1900), 32)
        events += listener.push(coded(at, at + 32), edge)

    assert (worker.most, events) == (1, [])


def test_late_finals_are_not_lost_and_stay_apart() -> None:
    first, second = say("one two three", start=100), say("four five", start=4000)
    worker = Worker()
    recogniser = ScriptedRecogniser((*first, *second))
    listener = Listener("customer", recogniser, language="en", submit=worker.submit)
    gate, events = Gate(), list[Event]()
    for at in range(0, 9600, 32):
        edge = gate.push(float(100 <= at < 950 or 4000 <= at < 4550), 32)
        events += listener.push(coded(at, at + 32), edge)
        if at > 6000:
            worker.work()

    found = [(final.utterance, text(final.words)) for final in finals(events)]

    assert found == [("c1", "one two three"), ("c2", "four five")]


def test_the_end_waits_for_a_busy_worker() -> None:
    with ThreadPoolExecutor(1) as worker:
        events = listen(say("we can not", start=1000), until=1900, submit=worker.submit)

    assert [text(final.words) for final in finals(events)] == ["we can not"]


def test_an_error_of_the_recogniser_is_raised() -> None:
    with pytest.raises(RuntimeError, match="as the script wants"):
        listen(
            say("we can", start=1000),
            until=4000,
            recogniser=ScriptedRecogniser((), fails=True),
        )
