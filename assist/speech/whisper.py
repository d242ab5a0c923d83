"""faster-whisper behind the recogniser protocol: windows of their own length instead of 30 s.

The only file that computes with faster_whisper, whose `transcribe()` always encodes 30 seconds.
Encoding 10 seconds instead is about ten times cheaper.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2 import Device as Place
from ctranslate2 import StorageView, get_cuda_device_count, get_supported_compute_types
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import (
    get_ctranslate2_storage,
    get_suppressed_tokens,
    merge_punctuations,
)
from threadpoolctl import threadpool_limits

from assist.core.audio import RATE
from assist.core.hotwords import mend
from assist.core.windows import FRAME, FULL, max_tokens
from assist.errors import RecogniserError
from assist.events import Word
from assist.speech.catalogue import Model
from assist.speech.decoding import Decoded, before, fill_up, likeliest, to_words
from assist.speech.device import ONE_THREAD, AskedCompute, AskedDevice, Device, choose_device
from assist.speech.download import WEIGHTS
from assist.speech.locate import locate
from assist.speech.machine import cores, use_wide_vectors
from assist.speech.recogniser import Heard, Report, Request, Sound

use_wide_vectors()

BEAM = 5
_SILENCE = 0.001
"""Sound that never rises above -60 dB of full scale is silence."""
_PIECE = 1 << 24
"""Bytes of a model's file that are read at a time."""
_NO_PREPENDED, _APPENDED = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"


