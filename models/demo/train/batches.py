"""Draw training batches: windows as live use has them, with noise, gaps and padding.

A window holds pieces of utterances (whole ones, crops at word boundaries, several in a row).
Everything is done on log-mel features; the texts, the word spans and the phones follow.
"""

import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import noises
import numpy as np
import spoil
import tokens
import torch
from corpus import QUIET, log_mel
from tokenizers import Tokenizer

STEP_MS = 20  # an encoder position
WINDOW = 3000  # frames of the longest window
IGNORED = -100
SILENT = (QUIET + 4) / 4  # digital silence, normalised
NOISE_CLIPS = 800
TIMED = 0.25  # share of targets with time tokens
HIDDEN = 0.1  # share of the given tokens that the decoder does not see
# How windows are filled (see `_window`): about as many frames as one takes, the share of batches
# early, and the share late; between the two ends of CURRICULUM it moves from one to the other.
MODES = {
    "few words": (90, 0.35, 0.12),
    "crops": (300, 0.35, 0.20),
    "one": (350, 0.30, 0.38),
    "many": (1300, 0, 0.26),
    "padded": (3000, 0, 0.04),
}
CURRICULUM = 0.25, 0.60  # of the time
SPOILED_FULLY = 0.25  # progress at which noise, masks and so on have all of their probability


@dataclass
class Window:
    """Features and truth of one window; spans are in encoder positions."""

    mel: np.ndarray
    language: str
    segments: list[tuple[int, int, list[tuple[str, int, int]]]]
    """(start, end, words)."""
    phones: np.ndarray


@dataclass
class Batch:
    """Tensors of one training step."""

    mel: torch.Tensor
    inputs: torch.Tensor
    labels: torch.Tensor
    keep: torch.Tensor
    spans: torch.Tensor
    """[guided tokens, 4]: row, position that predicts the token, first and last+1 frame."""
    phones: torch.Tensor
    words: torch.Tensor
    """[words, 4]: row, first and last+1 frame, first token."""


class Corpus:
    """The stored utterances with what training wants to know of them."""

    def __init__(self, folder: Path) -> None:
        everything = json.loads((folder / "index.json").read_text())
        self.entries = [entry for entry in everything if not entry["kind"].startswith("test")]
        self.mel = np.memmap(folder / "mel.f16", np.float16, "r").reshape(-1, 80)
        self.by_language = {
            language: np.array([i for i, e in enumerate(self.entries) if e["language"] == language])
            for language in ("en", "de")
        }
        self.by_voice: dict[str, list[int]] = {}
        for index, entry in enumerate(self.entries):
            self.by_voice.setdefault(entry["voice"], []).append(index)
        phones = {phone for entry in self.entries for phone, _, _ in entry["phones"]}
        self.phones = {phone: index + 1 for index, phone in enumerate(sorted(phones))}
        words = {bare(word) for entry in self.entries for word, _, _ in entry["words"]}
        self.words = {word: index for index, word in enumerate(sorted(words))}

    def texts(self) -> list[str]:
        return [entry["text"] for entry in self.entries]


def bare(word: str) -> str:
    return word.lower().strip(".,?!-;:'")


