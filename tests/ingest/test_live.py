import threading
from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest

from assist.events import (
    AudioGap,
    CallEnded,
    CallPaused,
    CallResumed,
    Event,
    Fault,
    NudgeDismissed,
    SpeechEnded,
    SpeechStarted,
    Tick,
    TranscriptFinal,
)
from assist.ingest.items import End, Gap, Mark, Pause, Resume, Split, Start, Trouble
from assist.ingest.live import (
    AHEAD,
    DROPPED_MS,
    FAILURES,
    FULL_MS,
    LAST_WORDS_MS,
    LiveCall,
    Memory,
    Work,
)
from assist.speech.pool import Inline, SpeechPool
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser
from tests.ingest.sound import WORDS, Clock, Kept, compose, pieces

E = TypeVar("E", bound=Event)


class House:
    """A live call with its clock and what it published."""

    def __init__(self, pool: SpeechPool | None = None) -> None:
        self.clock, self.kept = Clock(), Kept()
        start = Start("call-0001", agent="anna", source="test", skew_ms=1_000)
        self.call = compose(start, pool=pool)
        self.live = LiveCall(self.call, start, publish=self.kept, clock=self.clock)

    def hear(self, *work: Work) -> None:
        assert self.live.put(work)
        self.live.work()

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.kept.events if isinstance(event, kind)]


@pytest.fixture
def house() -> House:
    return House(Inline(ScriptedRecogniser(WORDS)))


def test_what_is_heard_is_published_in_order(house: House) -> None:
    house.hear(*pieces(0, 4_000), End("hangup"))

    assert house.kept.kinds[0] == "CallStarted"
    assert [word.text for word in house.of(TranscriptFinal)[0].words] == ["we", "can", "do", "that"]
    assert house.of(CallEnded)[0].reason == "hangup"
    assert [event.seq for event in house.kept.events] == list(range(1, len(house.kept.events) + 1))
    assert house.live.ended


def test_sound_that_comes_too_early_is_told_of_once_and_when_it_is_over(house: House) -> None:
    for _ in range(3):
        house.hear(Gap("agent", 0, "late"), *pieces(0, 1_000))
        house.clock.now += 1_000
    house.clock.now += DROPPED_MS
    house.hear(*pieces(1_000, 2_000))

    told = [(fault.active, fault.code) for fault in house.of(Fault) if fault.code == AHEAD.code]
    assert told == [(True, "audio_ahead"), (False, "audio_ahead")]


def test_a_call_without_words_expects_nothing_but_sound() -> None:
    house = House()
    before = house.live.expects
    house.hear(*pieces(0, 1_000))

    assert before
    assert not house.live.expects


def test_a_pause_ends_open_speech_and_the_clock_jumps_by_it(house: House) -> None:
    house.hear(*pieces(0, 1_500), Pause("privacy", "agent"), *pieces(1_500, 2_000))
    house.clock.now += 60_000
    house.hear(Resume(60_000), *pieces(2_000, 4_000))

    (paused,), (resumed,) = house.of(CallPaused), house.of(CallResumed)
    ended, _ = house.of(SpeechEnded)
    assert (paused.at, resumed.at, resumed.skipped) == (1_500, 61_500, 60_000)
    assert ended.end <= 1_500
    assert house.of(TranscriptFinal)[0].words[0].text == "we"
    assert house.of(Tick)[-1].at == 63_500
    assert house.of(Tick)[-1].late == 0


def test_a_pause_asked_for_by_a_page_lasts_as_long_as_it_lasts(house: House) -> None:
    house.hear(*pieces(0, 500), CallPaused(at=0, reason="privacy", by="agent"))
    house.clock.now += 7_000
    house.hear(CallResumed(at=0, skipped=0))

    assert house.of(CallResumed)[0].skipped == 7_000


def test_a_pause_lasts_as_long_as_the_source_or_the_page_wants_it(house: House) -> None:
    house.hear(*pieces(0, 500), Pause("privacy", "source"))
    house.clock.now += 1_000
    house.hear(CallPaused(at=0, reason="privacy", by="agent"), Resume(1_000))
    during = house.of(CallResumed)
    house.clock.now += 2_000
    house.hear(CallResumed(at=0, skipped=0))

    assert during == []
    assert [event.skipped for event in house.of(CallResumed)] == [3_000]
    assert len(house.of(CallPaused)) == 1


