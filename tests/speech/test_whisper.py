import logging
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from assist.errors import RecogniserError
from assist.events import Word
from assist.speech.decoding import Decoded
from assist.speech.recogniser import Request, Sound
from assist.speech.whisper import Whisper, _decoded, find_device, load, loader
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


# ---- devices and loading -------------------------------------------------------------------------


def test_the_choice_of_the_device_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="assist")

    device = find_device("cpu", "int8", workers=1)

    assert (device.kind, device.compute_type, device.workers) == ("cpu", "int8", 1)
    assert caplog.messages == [device.sentence]


def test_a_model_runs_on_the_device_that_was_chosen(
    folder: Path, whisper: Whisper, noise: Sound
) -> None:
    device = find_device("cpu", "float32", workers=2)

    exact = load(str(folder), device=device)

    assert exact.languages == whisper.languages
    assert exact.detect_language(noise) != whisper.detect_language(noise)  # int8 rounds


def test_matrix_products_leave_the_cores_to_the_workers(whisper: Whisper, noise: Sound) -> None:
    hear(whisper, noise)

    threads = {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    assert threads <= {1}


def test_loading_tells_how_far_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assist.speech.whisper._PIECE", 1 << 18)
    told: list[float] = []

    loaded = loader(str(folder))(told.append)

    assert told == sorted(told)
    assert (len(told), told[-2:]) == (4, [0.5, 1.0])
    assert loaded.languages == ("de", "en")


def test_a_wrong_name_is_refused_before_the_loading_begins(tmp_path: Path) -> None:
    with pytest.raises(RecogniserError, match="no such model directory"):
        loader(f"{tmp_path}/no")


def test_a_damaged_model_is_refused_while_it_loads(folder: Path, tmp_path: Path) -> None:
    damaged = shutil.copytree(folder, tmp_path / "damaged")
    (damaged / "model.bin").write_bytes(b"nonsense")

    with pytest.raises(RecogniserError, match="is damaged and does not load"):
        loader(str(damaged))(lambda share: None)


def test_the_language_is_told_among_those_that_are_asked_for(
    whisper: Whisper, noise: Sound
) -> None:
    heard = whisper.transcribe([Request(noise, among=(code,)) for code in ("de", "en")])

    assert [(each.language, each.certainty) for each in heard] == [("de", 1.0), ("en", 1.0)]


def test_languages_that_it_does_not_know_leave_all(whisper: Whisper, noise: Sound) -> None:
    (heard,) = whisper.transcribe([Request(noise, among=("fr",))])

    assert (heard.language, heard.certainty) == whisper.detect_language(noise)


def test_hotwords_stand_before_what_was_said(whisper: Whisper, noise: Sound) -> None:
    request = Request(noise, "en", prompt="hello there", hotwords=("router", "direct debit"))

    window = whisper._window(0, request, 300)

    text = window.tokenizer.decode(window.start)
    assert text.index(" router") < text.index(" direct debit") < text.index(" hello there")


def test_a_final_is_the_likeliest_of_several_hypotheses(whisper: Whisper, noise: Sound) -> None:
    request = Request(noise, "en", careful=True, hotwords=("router",))
    window = whisper._window(0, request, 300)
    texts = [" rooter", " router"]
    result = SimpleNamespace(
        sequences_ids=[window.tokenizer.encode(text) for text in texts],
        scores=[-0.30, -0.35],
        no_speech_prob=0.0,
    )

    assert _decoded(window, result).text == "router"


def test_words_give_way_to_hotwords_of_their_sound(whisper: Whisper, noise: Sound) -> None:
    request = Request(noise, "en", careful=True, hotwords=("router",))
    window = whisper._window(0, request, 300)
    tokens = window.tokenizer.encode(" rooter")
    decoded = Decoded(
        tokens=tokens, text="rooter", log_probability=-0.1, no_speech=0.0, seconds=2.0
    )

    heard = whisper._check(window, decoded)

    assert [word.text for word in heard.words] == ["router"]
    assert heard.words[0].probability < 0.6
