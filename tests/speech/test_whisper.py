import shutil
from pathlib import Path

import numpy as np
import pytest

from assist.errors import RecogniserError
from assist.events import Word
from assist.speech.catalogue import find
from assist.speech.recogniser import Request, Sound
from assist.speech.whisper import Whisper, fetch, load
from tests.speech.random_model import build


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("models") / "random")


@pytest.fixture(scope="module")
def whisper(folder: Path) -> Whisper:
    return load(str(folder))


@pytest.fixture
def noise() -> Sound:
    return (np.random.default_rng(1).standard_normal(32_000) * 0.1).astype(np.float32)


def hear(
    whisper: Whisper, sound: Sound, *, prompt: str = "", careful: bool = True
) -> tuple[Word, ...]:
    (heard,) = whisper.transcribe([Request(sound, "en", careful, prompt)])
    return heard.words


def test_its_languages_are_those_of_its_tokens(whisper: Whisper) -> None:
    assert whisper.languages == ("de", "en")


def test_the_language_is_one_that_it_knows(whisper: Whisper, noise: Sound) -> None:
    language, probability = whisper.detect_language(noise)

    assert language in ("de", "en")
    assert 0.5 <= probability <= 1


@pytest.mark.parametrize("final", [False, True])
def test_words_have_times_in_the_window(whisper: Whisper, noise: Sound, final: bool) -> None:
    # random weights babble, and some babble is a loop, which is dropped: any of six may have words
    decodes = [
        hear(whisper, noise, prompt=prompt, careful=final)
        for prompt in ("", "so", "hello", "we can", "what", "no, never")
    ]

    assert any(decodes)
    assert all(0 <= word.start < word.end <= 2000 for words in decodes for word in words)
    assert all(
        [word.start for word in words] == sorted(word.start for word in words) for words in decodes
    )


def test_a_decode_is_repeatable(whisper: Whisper, noise: Sound) -> None:
    first = hear(whisper, noise)

    assert hear(whisper, noise) == first


@pytest.mark.parametrize("length", [0, 16_000])
def test_silence_has_no_words(whisper: Whisper, length: int) -> None:
    silence = np.zeros(length, np.float32)

    assert hear(whisper, silence) == ()


def refusal(name: str) -> str:
    with pytest.raises(RecogniserError) as caught:
        load(name)
    return str(caught.value)


def test_a_damaged_model_is_refused(folder: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(folder, tmp_path / "damaged")
    content = (damaged / "model.bin").read_bytes()
    (damaged / "model.bin").write_bytes(content[: len(content) // 2])

    assert refusal(str(damaged)) == f"{damaged}: the model is damaged and does not load."


def test_a_damaged_tokenizer_is_refused(folder: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(folder, tmp_path / "damaged")
    (damaged / "tokenizer.json").write_text("{")

    assert refusal(str(damaged)) == f"{damaged}: the model is damaged and does not load."


def test_a_directory_without_a_model_is_refused(tmp_path: Path) -> None:
    assert refusal(str(tmp_path)).startswith(f"{tmp_path} is no faster-whisper model: ")


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    assert refusal(f"{tmp_path}/no") == f"{tmp_path}/no: there is no such model directory."


def test_an_unknown_name_is_refused() -> None:
    assert refusal("tinny").startswith("tinny is neither a model directory nor ")


def test_a_model_that_is_not_here_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))

    with pytest.raises(RecogniserError, match=r"small is not on this machine: .* --model DIR"):
        fetch(find("small"), download=False)


@pytest.mark.parametrize("careful", [False, True])
def test_windows_decoded_together_are_heard_as_alone(whisper: Whisper, careful: bool) -> None:
    random = np.random.default_rng(2)
    requests = [
        Request((random.standard_normal(length) * 0.1).astype(np.float32), language, careful)
        for length, language in ((32_000, "en"), (20_000, "de"), (180_000, "en"), (8_000, "en"))
    ]

    together = whisper.transcribe(requests)

    assert [heard.language for heard in together] == ["en", "de", "en", "en"]
    assert [heard.words for heard in together] == [
        heard.words for request in requests for heard in whisper.transcribe([request])
    ]


def test_the_language_is_told_when_none_is_named(whisper: Whisper, noise: Sound) -> None:
    (heard,) = whisper.transcribe([Request(noise)])

    assert (heard.language, heard.certainty) == whisper.detect_language(noise)
