"""faster-whisper behind the recogniser protocol: windows of their own length instead of 30 s.

The only file that imports faster_whisper, whose `transcribe()` always encodes 30 seconds. Encoding
10 seconds instead is about ten times cheaper (tiny: 45 core-ms for 425).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2 import Device, StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import (
    get_ctranslate2_storage,
    get_suppressed_tokens,
    merge_punctuations,
)
from faster_whisper.utils import download_model

from assist.core.audio import RATE
from assist.core.windows import FRAME, FULL, max_tokens
from assist.errors import RecogniserError
from assist.events import Word
from assist.speech.catalogue import Model, catalogue, find
from assist.speech.decoding import Decoded, fill_up, to_words
from assist.speech.recogniser import Heard, Request, Sound

BEAM = 5
_SILENCE = 0.001
"""Sound that never rises above -60 dB of full scale is silence."""
_PROMPT_TOKENS, _PROMPT_STEP = 64, 8
"""Text before the window costs about 0.13 core-ms a token (tiny). Longer prompts are cut to a
multiple of the step, so that windows of several calls can be decoded together."""
_FILES = ("config.json", "model.bin", "tokenizer.json")
_NO_PREPENDED, _APPENDED = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"


class Whisper:
    """A faster-whisper model on this machine.

    Args:
        folder: of the CTranslate2 model.
        entry: what the catalogue says about it.
        threads: of the processor for each decode.

    Raises:
        RecogniserError: the folder holds no working model.
    """

    def __init__(self, folder: Path, entry: Model, *, threads: int = 1) -> None:
        self._entry = entry
        self._model = _load(folder, threads)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages it knows, as codes like `en`."""
        has = self._model.hf_tokenizer.token_to_id
        codes = self._model.supported_languages
        return tuple(code for code in codes if len(codes) == 1 or has(f"<|{code}|>") is not None)

    def transcribe(self, requests: Sequence[Request]) -> list[Heard]:
        """Return what is heard in each window of at most 30 s.

        Windows of one length and prompt are decoded together, which costs less than one by one.
        """
        heard: dict[int, Heard] = {}
        groups: dict[tuple[object, ...], list[_Window]] = {}
        for index, request in enumerate(requests):
            if np.abs(request.sound).max(initial=0.0) < _SILENCE:
                heard[index] = Heard(language=request.language)
                continue
            window = self._window(index, request, self._floor)
            groups.setdefault(window.kind, []).append(window)
        for windows in groups.values():
            for window, decoded in zip(windows, self._decode(windows), strict=True):
                heard[window.index] = self._check(window, decoded)
        return [heard[index] for index in range(len(requests))]

    def detect_language(self, samples: Sound) -> tuple[str, float]:
        """Return the likeliest language of speech, shape (n,), and its probability."""
        return self._told(self._encode(samples, self._floor))

    @property
    def _floor(self) -> int:
        return self._entry.floor_frames

    def _tokenizer(self, language: str) -> Tokenizer:
        model = self._model
        return Tokenizer(
            model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
        )

    def _encode(self, samples: Sound, floor: int) -> Any:
        """Encode sound in a window of its own length."""
        window = fill_up(samples, floor=floor, margin=self._entry.margin_frames)
        features = self._model.feature_extractor(window, padding=0)
        return self._model.model.encode(get_ctranslate2_storage(features[np.newaxis]))

    def _window(self, index: int, request: Request, floor: int) -> "_Window":
        encoded = self._encode(request.sound, floor)
        language, certainty = request.language, 1.0
        if not language:
            language, certainty = self._told(encoded)
        tokenizer = self._tokenizer(language)
        return _Window(
            index, request, encoded, tokenizer, self._start(tokenizer, request), certainty
        )

    def _told(self, encoded: Any) -> tuple[str, float]:
        """Return the likeliest language that the model knows and its probability."""
        if len(self.languages) == 1:
            return self.languages[0], 1.0
        ranked = self._model.model.detect_language(encoded)[0]
        return next(
            (token[2:-2], probability)
            for token, probability in ranked
            if token[2:-2] in self.languages
        )

    def _start(self, tokenizer: Tokenizer, request: Request) -> list[int]:
        """Return the tokens before the words; prompts come in few lengths, to batch them."""
        task = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        text = " ".join((*request.hotwords, request.prompt.strip())).strip()
        if not text or not self._entry.prompt:
            return task
        previous: list[int] = tokenizer.encode(" " + text)
        kept = min(len(previous), _PROMPT_TOKENS)
        if kept > _PROMPT_STEP:
            kept -= kept % _PROMPT_STEP
        return [tokenizer.sot_prev, *previous[-kept:], *task]

    def _decode(self, windows: Sequence["_Window"]) -> list[Decoded]:
        """Decode windows of one kind."""
        first = windows[0]
        longest = max(window.seconds for window in windows)
        results = self._model.model.generate(
            _together([window.encoded for window in windows]),
            [window.start for window in windows],
            beam_size=BEAM if first.request.careful else 1,
            max_length=_max_length(max_tokens(longest), len(first.start)),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(first.tokenizer, [-1]),
        )
        return [_decoded(window, result) for window, result in zip(windows, results, strict=True)]

    def _check(self, window: "_Window", decoded: Decoded) -> Heard:
        """Look again at what is doubtful, and drop what is not to be believed."""
        request, fired = window.request, decoded.guards
        if request.careful and decoded.is_doubtful and self._entry.general:
            bare = replace(request, prompt="", language=window.tokenizer.language_code)
            padded = self._window(window.index, bare, FULL)
            (again,) = self._decode([padded])
            if again.log_probability > decoded.log_probability:
                window, decoded = padded, again
        dropped = decoded.is_silence or decoded.is_loop
        return Heard(
            words=() if dropped else self._align(window, decoded),
            language=window.tokenizer.language_code,
            certainty=window.certainty,
            guards=fired,
        )

    def _align(self, window: "_Window", decoded: Decoded) -> tuple[Word, ...]:
        frames = min(FULL, round(window.seconds * RATE / FRAME))
        (found,) = self._model.find_alignment(
            window.tokenizer, [decoded.tokens], window.encoded, max(frames, 2)
        )
        merge_punctuations(found, _NO_PREPENDED, _APPENDED)
        return to_words(found, decoded)


