"""The bundled model through the true faster-whisper."""

import numpy as np
import pytest

from assist.speech.bundled import bundled
from assist.speech.recogniser import Request
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