class Batches:
    """An endless supply, drawn in a thread of its own."""

    def __init__(
        self, corpus: Corpus, tokenizer: Tokenizer, *, frames: int, seed: int, progress: float = 0
    ) -> None:
        self.corpus, self.tokenizer, self.frames = corpus, tokenizer, frames
        self.draw = np.random.default_rng(seed)
        self.special = {name: tokenizer.token_to_id(name) for name in tokens.SPECIAL}
        self.ids: dict[str, list[int]] = {}
        self.noises = [
            log_mel(noises.clip(self.draw)).astype(np.float32) for _ in range(NOISE_CLIPS)
        ]
        self.progress = progress
        self.ready: queue.Queue[Batch] = queue.Queue(maxsize=6)
        threading.Thread(target=self._supply, daemon=True).start()

    def __iter__(self) -> Iterator[Batch]:
        while True:
            yield self.ready.get()

    def _supply(self) -> None:
        while True:
            late = np.interp(self.progress, CURRICULUM, (0, 1))
            shares = [(1 - late) * early + late * later for _, early, later in MODES.values()]
            mode = str(self.draw.choice(list(MODES), p=shares))
            for batch in self._batches(mode):
                self.ready.put(batch)

    def _batches(self, mode: str) -> Iterator[Batch]:
        """Sort the windows of about four batches by length, and cut them into batches."""
        amount = max(1, 4 * self.frames // MODES[mode][0])
        windows = sorted((self._window(mode) for _ in range(amount)), key=lambda w: len(w.mel))
        while windows:
            longest = windows[-1]
            if mode == "padded":
                length = WINDOW
            elif mode == "few words":
                length = max(int(self.draw.choice([0, 0, 0, 0, 300])), len(longest.mel) + 20)
            else:
                length = max(300, len(longest.mel) + int(self.draw.integers(50, 120)))
            length = min(WINDOW, length + length % 2)
            count = max(1, self.frames // length)
            chosen, windows = windows[-count:], windows[:-count]
            yield self._collate(chosen, length)

    # ---- one window ----------------------------------------------------------------------------

    def _window(self, mode: str) -> Window:
        draw = self.draw
        if draw.random() < 0.05:
            return self._noise_window()
        language = str(draw.choice(["en", "de"]))
        if mode == "few words":
            pieces, room = [self._crop(language, 3)], 0
        elif mode == "crops":
            pieces, room = [self._crop(language, 4)], int(draw.integers(40, 240))
        elif mode == "one" or draw.random() < 0.2:
            pieces, room = [self._whole(language)], 0
        else:
            pieces, room = [self._whole(language)], int(draw.integers(400, 1500))
        while sum(end - start for _, start, end, _ in pieces) < room:
            voice = self.corpus.entries[pieces[-1][0]]["voice"] if draw.random() < 0.7 else None
            crop = mode == "crops" or draw.random() < 0.2
            pieces.append(self._crop(language, 4, voice) if crop else self._whole(language, voice))
        return self._assemble(language, pieces)

    def _pick(self, language: str, voice: str | None) -> int:
        pool = self.corpus.by_voice[voice] if voice else self.corpus.by_language[language]
        return int(pool[self.draw.integers(len(pool))])

    def _whole(self, language: str, voice: str | None = None) -> tuple:
        """Take an utterance, now and then only its beginning, as a growing window has it."""
        index = self._pick(language, voice)
        words = self.corpus.entries[index]["words"]
        last = (
            int(self.draw.integers(1, len(words) + 1)) if self.draw.random() < 0.2 else len(words)
        )
        return self._cut(index, 0, last)

    def _crop(self, language: str, most: int, voice: str | None = None) -> tuple:
        index = self._pick(language, voice)
        words = self.corpus.entries[index]["words"]
        count = int(self.draw.integers(1, most + 1))
        first = int(self.draw.integers(0, max(1, len(words) - count + 1)))
        return self._cut(index, first, min(first + count, len(words)))

    def _cut(self, index: int, first: int, last: int) -> tuple:
        """Return (utterance, first frame, last+1 frame, words)."""
        entry = self.corpus.entries[index]
        words = entry["words"]
        start, end = 0, entry["frames"]
        if first > 0:
            start = min((words[first - 1][2] + words[first][1]) // 20, words[first][1] // 10)
        if last < len(words):
            gap = words[last][1] - words[last - 1][2]
            end = words[last - 1][2] // 10 + min(max(0, gap // 20), 15) + 1
        return index, start, min(end, entry["frames"]), words[first:last]

    def _assemble(self, language: str, pieces: list[tuple]) -> Window:
        draw, at, mels, segments = self.draw, 0, [], []
        lead = int(draw.integers(0, 40)) if draw.random() < 0.7 else 0
        for index, start, end, words in pieces:
            gap = lead if not mels else int(draw.integers(2, 100) * (draw.random() + 0.05))
            if at + gap + end - start > WINDOW - 60:
                break
            mels.append(np.full((gap, 80), QUIET, np.float32))
            offset = self.corpus.entries[index]["offset"]
            mel = self.corpus.mel[offset + start : offset + end].astype(np.float32)
            mels.append(mel + draw.normal(0, 0.15) if len(pieces) > 1 else mel)
            at += gap
            shift = at * 10 - start * 10
            spans = [
                (word, (first + shift) // STEP_MS, -(-(last + shift) // STEP_MS))
                for word, first, last in words
            ]
            segments.append((at // 2, (at + end - start) // 2, spans))
            at += end - start
        tail = int(draw.integers(0, 80)) if draw.random() < 0.5 else 0
        mels.append(np.full((tail, 80), QUIET, np.float32))
        phones = self._phones(pieces, segments, (at + tail) // 2)
        mel = spoil.spoil(
            np.concatenate(mels),
            draw,
            strength=min(1, 0.3 + self.progress / SPOILED_FULLY),
            noise=self.noises[draw.integers(len(self.noises))],
            voice=self._voice(language),
        )
        return Window(mel, language, segments, phones)

    def _voice(self, language: str) -> np.ndarray:
        entry = self.corpus.entries[self._pick(language, None)]
        return self.corpus.mel[entry["offset"] :][: entry["frames"]].astype(np.float32)

    def _phones(self, pieces: list[tuple], segments: list[tuple], length: int) -> np.ndarray:
        labels = np.zeros(length + 1, np.int64)
        for (index, start, end, _), (at, _, _) in zip(pieces, segments, strict=False):
            for phone, first, last in self.corpus.entries[index]["phones"]:
                if first < end * 10 and last > start * 10:
                    low = max(first // STEP_MS - start // 2, 0) + at
                    high = min(last // STEP_MS, end // 2) - start // 2 + at
                    labels[low : max(high, low)] = self.corpus.phones[phone]
        return labels

    def _noise_window(self) -> Window:
        mel = self.noises[self.draw.integers(len(self.noises))]
        mel = mel[: self.draw.integers(30, len(mel) + 1)] + self.draw.normal(0, 0.3)
        language = str(self.draw.choice(["en", "de"]))
        return Window(spoil.normal(mel), language, [], np.zeros(len(mel) // 2, np.int64))

    # ---- tensors -------------------------------------------------------------------------------

    def _encode(self, word: str) -> list[int]:
        if word not in self.ids:
            self.ids[word] = self.tokenizer.encode(f" {word}").ids
        return self.ids[word]

    def _target(self, window: Window) -> tuple[list[int], list[tuple[int, int, int]], int]:
        """Return the token sequence, (position, first, last+1 frame) of guided tokens, prompt."""
        special, timed = self.special, self.draw.random() < TIMED
        sequence = [special["<|startoftranscript|>"], special[f"<|{window.language}|>"]]
        sequence.append(special["<|transcribe|>"])
        if not timed:
            sequence.append(special["<|notimestamps|>"])
        prompt, spans = len(sequence), []
        zero = special["<|notimestamps|>"] + 1
        if timed and not window.segments:
            sequence.append(zero)
        for start, end, words in window.segments:
            if timed:
                sequence.append(zero + min(start, 1500))
            for word, first, last in words:
                for token in self._encode(word):
                    if self.tokenizer.id_to_token(token) in {".", ",", "?", "!"}:
                        spans.append((len(sequence) - 1, max(last - 2, 0), last + 4))
                    else:
                        spans.append((len(sequence) - 1, first, max(last, first + 1)))
                    sequence.append(token)
            if timed:
                sequence.append(zero + min(end, 1500))
        return [*sequence, special["<|endoftext|>"]], spans, prompt

    def _collate(self, windows: list[Window], length: int) -> Batch:
        targets = [self._target(window) for window in windows]
        longest = max(len(sequence) for sequence, _, _ in targets) - 1
        size = len(windows), longest
        mel = np.zeros((len(windows), length, 80), np.float32)
        phones = np.full((len(windows), length // 2), IGNORED, np.int64)
        inputs = np.full(size, self.special["<|endoftext|>"], np.int64)
        labels, keep = np.full(size, IGNORED, np.int64), np.ones(size, np.float32)
        spans, words = [], []
        for row, (window, (sequence, guided, prompt)) in enumerate(
            zip(windows, targets, strict=True)
        ):
            # Padded as transcribe() does, or filled up with silence before the normalisation.
            mel[row] = 0 if self.draw.random() < 0.5 else max(window.mel.max() - 2, SILENT)
            mel[row, : len(window.mel)] = window.mel[:length]
            inner = min(len(window.phones), length // 2)
            phones[row, :inner] = window.phones[:inner]
            inputs[row, : len(sequence) - 1] = sequence[:-1]
            labels[row, : len(sequence) - 1] = sequence[1:]
            labels[row, 1 : prompt - 1] = IGNORED  # asked for, not recognised
            if not window.segments:
                labels[row, 0] = self.special["<|nospeech|>"]
            hidden = self.draw.random(longest) < HIDDEN
            keep[row, prompt:][hidden[prompt:]] = 0
            spans += [(row, *span) for span in guided]
            words += [
                (row, first, last, self._encode(word)[0])
                for _, _, spoken in window.segments
                for word, first, last in spoken
            ]
        return Batch(
            torch.from_numpy(mel.transpose(0, 2, 1).copy()),
            *(torch.from_numpy(array) for array in (inputs, labels, keep)),
            torch.tensor(spans, dtype=torch.int64).reshape(-1, 4).clamp(max=length // 2),
            torch.from_numpy(phones),
            torch.tensor(words, dtype=torch.int64).reshape(-1, 4),
        )
