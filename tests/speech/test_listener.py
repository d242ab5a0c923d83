from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from itertools import pairwise

import pytest
from msgspec.structs import replace as replace_word

from assist.core.audio import Windows
from assist.core.gate import Gate
from assist.core.utterance import ListenerSettings
from assist.events import Event, TranscriptFinal, TranscriptPartial, Word
from assist.speech.listener import Listener
from assist.speech.pool import Inline, SpeechPool
from assist.speech.recogniser import Heard, Request
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad, coded, say, spans

LONG = say(" ".join(f"w{i}" for i in range(120)), start=500)
"""36 seconds without a pause."""


def listen(
    words: Sequence[Word],
    *,
    until: int,
    speech: Sequence[tuple[int, int]] | None = None,
    recogniser: ScriptedRecogniser | None = None,
    pool: SpeechPool | None = None,
    language: str = "en",
) -> list[Event]:
    vad = ScriptedVad(spans(words) if speech is None else speech).stream()
    gate, windows = Gate(), Windows()
    pool = pool or Inline(recogniser or ScriptedRecogniser(words))
    listener = Listener("agent", pool, language=language, among=("en", "de"))
    events: list[Event] = []
    for at in range(0, until, 20):
        pcm = coded(at, at + 20)
        edge = None
        for window in windows.push(pcm):
            edge = gate.push(vad.probabilities([window])[0], 32) or edge
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