class Whisper:
    """A faster-whisper model on this machine.

    Args:
        folder: of the CTranslate2 model.
        entry: what the catalogue says about it.
        device: where it is to run.

    Raises:
        RecogniserError: the folder holds no working model.
    """

    def __init__(self, folder: Path, entry: Model, *, device: Device = ONE_THREAD) -> None:
        self._entry = entry
        self._model = _load(folder, device)

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
        return self._told(self._encode(samples, self._floor), self.languages)

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
            language, certainty = self._told(encoded, request.among)
        tokenizer = self._tokenizer(language)
        return _Window(
            index, request, encoded, tokenizer, self._start(tokenizer, request), certainty
        )

    def _told(self, encoded: Any, among: Sequence[str]) -> tuple[str, float]:
        """Return the likeliest language and its probability among those; where none, of all."""
        known = [code for code in self.languages if code in among] or self.languages
        if len(known) == 1:
            return known[0], 1.0
        ranked = self._model.model.detect_language(encoded)[0]
        likely = {token[2:-2]: chance for token, chance in ranked if token[2:-2] in known}
        best = max(likely, key=likely.__getitem__)
        return best, likely[best] / sum(likely.values())

    def _start(self, tokenizer: Tokenizer, request: Request) -> list[int]:
        """Return the tokens before the words."""
        task = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        said = request.prompt.strip()
        if not self._entry.prompt or not (said or request.hotwords):
            return task
        hotwords = [tokenizer.encode(f" {word}") for word in request.hotwords]
        previous = before(hotwords, tokenizer.encode(f" {said}") if said else [])
        return [tokenizer.sot_prev, *previous, *task]

    def _decode(self, windows: Sequence["_Window"]) -> list[Decoded]:
        """Decode windows of one kind."""
        first = windows[0]
        longest = max(window.seconds for window in windows)
        beams = BEAM if first.request.careful else 1
        results = self._model.model.generate(
            _together([window.encoded for window in windows]),
            [window.start for window in windows],
            beam_size=beams,
            num_hypotheses=beams,  # all that the search found; it takes no longer
            max_length=_max_length(max_tokens(longest), len(first.start)),
            repetition_penalty=self._entry.repetition_penalty,
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
            language = window.tokenizer.language_code
            bare = replace(request, prompt="", hotwords=(), language=language)
            padded = self._window(window.index, bare, FULL)
            (again,) = self._decode([padded])
            if again.log_probability > decoded.log_probability:
                window, decoded = padded, again
        dropped = decoded.is_silence or decoded.is_loop
        language = window.tokenizer.language_code
        words = () if dropped else self._align(window, decoded)
        return Heard(
            words=mend(words, request.hotwords, language),
            language=language,
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
    parts = [np.asarray(each.to_device(Place.cpu)) for each in encoded]
    return StorageView.from_array(np.concatenate(parts))


def _decoded(window: _Window, result: Any) -> Decoded:
    hypotheses = [
        _hypothesis(window, tokens, score, result.no_speech_prob)
        for tokens, score in zip(result.sequences_ids, result.scores, strict=True)
    ]
    return likeliest(hypotheses, window.request.hotwords, window.tokenizer.language_code)


def _hypothesis(window: _Window, found: list[int], score: float, no_speech: float) -> Decoded:
    bound = max_tokens(window.seconds)  # the longest window's stood for all
    tokens = [token for token in found[:bound] if token < window.tokenizer.eot]
    return Decoded(
        tokens=tokens,
        text=window.tokenizer.decode(tokens).strip(),
        log_probability=_mean(score, len(found)),
        no_speech=no_speech,
        seconds=window.seconds,
    )


def find_device(
    asked: AskedDevice = "auto", compute: AskedCompute = "auto", *, workers: int = 0
) -> Device:
    """Look at this machine, choose where the decodes run, and say so in the log.

    Raises:
        RecogniserError: the machine cannot do what was asked.
    """
    gpus = get_cuda_device_count()
    device = choose_device(
        asked,
        compute,
        gpus=gpus,
        cpu_types=get_supported_compute_types("cpu"),
        gpu_types=get_supported_compute_types("cuda") if gpus else (),
        cores=cores(),
        workers=workers,
    )
    logging.getLogger("assist").info(device.sentence)
    return device


def load(name: str, *, download: bool = False, device: Device = ONE_THREAD) -> Whisper:
    """Load a model by its name in the catalogue or by its directory.

    Args:
        name: of the catalogue, or the path of a directory; a name of the catalogue wins.
        download: fetch it when it is not on this machine.
        device: where it is to run.

    Raises:
        RecogniserError: there is no such model, it is not here, or it does not load.
    """
    folder, entry = locate(name, download=download)
    return Whisper(folder, entry, device=device)


def loader(name: str, *, device: Device = ONE_THREAD) -> Callable[[Report], Whisper]:
    """Return what loads a model that is on this machine and reports how far it is, 0 to 1.

    What is wrong with the name is told at once, before anything runs in the background.

    Raises:
        RecogniserError: there is no such model, or it is not here.
    """
    folder, entry = locate(name)

    def run(report: Report) -> Whisper:
        for share in _read(folder / WEIGHTS):
            report(share / 2)  # the other half is CTranslate2's, which tells nobody how far it is
        whisper = Whisper(folder, entry, device=device)
        report(1.0)
        return whisper

    return run


def _read(path: Path) -> Iterator[float]:
    """Read a file, so that it is in memory when it is loaded; yield the share that was read."""
    size = path.stat().st_size
    with path.open("rb") as file:
        while file.read(_PIECE):
            yield file.tell() / size


def _load(folder: Path, device: Device) -> Any:
    # else the log-mel product takes all cores for a millisecond, and its threads then spin for a
    # hundred, which a worker beside it needs: a fifth of all processor time
    threadpool_limits(limits=1, user_api="blas")
    try:
        model = WhisperModel(
            str(folder),
            device=device.kind,
            compute_type=device.compute_type,
            num_workers=device.workers,
            cpu_threads=device.threads,
        )
        second = np.zeros((1, model.model.n_mels, 100), np.float32)
        # only now CTranslate2 misses the libraries of a card
        model.model.encode(get_ctranslate2_storage(second))
        return model
    except Exception as error:  # CTranslate2 and tokenizers raise what they like
        if device.kind == "cuda":
            text = f"{folder}: the graphics card cannot run it ({error}); set device = cpu."
        else:
            text = f"{folder}: the model is damaged and does not load."
        raise RecogniserError(text) from error


def _mean(score: float, length: int) -> float:
    """Return the mean log probability of a token, the end token included, as Whisper counts it."""
    return score * length / (length + 1)
