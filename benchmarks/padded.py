"""One pass of the baseline: 30 s whatever is in it, beam of five, times of words, every time.

It is the best case of faster-whisper's `transcribe(beam_size=5, word_timestamps=True)`, which
whisper_streaming calls: one window, no fallback to other temperatures, no second window.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_ctranslate2_storage, get_suppressed_tokens

from assist.core.windows import FULL
from assist.events import Word
from assist.speech.recogniser import Sound
from benchmarks.baseline import Passed
from benchmarks.scripted import Bounded, Script, Work, tokens

BEAM = 5
_LATEST_START = 50
"""Index of the latest time at which a window may begin, 1 s: faster-whisper's own."""


class Padded:
    """Passes in threads, first come first served; words by a script.

    Args:
        folder: of the model.
        workers: passes at a time.
        threads: of the processor for each.
        device: `cpu` or `cuda`.
        compute: the type of the model's numbers.
    """

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 1,
        threads: int = 2,
        device: str = "cpu",
        compute: str = "int8",
    ) -> None:
        self.work = Work()
        self._script = Script(())
        self._workers = workers
        self._model: Any = WhisperModel(
            str(folder),
            device=device,
            compute_type=compute,
            cpu_threads=threads,
            num_workers=workers,
        )
        self._model.model = Bounded(self._model.model)
        self._threads = ThreadPoolExecutor(workers)

    def submit(self, sound: Sound, prompt: str, language: str) -> "Future[Passed]":
        """Take a buffer."""
        return self._threads.submit(self.passed, sound, prompt, language)

    def passed(self, sound: Sound, prompt: str, language: str) -> Passed:
        """Decode a buffer; answer with the words of the script."""
        words = self._script.within(sound)
        segments = _segments(words)
        self._compute(sound, prompt, language, words, len(segments))
        self.work.partials += 1
        return Passed(words, segments)

    def begin(self, script: Script) -> None:
        """Give up what still waits, and begin anew with a script."""
        self._threads.shutdown(cancel_futures=True)
        self._threads = ThreadPoolExecutor(self._workers)
        self._script, self.work = script, Work()

    def _compute(
        self, sound: Sound, prompt: str, language: str, words: Sequence[Word], segments: int
    ) -> None:
        model, ct2 = self._model, self._model.model
        tokenizer = Tokenizer(
            model.hf_tokenizer, ct2.is_multilingual, task="transcribe", language=language
        )
        features = model.feature_extractor(sound)[..., :FULL]
        encoded = ct2.encode(get_ctranslate2_storage(pad_or_trim(features)[None]))
        start = list(tokenizer.sot_sequence)
        if prompt:
            start = [tokenizer.sot_prev, *tokenizer.encode(" " + prompt)[-223:], *start]
        ct2.expect(tokens(model.hf_tokenizer, words) + 2 * segments)
        (result,) = ct2.generate(
            encoded,
            [start],
            beam_size=BEAM,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            max_initial_timestamp_index=_LATEST_START,
        )
        text = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
        if text:
            model.find_alignment(tokenizer, [text], encoded, min(features.shape[-1], FULL))


def _segments(words: Sequence[Word]) -> tuple[int, ...]:
    """Return where segments end: Whisper's are sentences, more or less."""
    ends = [word.end for word in words if word.text[-1] in ".?!"]
    last = [words[-1].end] if words and words[-1].end not in ends else []
    return (*ends, *last)
