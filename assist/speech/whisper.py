"""faster-whisper behind the recogniser protocol: windows of their own length instead of 30 s.

The only file that imports faster_whisper, whose `transcribe()` always encodes 30 seconds. Encoding
10 seconds instead is about ten times cheaper (tiny: 45 core-ms for 425).
"""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import (
    get_ctranslate2_storage,
    get_suppressed_tokens,
    merge_punctuations,
)
from faster_whisper.utils import download_model

from assist.core import guards
from assist.core.audio import RATE
from assist.errors import RecogniserError
from assist.events import Word
from assist.speech.catalogue import Model, catalogue, find
from assist.speech.decoding import FULL_FRAMES, HOP, Decoded, fill_up, max_tokens, to_words
from assist.speech.recogniser import Sound

BEAM = 5
_SILENCE = 0.001
"""Sound that never rises above -60 dB of full scale is silence."""
_PROMPT_TOKENS = 60
"""Text before the window costs about 0.13 core-ms a token (tiny)."""
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

    def transcribe(
        self, samples: Sound, *, language: str, prompt: str, final: bool
    ) -> tuple[Word, ...]:
        """Return the words of a window of at most 30 s, shape (n,); none when nothing was said."""
        if np.abs(samples).max(initial=0.0) < _SILENCE:
            return ()
        tokenizer = self._tokenizer(language)
        best = self._decode(samples, tokenizer, prompt=prompt, final=final, floor=self._floor)
        if final and best.is_doubtful and self._entry.general:
            again = self._decode(samples, tokenizer, prompt="", final=True, floor=FULL_FRAMES)
            best = max(best, again, key=lambda decoded: decoded.log_probability)
        if best.is_silence or guards.is_loop(best.text.split()):
            return ()
        return self._align(best, tokenizer)

    def detect_language(self, samples: Sound) -> tuple[str, float]:
        """Return the likeliest language of speech, shape (n,), and its probability."""
        if len(self.languages) == 1:
            return self.languages[0], 1.0
        ranked = self._model.model.detect_language(self._encode(samples, self._floor))[0]
        return next(
            (token[2:-2], probability)
            for token, probability in ranked
            if token[2:-2] in self.languages
        )

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

    def _decode(
        self, samples: Sound, tokenizer: Tokenizer, *, prompt: str, final: bool, floor: int
    ) -> Decoded:
        encoded = self._encode(samples, floor)
        start = self._start(tokenizer, prompt)
        result = self._model.model.generate(
            encoded,
            [start],
            beam_size=BEAM if final else 1,
            max_length=min(448, len(start) + max_tokens(len(samples) / RATE)),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        return Decoded(
            encoded=encoded,
            tokens=tokens,
            text=tokenizer.decode(tokens).strip(),
            log_probability=_mean(result.scores[0], len(result.sequences_ids[0])),
            no_speech=result.no_speech_prob,
            seconds=len(samples) / RATE,
        )

    def _start(self, tokenizer: Tokenizer, prompt: str) -> list[int]:
        task = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        if not prompt or not self._entry.prompt:
            return task
        previous: list[int] = tokenizer.encode(" " + prompt.strip())
        return [tokenizer.sot_prev, *previous[-_PROMPT_TOKENS:], *task]

    def _align(self, decoded: Decoded, tokenizer: Tokenizer) -> tuple[Word, ...]:
        if not decoded.tokens:
            return ()
        frames = min(FULL_FRAMES, round(decoded.seconds * RATE / HOP))
        (found,) = self._model.find_alignment(
            tokenizer, [decoded.tokens], decoded.encoded, max(frames, 2)
        )
        merge_punctuations(found, _NO_PREPENDED, _APPENDED)
        return to_words(found, decoded)


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