def test_a_source_that_answers_the_pages_pause_does_not_prolong_it(house: House) -> None:
    house.hear(*pieces(0, 500), CallPaused(at=0, reason="privacy", by="agent"))
    house.hear(Pause("privacy", "source"))
    house.clock.now += 2_000
    house.hear(CallResumed(at=0, skipped=0), Resume(1_900))

    assert [event.skipped for event in house.of(CallResumed)] == [2_000]


def test_a_call_that_was_interrupted_goes_on_where_nothing_was_open() -> None:
    before = House(Inline(ScriptedRecogniser(WORDS)))
    before.hear(*pieces(0, 4_000))
    known = tuple(event for event in before.kept.events if event.at <= 3_400)

    after = House(Inline(ScriptedRecogniser(WORDS)))
    after.live.begin(Memory(known, 0))
    after.hear(*pieces(0, 3_000))
    after.hear(*pieces(3_000, 6_000))

    together = [*known, *after.kept.events]
    finals = [event for event in together if isinstance(event, TranscriptFinal)]
    assert [event.seq for event in together] == list(range(1, len(together) + 1))
    assert [event.at for event in together] == sorted(event.at for event in together)
    assert len({event.utterance for event in finals}) == len(finals) == 1
    assert [tick.at for tick in after.of(Tick)] == [3_500, 4_000, 4_500, 5_000, 5_500, 6_000]


def test_a_pause_survives_the_interruption() -> None:
    before = House()
    before.hear(*pieces(0, 1_000), Pause("privacy", "source"))

    after = House()
    after.live.begin(Memory(tuple(before.kept.events), 1_000))
    after.hear(*pieces(0, 500), Resume(9_000), *pieces(0, 500))

    assert [event.at for event in after.of(CallResumed)] == [10_000]
    assert after.of(Tick)[-1].at == 10_500


def test_nothing_resumes_that_was_not_paused(house: House) -> None:
    house.hear(*pieces(0, 500), Resume(5_000), CallResumed(at=0, skipped=0))

    assert house.of(CallResumed) == []


def test_a_gap_is_told_and_short_ones_end_no_speech(house: House) -> None:
    sound = pieces(0, 1_300)
    rest = pieces(1_700, 4_000)
    house.hear(*sound, Gap("agent", 400, "lost"), Gap("customer", 400, "lost"), *rest)

    assert [(gap.channel, gap.start, gap.end) for gap in house.of(AudioGap)] == [
        ("agent", 1_300, 1_700),
        ("customer", 1_300, 1_700),
    ]
    assert len(house.of(SpeechStarted)) == 1


def test_a_split_ends_open_speech(house: House) -> None:
    house.hear(*pieces(0, 1_500), Split(), *pieces(1_500, 4_000))

    assert len(house.of(SpeechStarted)) == 2
    assert len(house.of(TranscriptFinal)) == 2


def test_trouble_at_the_source_is_a_fault(house: House) -> None:
    house.hear(Trouble("mic_silent", "The microphone gives no sound."), *pieces(0, 100))

    assert [fault.code for fault in house.of(Fault)] == ["mic_silent"]


def test_a_command_reaches_the_engine(house: House) -> None:
    house.hear(*pieces(0, 500), NudgeDismissed(at=0, id="n1"))

    assert house.of(NudgeDismissed)[0].at == 500


def test_sound_that_comes_late_is_known_to_be_late(house: House) -> None:
    house.hear(*pieces(0, 500))
    house.clock.now += 4_500
    house.hear(*pieces(500, 1_000))

    assert [tick.late for tick in house.of(Tick)] == [0, pytest.approx(4_000, abs=600)]


def test_a_backlog_that_is_caught_up_is_not_late(house: House) -> None:
    for at in range(0, 4_000, 500):
        house.hear(*pieces(at, at + 500))
        house.clock.now += 100

    assert {tick.late for tick in house.of(Tick)} == {0}


