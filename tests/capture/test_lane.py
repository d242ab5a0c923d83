from collections.abc import Iterator

import numpy as np
import pytest

from assist.capture.lane import Lane
from assist.capture.sound import Block
from assist.core.audio import RATE, Samples
from tests.capture.devices import Source

SIZE = 800


def blocks(source: Source, *, begin: float, seconds: float, seed: int = 1) -> Iterator[Block]:
    """Yield what a device gives from a moment on, each block late by some milliseconds."""
    random = np.random.default_rng(seed)
    length = SIZE / source.rate
    for i in range(int(seconds / length)):
        start = begin + i * length
        late = float(random.exponential(0.006))
        yield Block(source.sound(start, SIZE).tobytes(), start + length + late)


def sound(lane: Lane) -> Samples:
    parts = [np.zeros(p.ms * 16, np.int16) if p.pcm is None else p.pcm for p in lane.take()]
    return np.concatenate([np.zeros(0, np.int16), *parts])


def phase(pcm: Samples, hertz: float, *, start: int) -> float:
    """Return how many seconds a tone in the sound is ahead of where it belongs."""
    t = (np.arange(len(pcm)) + start) / RATE
    turned = np.angle(np.sum(pcm * np.exp(-2j * np.pi * hertz * t)) * 1j)
    return float(turned / (2 * np.pi * hertz))


def test_the_first_sound_stands_where_it_was_spoken() -> None:
    lane = Lane(start=100.0)
    for block in blocks(Source(), begin=100.25, seconds=2):
        lane.push(block)

    pieces = list(lane.take())

    assert pieces[0].pcm is None
    assert pieces[0].ms == 240
    assert all(piece.pcm is not None for piece in pieces[1:])


def test_what_sounded_before_the_start_is_left_out() -> None:
    lane = Lane(start=100.0)
    for block in blocks(Source(), begin=99.5, seconds=2.5):
        lane.push(block)

    pcm = sound(lane)

    assert 1.9 <= len(pcm) / RATE <= 2.0
    assert pcm[:RATE].any()


@pytest.mark.parametrize("ppm", [-80, 200])
def test_a_clock_that_is_off_stays_within_two_milliseconds_from_two_minutes_on(ppm: int) -> None:
    lane, source = Lane(start=0.0), Source(ppm=ppm, hertz=50)
    worst = 0.0
    for block in blocks(source, begin=0.0, seconds=150):
        lane.push(block)
        if block.at > 120:
            start = lane.position
            pcm = sound(lane)
            begin = start - len(pcm) - len(lane._pcm)
            if len(pcm) >= 640:
                worst = max(worst, abs(phase(pcm[:640], 50, start=begin)))
        else:
            sound(lane)

    assert worst < 0.002
    assert abs(lane.drift.ppm - ppm) < 5


def test_lost_sound_leaves_a_hole_of_its_length_and_shifts_nothing() -> None:
    lane = Lane(start=0.0)
    given = list(blocks(Source(hertz=50), begin=0.0, seconds=8))
    for block in [*given[:60], *given[64:]]:  # 200 ms are lost
        lane.push(block)

    pieces = list(lane.take())

    assert lane.losses == 1
    assert 160 <= sum(p.ms for p in pieces if p.pcm is None) <= 220
    last = pieces[-1].pcm
    assert last is not None
    ahead = sum(p.ms for p in pieces[:-1]) * 16
    assert abs(phase(last[:320], 50, start=ahead)) < 0.005


def test_a_stall_whose_sound_comes_late_is_no_loss() -> None:
    lane = Lane(start=0.0)
    for number, block in enumerate(blocks(Source(), begin=0.0, seconds=8)):
        late = 3.4 if 60 <= number < 68 else 0.0
        lane.push(Block(block.pcm, max(block.at, late)))

    assert lane.losses == 0
    assert all(piece.pcm is not None for piece in lane.take())


def test_a_device_that_has_gone_is_silence_up_to_now_and_comes_back_in_its_place() -> None:
    lane = Lane(start=0.0)
    for block in blocks(Source(hertz=50), begin=0.0, seconds=2):
        lane.push(block)
    lane.fill(5.0)
    for block in blocks(Source(hertz=50), begin=4.8, seconds=2):
        lane.push(block)

    pieces = list(lane.take())

    assert 2960 <= sum(p.ms for p in pieces if p.pcm is None) <= 3040
    last = pieces[-1].pcm
    assert last is not None
    ahead = sum(p.ms for p in pieces[:-1]) * 16
    assert abs(phase(last[:320], 50, start=ahead)) < 0.005


def test_silence_of_a_loopback_that_has_nothing_to_say_is_no_loss() -> None:
    lane = Lane(start=0.0)
    lane.fill(1.0, missing=False)

    assert [piece.pcm is None for piece in lane.take()] == [False] * 5


def test_a_short_sound_of_a_loopback_that_says_nothing_more_stands_in_its_place() -> None:
    lane = Lane(start=0.0)
    lane.fill(1.0, missing=False)
    for block in blocks(Source(), begin=1.2, seconds=0.25):
        lane.push(block)
    lane.fill(2.0, missing=False)

    pcm = sound(lane)
    heard = np.flatnonzero(pcm) / RATE

    assert len(pcm) == 2 * RATE
    assert 1.19 <= heard[0] <= 1.22
    assert 1.40 <= heard[-1] <= 1.46


def test_what_waits_can_be_taken_back() -> None:
    lane = Lane(start=0.0)
    lane.fill(1.0)

    lane.forget()

    assert lane.position == 0
    assert list(lane.take()) == []


def test_sound_that_comes_in_one_burst_after_a_long_stall_is_taken() -> None:
    lane = Lane(start=0.0)
    for number, block in enumerate(blocks(Source(), begin=0.0, seconds=8)):
        late = 4.5 if 8 <= number < 90 else 0.0
        lane.push(Block(block.pcm, max(block.at, late)))

    assert all(piece.pcm is not None for piece in lane.take())
