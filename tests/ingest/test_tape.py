"""What of a live call may be kept: only what is certain to tell no secret."""

import threading
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from assist.core.audio import STEP_MS, samples
from assist.core.redaction import Silence
from assist.events import Channel, Fault, TranscriptFinal
from assist.ingest.items import End, Pause, Resume, Start
from assist.ingest.live import LAST_WORDS_MS, LiveCall
from assist.ingest.tape import CHUNK_MS, LONGEST_MS, Behind, Over, Part, Sound, Spoilt, Tape
from assist.speech.pool import Inline, SpeechPool
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser, say
from tests.ingest.sound import WORDS, Clock, Kept, compose, pieces

STEP: dict[Channel, NDArray[np.int16]] = {
    "agent": np.full(samples(STEP_MS), 5, np.int16),
    "customer": np.full(samples(STEP_MS), 7, np.int16),
}


class Reel:
    """A tape that is on, and what it gave away."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.tape = Tape(self.parts.append)
        self.tape.on = True

    def take(self, start: int, end: int) -> None:
        for at in range(start, end, STEP_MS):
            self.tape.take(at, STEP)

    @property
    def sounds(self) -> list[Sound]:
        return [part for part in self.parts if isinstance(part, Sound)]

    @property
    def stretches(self) -> list[tuple[int, int]]:
        return [(sound.at, sound.end) for sound in self.sounds]

    def at(self, ms: int) -> list[int]:
        """Return both sides' sample at a time."""
        (sound,) = (one for one in self.sounds if one.at <= ms < one.end)
        left, right = sound.pcm[samples(ms - sound.at)]
        return [int(left), int(right)]


@pytest.fixture
def reel() -> Reel:
    return Reel()


def test_only_what_is_certain_is_given_away(reel: Reel) -> None:
    reel.take(0, 2_000)

    reel.tape.advance(1_210)

    assert reel.stretches == [(0, 1_200)]
    assert reel.at(600) == [5, 7]


def test_a_secret_is_silent_on_both_sides(reel: Reel) -> None:
    reel.take(0, 2_000)

    reel.tape.advance(1_500, [Silence("customer", 505, 790)])

    assert [reel.at(ms) for ms in (499, 500, 799, 800)] == [[5, 7], [0, 0], [0, 0], [5, 7]]


def test_a_secret_may_reach_into_sound_that_is_not_there_yet(reel: Reel) -> None:
    reel.take(0, 1_000)
    reel.tape.advance(600, [Silence("agent", 700, 1_400)])
    reel.take(1_000, 2_000)

    reel.tape.advance(2_000)

    assert [reel.at(ms) for ms in (680, 700, 1_380, 1_400)] == [[5, 7], [0, 0], [0, 0], [5, 7]]


def test_a_secret_that_is_known_too_late_is_told(reel: Reel) -> None:
    reel.take(0, 1_000)
    reel.tape.advance(1_000)

    reel.tape.advance(1_000, [Silence("agent", 300, 500)])

    assert reel.parts[-1] == Spoilt(300, 500)


def test_little_sound_waits_for_more_unless_the_clock_jumps(reel: Reel) -> None:
    reel.take(0, CHUNK_MS - STEP_MS)
    reel.tape.advance(CHUNK_MS)
    before = list(reel.parts)

    reel.take(5_000, 6_000)
    reel.tape.advance(6_000)

    assert before == []
    assert reel.stretches == [(0, CHUNK_MS - STEP_MS), (5_000, 6_000)]


def test_little_that_is_certain_waits_for_more(reel: Reel) -> None:
    reel.take(0, 2_000)

    for until in range(STEP_MS, 1_000 + STEP_MS, STEP_MS):
        reel.tape.advance(until)

    assert reel.stretches == [(at, at + CHUNK_MS) for at in range(0, 1_000, CHUNK_MS)]


def test_nothing_is_kept_where_secrets_are_never_known(reel: Reel) -> None:
    reel.take(0, 1_000)

    reel.tape.advance(None)
    reel.tape.advance(1_000)

    assert reel.parts == []


def test_nothing_is_kept_while_it_is_off(reel: Reel) -> None:
    reel.take(0, 1_000)

    reel.tape.on = False
    reel.take(1_000, 1_020)
    reel.tape.on = True
    reel.tape.advance(1_020)

    assert reel.parts == []


def test_what_waits_too_long_is_lost_and_told(reel: Reel) -> None:
    reel.take(0, LONGEST_MS + STEP_MS)

    reel.tape.advance(LONGEST_MS + STEP_MS)

    assert reel.parts == [Behind()]


