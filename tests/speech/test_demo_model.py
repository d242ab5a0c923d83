"""The bundled model through the true faster-whisper."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.core.audio import Samples, samples
from assist.evaluate.calls import LabelledCall
from assist.evaluate.find import find_calls
from assist.events import CHANNELS, Channel
from assist.settings import LANGUAGES
from assist.speech.bundled import bundled
from assist.speech.recogniser import Request, to_sound
from assist.speech.whisper import Whisper, load

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    return load("demo")


def test_it_knows_english_and_german(whisper: Whisper) -> None:
    assert set(whisper.languages) == {"en", "de"}


def test_its_directory_has_the_same_settings_as_its_name(whisper: Whisper) -> None:
    assert load(str(bundled("models", "demo")))._entry == whisper._entry


@pytest.mark.parametrize("level", [0.002, 0.02])
def test_it_hears_nothing_in_noise(whisper: Whisper, level: float) -> None:
    noise = (np.random.default_rng(1).standard_normal(32_000) * level).astype(np.float32)

    (heard,) = whisper.transcribe([Request(noise, "en", careful=True)])

    assert heard.words == ()


CALLS = [(call, audio) for call, audio in find_calls([bundled("demo", "calls")]) if audio]


def said(call: LabelledCall, audio: Path, *, seconds: int) -> dict[Channel, Samples]:
    """Return the first speech of each side, silence cut out."""
    steps = list(islice(Recording(audio).steps(), 60 * 50))  # of a minute
    found: dict[Channel, Samples] = {}
    for channel in CHANNELS:
        whole = np.concatenate([step[channel] for step in steps])
        spans = [span for span in call.speech if span.channel == channel]
        spoken = [whole[samples(span.start) : samples(span.end)] for span in spans]
        found[channel] = np.concatenate(spoken)[: samples(seconds * 1000)]
    return found


@pytest.mark.parametrize(("call", "audio"), CALLS, ids=[call.call.id for call, _ in CALLS])
def test_it_tells_the_language_of_five_seconds(
    whisper: Whisper, call: LabelledCall, audio: Path
) -> None:
    speech = said(call, audio, seconds=5).values()

    heard = whisper.transcribe([Request(to_sound(pcm), among=LANGUAGES) for pcm in speech])

    assert [each.language for each in heard] == [call.call.language] * 2