def test_a_final_comes_400_ms_after_the_speech() -> None:
    (final,) = finals(listen(say("we can", start=1000), until=4000, speech=[(1024, 1536)]))

    assert 400 <= final.at - 1536 < 440


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
    words = (*say("we can", start=1000), *say("not", start=1800))

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

        def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
            self.longest = max(self.longest, *(len(each.sound) // 16 for each in requests))
            return super().transcribe(requests)

    recogniser = Measuring(LONG)
    listen(LONG, until=40_000, recogniser=recogniser)

    assert recogniser.longest < ListenerSettings().window + 1500


class Busy:
    """Decode only when asked to, like threads that have other work."""

    hop = 700

    def __init__(self, recogniser: ScriptedRecogniser) -> None:
        self._inline = Inline(recogniser)
        self.waiting: list[tuple[Future[Heard], Request]] = []
        self.handed_in: list[Request] = []

    def submit(self, request: Request) -> "Future[Heard]":
        future: Future[Heard] = Future()
        self.waiting.append((future, request))
        self.handed_in.append(request)
        return future

    def begin(self) -> None:
        """Begin to work on all that waits, so that nothing can be taken back."""
        for future, _ in self.waiting:
            future.set_running_or_notify_cancel()

    def work(self) -> None:
        for future, request in self.waiting:
            if not future.cancelled():
                future.set_result(self._inline.submit(request).result())
        self.waiting.clear()

    def figures(self) -> dict[str, float]:
        return {}


class Live:
    """A listener with a busy pool, and its sound in steps of 32 ms."""

    def __init__(self, words: Sequence[Word], *speech: tuple[int, int]) -> None:
        self.pool = Busy(ScriptedRecogniser(words))
        self.listener = Listener("customer", self.pool, language="en")
        self.events: list[Event] = []
        self._gate, self._speech, self._at = Gate(), speech, 0

    def until(self, end: int, *, working: bool = False) -> "Live":
        while self._at < end:
            spoken = any(start <= self._at < end for start, end in self._speech)
            edge = self._gate.push(float(spoken), 32)
            self.events += self.listener.push(coded(self._at, self._at + 32), edge)
            self._at += 32
            if working:
                self.pool.work()
        return self


def test_a_waiting_partial_is_given_up_for_a_newer_one() -> None:
    live = Live(say("one two three four five six", start=100), (100, 1900)).until(1850)

    lengths = [len(request.sound) // 16 for request in live.pool.handed_in]

    assert len(lengths) == 2
    assert lengths == sorted(lengths)
    assert [future.cancelled() for future, _ in live.pool.waiting] == [True, False]
    assert live.events == []


def test_a_partial_that_the_pool_gave_up_is_not_missed() -> None:
    live = Live(say("one two three", start=100), (100, 950)).until(850)
    live.pool.hop = 60_000
    live.pool.waiting[0][0].cancel()
    live.until(2000, working=True)

    assert [request.careful for request in live.pool.handed_in] == [False, True]
    assert [text(final.words) for final in finals(live.events)] == ["one two three"]


def test_a_partial_under_work_is_not_doubled() -> None:
    live = Live(say("one two three four five six", start=100), (100, 1900)).until(850)
    live.pool.begin()
    live.until(1850)

    assert len(live.pool.handed_in) == 1


def test_a_final_does_not_wait_for_the_partial_under_work() -> None:
    live = Live(say("one two", start=100), (100, 900)).until(850)
    live.pool.begin()
    live.until(1300)

    assert [request.careful for request in live.pool.handed_in] == [False, True]


def test_a_final_that_overtook_its_partial_stands() -> None:
    live = Live(say("one two", start=100), (100, 900)).until(850)
    live.pool.begin()
    live.until(1300)
    partial, final = (future for future, _ in live.pool.waiting)
    live.pool.waiting.pop(0)
    live.pool.work()
    live.until(1500)
    partial.set_result(Heard(say("wrong", start=100)))
    live.until(2000)

    assert final.done()
    assert [text(each.words) for each in finals(live.events)] == ["one two"]


def test_late_finals_are_not_lost_and_stay_apart() -> None:
    first, second = say("one two three", start=100), say("four five", start=4000)
    live = Live((*first, *second), (100, 950), (4000, 4550))
    live.until(6000).until(9600, working=True)

    found = [(final.utterance, text(final.words)) for final in finals(live.events)]

    assert found == [("c1", "one two three"), ("c2", "four five")]


def test_a_final_is_wanted_when_the_silence_is_over() -> None:
    live = Live(say("one two", start=100), (100, 900)).until(1300)

    (careful,) = [request for request in live.pool.handed_in if request.careful]

    assert 100 <= careful.slack <= 200


def test_a_decode_of_speech_that_goes_on_lets_finals_pass() -> None:
    live = Live(say("one two", start=100), (100, 9000)).until(9100)

    (wide,) = [request for request in live.pool.handed_in if request.careful]

    assert wide.slack == live.pool.hop


def test_the_lag_of_the_words_is_known() -> None:
    live = Live(say("one two", start=100), (100, 9000)).until(3000)
    assert live.listener.behind >= 2800

    live.until(3100, working=True)
    assert live.listener.behind < 800


def test_prompts_begin_anew_after_a_guard() -> None:
    class Doubtful(ScriptedRecogniser):
        def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
            return [replace(heard, guards=("doubt",)) for heard in super().transcribe(requests)]

    words = (*say("one two", start=100), *say("three four", start=2500))
    calm, doubtful = (Busy(kind(words)) for kind in (ScriptedRecogniser, Doubtful))
    for pool in (calm, doubtful):
        live = Live(words, (100, 700), (2500, 3100))
        live.pool, live.listener = pool, Listener("customer", pool, language="en")
        live.until(5000, working=True)

    assert calm.handed_in[-1].prompt == "one two"
    assert doubtful.handed_in[-1].prompt == ""


def test_the_end_waits_for_a_busy_worker() -> None:
    words = say("we can not", start=1000)
    with Scheduler(ScriptedRecogniser(words)) as pool:
        events = listen(words, until=1900, pool=pool)

    assert [text(final.words) for final in finals(events)] == ["we can not"]


def test_a_decode_that_fails_is_done_again() -> None:
    class Stumbling(ScriptedRecogniser):
        def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
            self.fails = self.decodes % 3 != 2
            return super().transcribe(requests)

    words = say("we can not do that for you today I am afraid", start=1000)
    (final,) = finals(listen(words, until=6000, recogniser=Stumbling(words)))

    assert text(final.words) == text(words)


def test_an_error_of_the_recogniser_is_raised() -> None:
    with pytest.raises(RuntimeError, match="as the script wants"):
        listen(
            say("we can", start=1000),
            until=4000,
            recogniser=ScriptedRecogniser((), fails=True),
        )


# ---- language and hotwords -----------------------------------------------------------------------


class Polyglot(ScriptedRecogniser):
    """Hears English in windows of a second that begin where it is spoken, else German;
    every word says which."""

    def __init__(
        self, words: Sequence[Word], *english: tuple[int, int], probability: float = 0.9
    ) -> None:
        super().__init__(words)
        self.requests: list[Request] = []
        self._english, self._probability = english, probability

    def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
        self.requests += requests
        return [
            self._in(request.language or self._tell(request), heard)
            for request, heard in zip(requests, super().transcribe(requests), strict=True)
        ]

    def _tell(self, request: Request) -> str:
        start = int(request.sound[0] * 32768) * 10
        length = len(request.sound) // 16
        is_english = any(first <= start < last for first, last in self._english)
        return "en" if is_english and length > 900 else "de"

    def _in(self, language: str, heard: Heard) -> Heard:
        words = (
            replace_word(word, text=f"{language}:{word.text}", probability=self._probability)
            for word in heard.words
        )
        return Heard(tuple(words), language, certainty=0.8)


def hear_all(recogniser: Polyglot, *, language: str, until: int) -> list[str]:
    """Return the finals of one channel."""
    events = listen(recogniser.words, until=until, recogniser=recogniser, language=language)
    return [text(final.words) for final in finals(events)]


def test_a_language_that_is_set_is_asked_for() -> None:
    recogniser = Polyglot(say("one two three", start=500))

    assert hear_all(recogniser, language="en", until=3000) == ["en:one en:two en:three"]
    assert {request.language for request in recogniser.requests} == {"en"}


def test_a_language_that_is_told_is_kept_after_five_seconds_of_speech() -> None:
    words = (*say("one two three four " * 5, start=500), *say("five", start=8000))
    recogniser = Polyglot(words, (0, 7000))

    found = hear_all(recogniser, language="auto", until=10_000)

    assert found[-1] == "en:five"  # which alone would have been told to be German
    asked = [request.language for request in recogniser.requests]
    assert asked == sorted(asked)  # nothing, then English
    assert {request.among for request in recogniser.requests} == {("en", "de")}


def test_words_in_a_less_likely_language_are_heard_again() -> None:
    words = (*say("one two three four five", start=500), *say("six", start=4000))
    recogniser = Polyglot(words, (0, 3000))

    found = hear_all(recogniser, language="auto", until=6000)

    assert found == ["en:one en:two en:three en:four en:five", "en:six"]
    assert [request.language for request in recogniser.requests[-2:]] == ["", "en"]


def test_the_language_is_told_again_when_the_words_are_doubtful() -> None:
    words = tuple(
        word
        for start in range(500, 16_000, 5000)
        for word in say("one two three four " * 3, start=start)
    )
    sure, unsure = (
        Polyglot(words, (0, 9000), probability=probability) for probability in (0.9, 0.3)
    )

    assert hear_all(sure, language="auto", until=22_000)[-1].startswith("en:one")
    assert hear_all(unsure, language="auto", until=22_000)[-1].startswith("de:one")


def test_windows_without_words_tell_no_language() -> None:
    recogniser = Polyglot(())

    assert listen((), until=9000, speech=[(0, 8000)], recogniser=recogniser, language="auto") == []
    assert len(recogniser.requests) > 8
    assert {request.language for request in recogniser.requests} == {""}


def test_hotwords_may_change_during_the_call() -> None:
    live = Live(say("one two three four five six", start=100), (100, 1900))
    live.listener.hotwords = ("router",)
    live.until(900, working=True)
    live.listener.hotwords = ("modem", "router")
    live.until(2600, working=True)

    assert live.pool.handed_in[0].hotwords == ("router",)
    assert live.pool.handed_in[-1].hotwords == ("modem", "router")


def test_numbers_case_and_oaths_are_written_as_they_were_heard() -> None:
    said = "NO, i paid 12.50 € on 3/4, damn it: bloody call 0800 555 7"

    (final,) = finals(listen(say(said, start=500), until=7000))

    assert text(final.words) == said


# --- second opinions --------------------------------------------------------------------------


class Asked:
    """Hear at once, and keep what a larger model is asked for."""

    hop = 700

    def __init__(self, first: ScriptedRecogniser, second: ScriptedRecogniser | None = None) -> None:
        self._inline = Inline(first, second=second)
        self.asked: list[Request] = []

    def submit(self, request: Request) -> "Future[Heard]":
        self.asked += [request] if request.second else []
        return self._inline.submit(request)

    def figures(self) -> dict[str, float]:
        return {}


def twice(
    words: Sequence[Word], better: Sequence[Word], *, until: int
) -> tuple[list[Event], list[Request]]:
    """Let a larger model hear the finals again; return what is told and what it was asked."""
    pool = Asked(ScriptedRecogniser(words), ScriptedRecogniser(better))
    gate, speech = Gate(), spans(words)
    listener = Listener("agent", pool, language="en", second=True)
    events: list[Event] = []
    for at in range(0, until, 32):
        edge = gate.push(float(any(a <= at < b for a, b in speech)), 32)
        events += listener.push(coded(at, at + 32), edge)
    return [*events, *listener.end()], pool.asked


def test_a_second_opinion_corrects_the_final() -> None:
    first, better = say("we can do that", start=1000), say("we can't do that", start=1000)

    events, asked = twice(first, better, until=4000)

    first_final, second_final = finals(events)
    assert text(first_final.words) == "we can do that"
    assert text(second_final.words) == "we can't do that"
    assert second_final.utterance == first_final.utterance
    assert second_final.revision == first_final.revision + 1
    assert [(request.careful, request.second) for request in asked] == [(True, True)]


def test_a_second_opinion_hears_the_whole_utterance() -> None:
    long = say(" ".join(f"w{i}" for i in range(45)), start=500)

    events, (request,) = twice(long, long, until=16_000)

    assert len(finals(events)) == 1
    assert 13_900 <= len(request.sound) // 16 <= 14_000


def test_the_parts_of_long_speech_are_heard_again_one_by_one() -> None:
    better = tuple(replace_word(word, text=f"better-{word.text}") for word in LONG)

    events, asked = twice(LONG, better, until=40_000)

    corrected = {final.utterance: final for final in finals(events)}
    words = [word for final in corrected.values() for word in final.words]
    assert len(asked) == len(corrected) == 2
    assert [word.text for word in words] == [word.text for word in better]


def test_an_utterance_too_long_for_a_second_hearing_keeps_the_first() -> None:
    knobs = ListenerSettings(longest=60_000)
    pool = Asked(ScriptedRecogniser(LONG))
    listener, gate = Listener("agent", pool, language="en", settings=knobs, second=True), Gate()
    events: list[Event] = []
    for at in range(0, 40_000, 32):
        edge = gate.push(float(500 <= at < 36_500), 32)
        events += listener.push(coded(at, at + 32), edge)

    assert text(finals(events)[0].words) == text(LONG)
    assert pool.asked == []


def test_nobody_looks_for_words_where_none_were_heard() -> None:
    assert twice((), say("thank you", start=1000), until=4000) == ([], [])


def test_nobody_is_asked_at_the_end_of_the_call() -> None:
    words = say("we can not", start=1000)

    events, asked = twice(words, say("we can now", start=1000), until=1900)

    assert [text(final.words) for final in finals(events)] == ["we can not"]
    assert asked == []


def test_nothing_is_certain_from_where_an_utterance_began_that_is_not_final() -> None:
    words = say("we can", start=2000)
    vad = ScriptedVad(spans(words)).stream()
    gate, windows = Gate(), Windows()
    listener = Listener("agent", Inline(ScriptedRecogniser(words)), language="en")
    certain = {}

    for at in range(0, 6000, 20):
        pcm = coded(at, at + 20)
        edge = None
        for window in windows.push(pcm):
            edge = gate.push(vad.probabilities([window])[0], 32) or edge
        list(listener.push(pcm, edge))
        certain[at] = listener.certain

    assert max(certain[at] for at in range(0, 2800, 20)) < 2000
    assert certain[5980] > 4500