def test_at_the_end_the_rest_is_given_once(reel: Reel) -> None:
    reel.take(0, 100)

    reel.tape.advance(100, last=True)
    reel.tape.advance(100, last=True)

    assert reel.stretches == [(0, 100)]
    assert reel.parts[1:] == [Over()]


def test_a_side_without_sound_is_silent(reel: Reel) -> None:
    for at in range(0, 1_000, STEP_MS):
        reel.tape.take(at, {"customer": STEP["customer"]})

    reel.tape.advance(1_000)

    assert reel.at(500) == [0, 7]


# ---- with a live call ----------------------------------------------------------------------


class Live:
    """A live call with a tape."""

    def __init__(self, pool: SpeechPool | None) -> None:
        self.reel, self.kept = Reel(), Kept()
        start = Start("call-0001", agent="anna", source="test", skew_ms=1_000)
        call = compose(start, pool=pool)
        self.clock = Clock()
        self.live = LiveCall(call, start, publish=self.kept, clock=self.clock, tape=self.reel.tape)

    def hear(self, *work: object) -> None:
        assert self.live.put(work)  # type: ignore[arg-type]  # items
        self.live.work()


def test_a_call_is_kept_from_its_first_sound_to_its_last() -> None:
    here = Live(Inline(ScriptedRecogniser(WORDS)))

    here.hear(*pieces(0, 4_000), End("hangup"))

    assert here.reel.stretches[0][0] == 0
    assert here.reel.stretches[-1][1] == 4_000
    assert here.reel.parts[-1] == Over()


def test_while_somebody_speaks_nothing_of_it_is_certain() -> None:
    here = Live(Inline(ScriptedRecogniser(WORDS)))

    here.hear(*pieces(0, 2_000))

    assert all(end <= WORDS[0].start for _, end in here.reel.stretches)


def test_a_card_number_that_is_told_is_silent() -> None:
    secret = say("4242 4242 4242 4242", start=1_000)
    here = Live(Inline(ScriptedRecogniser(secret)))

    for at in range(0, 30_000, 500):
        here.hear(*pieces(at, at + 500))
    here.hear(End("hangup"))

    said = next(event for event in here.kept.events if isinstance(event, TranscriptFinal))
    assert [word.text for word in said.words] == ["[card]"]
    start, end = said.words[0].start, said.words[-1].end
    silent = [here.reel.at(ms) for ms in range(start, end, 10)]
    assert silent == [[0, 0]] * len(silent)
    assert any(here.reel.at(ms) != [0, 0] for ms in range(0, 500, 10))
    assert not [part for part in here.reel.parts if isinstance(part, Spoilt)]


def test_what_was_not_decoded_when_the_call_ended_is_not_kept() -> None:
    heard = threading.Event()

    class Slow(ScriptedRecogniser):
        def transcribe(self, requests):  # type: ignore[no-untyped-def]  # as its parent
            heard.wait(10)
            return super().transcribe(requests)

    with Scheduler(Slow(WORDS)) as scheduler:
        here = Live(scheduler)
        here.hear(*pieces(0, 1_800), End("hangup"))
        here.clock.now += LAST_WORDS_MS
        here.hear()
        heard.set()

    assert here.live.ended
    assert here.reel.stretches[-1][1] <= WORDS[0].start
    assert here.reel.parts[-1] == Over()


def test_a_pause_is_a_gap() -> None:
    here = Live(Inline(ScriptedRecogniser(WORDS)))

    here.hear(*pieces(0, 2_000), Pause("privacy", "agent"), *pieces(2_000, 3_000))
    here.hear(Resume(60_000), *pieces(3_000, 4_000), End("hangup"))

    joined = here.reel.stretches
    inner = [(a[1], b[0]) for a, b in pairwise(joined) if a[1] != b[0]]
    assert inner == [(2_000, 62_000)]
    assert joined[-1][1] == 63_000


def test_a_call_without_words_is_not_kept() -> None:
    here = Live(None)

    here.hear(*pieces(0, 4_000), End("hangup"))

    assert here.reel.parts == [Over()]


def test_a_mistake_of_the_tape_does_not_end_the_call() -> None:
    here = Live(Inline(ScriptedRecogniser(WORDS)))

    parts: list[Part] = []

    def fail(part: Part) -> None:
        parts.append(part)
        if isinstance(part, Sound):
            raise ValueError("broken")

    here.live._tape = Tape(fail)
    here.live._tape.on = True
    here.hear(*pieces(0, 4_000), End("hangup"))

    assert here.live.ended
    assert not [e for e in here.kept.events if isinstance(e, Fault) and e.code == "internal"]
    assert [type(part) for part in parts] == [Sound, Over]