def test_what_is_settled_follows_the_marks(house: House) -> None:
    marked: list[Work] = []
    for number, piece in enumerate(pieces(0, 900), 1):
        marked += [piece, Mark(number)]
    house.hear(*marked)
    quiet = house.live.settled
    house.hear(*pieces(900, 1_500), Mark(19))
    speaking = house.live.settled
    house.hear(*pieces(1_500, 4_000), Mark(20))

    assert (quiet, speaking, house.live.settled) == (18, 18, 20)


def test_a_mark_waits_for_the_other_channel(house: House) -> None:
    first, second = pieces(0, 100)
    house.hear(first, Mark(1))
    alone = house.live.settled
    house.hear(second, Mark(2))

    assert (alone, house.live.settled) == (0, 2)


def test_too_much_sound_at_once_is_not_taken(house: House) -> None:
    half = pieces(0, FULL_MS // 2)

    assert house.live.put(half)
    assert not house.live.put(pieces(0, 1_000))
    assert not house.live.has_room
    assert house.live.put([NudgeDismissed(at=0, id="n1")])
    house.live.work()
    assert house.live.has_room


def test_one_worker_at_a_time(house: House) -> None:
    house.live.put(pieces(0, 2_000))
    threads = [threading.Thread(target=house.live.work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.live.work()

    assert [tick.at for tick in house.of(Tick)] == [500, 1_000, 1_500, 2_000]


def test_what_comes_while_a_worker_leaves_is_looked_for_again() -> None:
    house = House()

    def tell(events: Sequence[Event]) -> None:
        house.kept(events)
        if isinstance(events[-1], Fault) and not events[-1].active:  # told on the way out
            house.hear(End("hangup"))

    house.live._publish = tell
    house.hear(Gap("agent", 0, "late"), *pieces(0, 1_000))
    house.clock.now += DROPPED_MS
    house.hear()

    assert not house.live.ended
    assert house.live.expects
    house.hear()
    assert house.live.ended


def test_the_end_waits_for_the_last_words_but_not_for_ever() -> None:
    heard = threading.Event()

    class Slow(ScriptedRecogniser):
        def transcribe(self, requests):  # type: ignore[no-untyped-def]  # as its parent
            heard.wait(10)
            return super().transcribe(requests)

    with Scheduler(Slow(WORDS)) as scheduler:
        house = House(scheduler)
        house.hear(*pieces(0, 1_800), End("hangup"))
        waiting = house.live.ended
        house.clock.now += LAST_WORDS_MS
        house.live.work()
        heard.set()

    assert not waiting
    assert house.live.ended
    assert house.kept.kinds[-1] == "CallEnded"


def test_the_end_comes_as_soon_as_all_is_decoded() -> None:
    with Scheduler(ScriptedRecogniser(WORDS)) as scheduler:
        house = House(scheduler)
        house.hear(*pieces(0, 1_800), End("hangup"))
        for _ in range(10_000):
            house.live.work()

    assert house.live.ended
    assert [word.text for word in house.of(TranscriptFinal)[-1].words][:2] == ["we", "can"]


class Broken:
    """Breaks a call so often."""

    def __init__(self, house: House, times: int) -> None:
        self._tell, self._left = house.call.tell, times
        house.call.tell = self.tell  # type: ignore[method-assign]  # that is what breaks

    def tell(self, event: Event) -> Iterator[Event]:
        if isinstance(event, NudgeDismissed) and self._left:
            self._left -= 1
            raise KeyError("the card number is 4111")
        return self._tell(event)


def test_a_mistake_of_ours_is_told_and_the_call_goes_on(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    Broken(house, 1)
    house.hear(*pieces(0, 500), NudgeDismissed(at=0, id="n1"), *pieces(500, 1_000))

    assert [fault.code for fault in house.of(Fault)] == ["internal"]
    assert house.of(Tick)[-1].at == 1_000
    assert "4111" not in caplog.text


def test_a_call_that_fails_again_and_again_is_given_up(house: House) -> None:
    Broken(house, FAILURES)
    house.hear(*[NudgeDismissed(at=0, id="n1")] * FAILURES)

    assert house.of(CallEnded)[0].reason == "error"
    assert house.live.ended
