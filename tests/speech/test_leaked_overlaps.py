"""The overlaps of docs/cues.md as sound, with the customer audible in the agent's microphone."""

from functools import cache

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.call import Call
from assist.core.audio import RATE, WINDOW, Samples, samples
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.cues.interruption import CUE
from assist.events import CHANNELS, Channel, CueDetected
from assist.settings import load_playbook
from assist.speech.bundled import bundled
from assist.speech.transcript_file import HeardWord, WrittenWords
from assist.speech.vad import Vad
from tests.cues.test_interruption import CUT_IN, HARMLESS, WORDS_ONLY
from tests.script import Stretch, script

BLEED = -20
"""How loud the customer is in the microphone, against the customer's own channel, in dB."""
PATHS = ((30, 1.0), (35, 0.4), (43, 0.25))
"""By how many milliseconds it comes later, and how strong, on three ways."""
CLOSE = {"steps on a breath"}
"""50 ms from the limit of its rule: there a window of the detector decides."""
Wave = np.ndarray[tuple[int], np.dtype[np.float64]]


@cache
def voice(channel: Channel) -> Samples:
    """Return half a minute of nothing but speech: a side of a bundled call without its pauses."""
    recording = Recording(bundled("demo", "calls") / "en-rough" / "audio.ogg")
    whole = np.concatenate([step[channel] for step in recording.steps()])
    windows = whole[: len(whole) // WINDOW * WINDOW].reshape(-1, WINDOW)
    loud = np.sqrt(np.mean(windows.astype(np.float64) ** 2, axis=1))
    found: Samples = windows[loud > 300][2:].reshape(-1)[: 30 * RATE]  # from within a syllable
    return found


def spoken(channel: Channel, stretches: list[Stretch], length: int) -> Wave:
    sound = np.zeros(length)
    for start, end, *_ in stretches:
        sound[samples(start) : samples(end)] = voice(channel)[: samples(end - start)]
    return sound


def leaked(source: Wave) -> Wave:
    heard = np.zeros_like(source)
    for later, strength in PATHS:
        heard[samples(later) :] += strength * source[: -samples(later)]
    loudness = np.sqrt(np.mean(source**2) / np.mean(heard**2))
    result: Wave = heard * loudness * 10 ** (BLEED / 20)
    return result


def interruptions(line: tuple[list[Stretch], list[Stretch]], *, words: bool) -> list[str]:
    """Return the rules by which interruptions are found in a timeline."""
    call = script(customer=line[0], agent=line[1])
    customer = spoken("customer", line[0], samples(call.call.duration))
    agent = spoken("agent", line[1], len(customer)) + leaked(customer)
    agent += np.random.default_rng(1).standard_normal(len(agent)) * 4
    sound = dict(zip(CHANNELS, (agent, customer), strict=True))
    pcm = {side: np.clip(wave, -32768, 32767).astype(np.int16) for side, wave in sound.items()}
    written = WrittenWords(
        [HeardWord(channel=w.channel, text=w.text, start=w.start, end=w.end, at=w.at)
         for w in call.words]
    )  # fmt: skip
    engine = Engine(call_id="c1", playbook=load_playbook("en"), table=TABLE)
    subject = Call("c1", engine, vad=Vad(), words=written if words else None)
    events = list(subject.start())
    for begin in range(0, len(customer), samples(20)):
        events += subject.push({c: one[begin : begin + samples(20)] for c, one in pcm.items()})
    events += subject.end()
    return [e.rule for e in events if isinstance(e, CueDetected) and e.cue == CUE]


@pytest.mark.parametrize("name", HARMLESS)
def test_no_interruption_comes_of_the_customers_voice_in_the_microphone(name: str) -> None:
    assert interruptions(HARMLESS[name], words=True) == []


@pytest.mark.parametrize("name", sorted(set(HARMLESS) - WORDS_ONLY))
def test_by_timing_alone_neither(name: str) -> None:
    assert interruptions(HARMLESS[name], words=False) == []


@pytest.mark.parametrize("name", sorted(set(CUT_IN) - CLOSE))
def test_who_cuts_in_is_still_found(name: str) -> None:
    assert len(interruptions(CUT_IN[name], words=True)) == 1