@dataclass(frozen=True, slots=True)
class _Window:
    """A request that was encoded."""

    index: int
    request: Request
    encoded: Any
    """Encoder output, shape (1, frames / 2, width), where the model is."""
    tokenizer: Tokenizer
    start: list[int]
    """Tokens before the words."""
    certainty: float

    @property
    def seconds(self) -> float:
        return len(self.request.sound) / RATE

    @property
    def kind(self) -> tuple[object, ...]:
        """Windows of one kind can be decoded together."""
        return self.request.careful, tuple(self.encoded.shape), len(self.start)


def _max_length(tokens: int, start: int) -> int:
    """Return the bound for which CTranslate2 generates so many tokens behind those at the start.

    It takes half of the bound, or what the start leaves of it, whichever is less.
    """
    return min(448, max(2 * tokens, tokens + start))


def _together(encoded: Sequence[Any]) -> Any:
    """Put the encoder outputs of several windows into one."""
    if len(encoded) == 1:
        return encoded[0]
    parts = [np.asarray(each.to_device(Device.cpu)) for each in encoded]
    return StorageView.from_array(np.concatenate(parts))


def _decoded(window: _Window, result: Any) -> Decoded:
    found = result.sequences_ids[0][
        : max_tokens(window.seconds)
    ]  # the longest's bound stood for all
    tokens = [token for token in found if token < window.tokenizer.eot]
    return Decoded(
        tokens=tokens,
        text=window.tokenizer.decode(tokens).strip(),
        log_probability=_mean(result.scores[0], len(result.sequences_ids[0])),
        no_speech=result.no_speech_prob,
        seconds=window.seconds,
    )


def load(name: str, *, download: bool = False, threads: int = 1) -> Whisper:
    """Load a model by its name in the catalogue or by its directory.

    Args:
        name: of the catalogue, or the path of a directory; a name of the catalogue wins.
        download: fetch it when it is not on this machine.
        threads: of the processor for each decode.

    Raises:
        RecogniserError: there is no such model, it is not here, or it does not load.
    """
    folder = Path(name)
    if name not in catalogue() and folder.is_dir():
        return Whisper(folder, _own(folder), threads=threads)
    if "/" in name:
        raise RecogniserError(f"{name}: there is no such model directory.")
    entry = find(name)
    return Whisper(fetch(entry, download=download), entry, threads=threads)


def fetch(entry: Model, *, download: bool) -> Path:
    """Return the directory of a model of the catalogue, by faster-whisper's own download.

    Raises:
        RecogniserError: it is neither here nor to be had.
    """
    if not entry.repository:
        folder = entry.path()
        if folder is None:
            raise RecogniserError(f"The {entry.name} model is not part of this installation.")
        return folder
    try:
        return Path(download_model(entry.name, local_files_only=not download))
    except Exception as error:  # the hub raises a dozen unrelated kinds for "no network"
        if download:
            text = f"The model {entry.name} cannot be downloaded (is there a network?)"
        else:
            text = f"The model {entry.name} is not on this machine"
        raise RecogniserError(
            f"{text}: run `assist models pull {entry.name}` where there is a network,"
            " or copy its directory here and pass --model DIR."
        ) from error


def _own(folder: Path) -> Model:
    """Describe a directory: a bundled model by its entry, any other as Whisper's own kind."""
    demo = find("demo")
    place = demo.path()
    if place is not None and place.samefile(folder):
        return demo
    return Model(name=str(folder), languages=("*",), megabytes=0, licence="")


def _load(folder: Path, threads: int) -> Any:
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise RecogniserError(f"{folder} is no faster-whisper model: {', '.join(missing)} missing.")
    try:
        return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
    except Exception as error:  # CTranslate2 and tokenizers raise what they like
        raise RecogniserError(f"{folder}: the model is damaged and does not load.") from error


def _mean(score: float, length: int) -> float:
    """Return the mean log probability of a token, the end token included, as Whisper counts it."""
    return score * length / (length + 1)
