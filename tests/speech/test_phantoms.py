"""Sound without words gives no words: the whole way from the sound to the cues."""

from collections.abc import Iterator

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.call import Call
from assist.core.audio import Samples, samples
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.events import (
    CHANNELS,
    Channel,
    CueDetected,
    Event,
    TranscriptFinal,
    TranscriptPartial,
)
from assist.settings import load_playbook
from assist.speech.bundled import bundled
from assist.speech.ears import Ears
from assist.speech.pool import Inline
from assist.speech.vad import Vad
from assist.speech.whisper import load
from tests.audio.hostile import KINDS, hostile, leak, loud, to_pcm

LIKE_A_VOICE = ("choir", "humming", "cough")
"""Voices without words: a speech detector may well take them for speech."""
WORDLESS = ("long_silence",)
"""Cues that need no words."""
_STEP = samples(20)


def clips(kind: str, *, level: int) -> list[Samples]:
    """Return five seconds of a kind: wide, and as by telephone."""
    return [clip.pcm[: samples(5000)] for clip in hostile([kind], levels=[level], seeds=1)]


def steps(sound: dict[Channel, Samples]) -> Iterator[dict[Channel, Samples]]:
    """Yield whole steps of 20 ms."""
    length = min(len(pcm) for pcm in sound.values())
    for i in range(0, length - _STEP + 1, _STEP):
        yield {channel: pcm[i : i + _STEP] for channel, pcm in sound.items()}


def stretches(sound: dict[Channel, Samples]) -> dict[Channel, list[int]]:
    """Return when speech is noticed on each channel."""
    ears = Ears(Vad(), tuple(sound))
    found: dict[Channel, list[int]] = {channel: [] for channel in sound}
    for step in steps(sound):
        for channel, edge in ears.push(step).items():
            found[channel] += [edge.start] if edge and edge.kind == "started" else []
    return found


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in LIKE_A_VOICE])
def test_the_gate_stays_shut(kind: str) -> None:
    found = [stretches({"customer": pcm})["customer"] for pcm in clips(kind, level=-20)]

    assert found == [[], []]


# --- the demo model -------------------------------------------------------------------------------


def through_a_call(sound: dict[Channel, Samples], language: str = "en") -> list[Event]:
    call = Call(
        "phantoms",
        Engine(call_id="phantoms", playbook=load_playbook(language), table=TABLE),
        vad=Vad(),
        pool=Inline(load("demo")),
        channels=tuple(sound),
        language=language,
    )
    events = list(call.start())
    for step in steps(sound):
        events += call.push(step)
    return [*events, *call.end()]


@pytest.mark.model
@pytest.mark.parametrize(
    ("kind", "level", "language"),
    [
        ("hold music", -20, "en"),
        ("strings", -35, "de"),
        ("breath", -20, "de"),
        ("choir", -20, "en"),
        ("humming", -20, "en"),
        ("humming", -35, "de"),
        ("cough", -20, "en"),
        ("cough", -35, "de"),
    ],
)
def test_sound_without_words_gives_none(kind: str, level: int, language: str) -> None:
    (wide, _) = clips(kind, level=level)

    events = through_a_call(dict.fromkeys(CHANNELS, wide), language)

    heard = [e for e in events if isinstance(e, TranscriptFinal | TranscriptPartial)]
    assert [word.text for event in heard for word in event.words] == []
    assert {e.cue for e in events if isinstance(e, CueDetected)} <= set(WORDLESS)


# --- one channel in the other ---------------------------------------------------------------------


SOLO = (11_000, 20_000)
"""Milliseconds of the call in which only the customer speaks."""
LOUDER = (1_000, 4_600)
"""In which only the agent does."""


@pytest.fixture(scope="module")
def recorded() -> dict[Channel, Samples]:
    """Twenty seconds of a demo call whose channels are clean."""
    recording = Recording(bundled("demo", "calls") / "en-rough" / "audio.ogg")
    first = [step for _, step in zip(range(1000), recording.steps(), strict=False)]
    return {side: np.concatenate([step[side] for step in first]) for side in CHANNELS}


@pytest.mark.parametrize(("decibels", "delay"), [(15, 0), (20, 60), (25, 120), (30, 30)])
def test_the_customers_voice_in_the_agents_channel_is_not_the_agent(
    recorded: dict[Channel, Samples], decibels: int, delay: int
) -> None:
    start, end = map(samples, SOLO)
    customer = recorded["customer"][start:end]
    noise = recorded["agent"][start:end]

    clean = stretches({"agent": noise, "customer": customer})
    mixed = noise + leak(customer, decibels, delay=delay)

    assert stretches({"agent": mixed, "customer": customer}) == clean
    assert clean["agent"] == []
    assert len(clean["customer"]) >= 2


def test_an_agent_who_speaks_softly_over_the_customer_is_heard_though_he_leaks(
    recorded: dict[Channel, Samples],
) -> None:
    customer = recorded["customer"][slice(*map(samples, SOLO))]
    words = recorded["agent"][slice(*map(samples, LOUDER))] / 32768
    agent = leak(customer, 25)
    at = samples(4000)
    agent[at : at + len(words)] += to_pcm(loud(words, level_of(customer) - 12))

    found = stretches({"agent": agent, "customer": customer})["agent"]

    assert found
    assert all(3900 <= start < 7700 for start in found)


def level_of(pcm: Samples) -> float:
    """Return the loudness of what sounds, as `loud` measures it."""
    wave = pcm / 32768
    return float(20 * np.log10(np.abs(wave).max() / np.abs(loud(wave, 0)).max()))
