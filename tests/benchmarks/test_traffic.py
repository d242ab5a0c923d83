from itertools import pairwise
from random import Random
from statistics import median

import numpy as np
import pytest

from assist.core.audio import samples
from assist.events import CHANNELS, Word
from benchmarks.traffic import APART, MARGIN, SHORT, Clip, Said, joined, plan, scene

HOUR = 3_600_000


def clip(length: int) -> Clip:
    word = Word(text="so", start=0, end=length)
    return Clip(np.zeros(samples(length + 2 * MARGIN), np.int16), length, (word,))


PIECES = [clip(length) for length in (400, 500, 1_200, 1_800, 2_200, 4_000)]


@pytest.fixture(scope="module")
def talk() -> list[Said]:
    return list(plan(Random(1), PIECES, HOUR))


def test_no_side_speaks_over_itself(talk: list[Said]) -> None:
    for channel in CHANNELS:
        mine = sorted((s for s in talk if s.channel == channel), key=lambda s: s.start)

        assert all(b.start >= a.end + MARGIN for a, b in pairwise(mine))


def test_the_floor_changes_hands_as_in_telephone_calls(talk: list[Said]) -> None:
    turns = [said for said in talk if said.clip.length >= SHORT]
    gaps = [b.start - a.end for a, b in pairwise(turns) if a.channel != b.channel]

    assert 0 < median(gaps) < 300
    assert 0.25 < sum(gap < 0 for gap in gaps) / len(gaps) < 0.5


def test_about_every_fifth_utterance_is_a_backchannel(talk: list[Said]) -> None:
    backchannels = sum(said.clip.length < SHORT for said in talk)

    assert 0.1 < backchannels / len(talk) < 0.25


def test_each_side_speaks_about_as_much_as_itu_says(talk: list[Said]) -> None:
    for channel in CHANNELS:
        share = sum(said.clip.length for said in talk if said.channel == channel) / HOUR

        assert 0.35 < share < 0.5


def test_the_same_number_makes_the_same_call() -> None:
    first, second = (list(plan(Random(3), PIECES, 60_000)) for _ in range(2))

    assert first == second


def test_pauses_that_everybody_waits_out_join_speech_to_one_utterance() -> None:
    said = [Said("agent", start, clip(1_000)) for start in (0, 1_000 + APART - 1, 9_000)]

    spoken = joined(said, "agent")

    assert [(each.start, each.end, len(each.words)) for each in spoken] == [
        (0, 2_000 + APART - 1, 2),
        (9_000, 10_000, 1),
    ]


def test_a_call_of_the_demo_s_speech_says_its_words_where_they_sound() -> None:
    call = scene(0, length=20_000)

    loud = [
        np.abs(call.sound[s.channel][samples(s.start) : samples(s.end)]).max() for s in call.said
    ]
    assert min(loud) > 1_000
    assert all(s.start <= w.start < s.end for s in call.spoken for w in s.words)
