from collections.abc import Iterator
from concurrent.futures import Future
from itertools import pairwise

import numpy as np
import pytest

from assist.core.audio import STEP_MS, samples
from assist.events import Event, TranscriptFinal, TranscriptPartial, Word
from assist.speech.recogniser import Sound
from assist.speech.scripted import ScriptedVad, say
from benchmarks.baseline import HOP, BaselineChannel, Hypotheses, Passed, Voice
from benchmarks.stamp import read, stamped

SAID = say("I have been waiting for a whole week now.", start=500)


class Answers:
    """Hear the words of a script in stamped sound, at once or when `answer` is called."""

    def __init__(self, words: tuple[Word, ...], *, at_once: bool = True) -> None:
        self.words = words
        self.asked: list[tuple[int, int, str]] = []
        self._at_once = at_once
        self._waiting: list[tuple[Future[Passed], Passed]] = []

    def submit(self, sound: Sound, prompt: str, language: str) -> Future[Passed]:
        start = read(sound)[1]
        end = start + len(sound) // 16
        self.asked.append((start, end, prompt))
        inside = tuple(
            Word(text=w.text, start=w.start - start, end=w.end - start)
            for w in self.words
            if w.start >= start and w.end <= end
        )
        ends = tuple(w.end for w in inside if w.text.endswith("."))
        future: Future[Passed] = Future()
        self._waiting.append((future, Passed(inside, ends)))
        if self._at_once:
            self.answer()
        return future

    def answer(self) -> None:
        for future, passed in self._waiting:
            future.set_result(passed)
        self._waiting.clear()


def channel(answers: Answers, *speech: tuple[int, int], tail: bool = True) -> BaselineChannel:
    stream = ScriptedVad(speech).stream()
    return BaselineChannel("agent", stream, answers, language="en", tail=tail)


def play(one: BaselineChannel, start: int, end: int) -> Iterator[Event]:
    for at in range(start, end, STEP_MS):
        yield from one.push(stamped(np.zeros(samples(STEP_MS), np.int16), 0, start=at))


def texts(events: list[Event]) -> list[str]:
    return [
        " ".join(word.text for word in event.words)
        for event in events
        if isinstance(event, TranscriptFinal)
    ]


def test_speech_begins_at_once_and_ends_after_half_a_second_of_silence() -> None:
    voice = Voice()
    edges = [voice.push(0.9 if 10 <= window < 40 else 0.1) for window in range(80)]

    assert [(i, edge) for i, edge in enumerate(edges) if edge] == [
        (10, ("start", 10 * 32 - 100)),
        (56, ("end", 40 * 32 + 100)),
    ]


def test_a_word_is_committed_when_two_hypotheses_begin_with_it() -> None:
    hypotheses = Hypotheses(0)

    hypotheses.push(say("no I am", start=0))
    hypotheses.push(say("no I was not", start=0))

    assert [word.text for word in hypotheses.committed] == ["no", "I"]
    assert [word.text for word in hypotheses.rest] == ["was", "not"]


def test_words_that_were_committed_are_not_taken_twice() -> None:
    hypotheses = Hypotheses(0)
    for _ in range(2):
        hypotheses.push(say("no I am", start=0))

    hypotheses.push(say("I am here", start=300))

    assert [word.text for word in hypotheses.rest] == ["here"]


def test_each_second_of_speech_the_whole_buffer_is_decoded() -> None:
    answers = Answers(SAID)

    list(play(channel(answers, (500, 9_000)), 0, 4_000))

    starts, ends = {start for start, _, _ in answers.asked}, [end for _, end, _ in answers.asked]
    assert len(starts) == 1
    assert all(HOP < b - a <= HOP + STEP_MS for a, b in pairwise(ends))


def test_the_next_pass_waits_for_the_last() -> None:
    answers = Answers(SAID, at_once=False)
    one = channel(answers, (500, 9_000))

    list(play(one, 0, 6_000))
    assert len(answers.asked) == 1

    answers.answer()
    list(play(one, 6_000, 6_100))
    assert len(answers.asked) == 2


@pytest.mark.parametrize(("tail", "last"), [(True, "week"), (False, "a")])
def test_the_end_of_speech_decodes_the_tail_or_takes_the_last_hypothesis(
    tail: bool, last: str
) -> None:
    answers = Answers(SAID[:8])
    events = list(play(channel(answers, (500, SAID[7].end), tail=tail), 0, 5_000))

    (text,) = texts(events)
    assert text.split()[-1] == last


def test_past_fifteen_seconds_the_buffer_is_cut_at_a_sentence() -> None:
    words = say(" ".join(f"Number {n} is {n}." for n in range(16)), start=500)
    answers = Answers(words)

    events = list(play(channel(answers, (500, 19_700)), 0, 22_000))

    starts = sorted({start for start, _, _ in answers.asked})
    assert len(starts) == 2
    assert starts[1] in {word.end for word in words if word.text.endswith(".")}
    assert answers.asked[-1][2].startswith("Number 0 is 0. Number 1")
    assert texts(events) == [" ".join(word.text for word in words)]


def test_committed_words_are_shown_before_the_end() -> None:
    events = list(play(channel(Answers(SAID), (500, 9_000)), 0, 4_500))

    shown = [event for event in events if isinstance(event, TranscriptPartial)]
    assert [word.text for word in shown[0].words] == ["I", "have", "been"]
