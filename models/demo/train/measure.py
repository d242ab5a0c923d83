"""Measure the model through faster-whisper on speech that training never saw.

python measure.py ..            # a table
python measure.py .. --json     # the same figures as JSON
"""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import corpus
import grammar
import noises
import numpy as np
import synth
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

SHORTEST = 300  # frames; shorter windows make the decoder run on
PADDING = 50  # frames of zeros behind the speech, at least
PENALTY = 1.1  # against running on; as in catalogue.toml
LANGUAGES = "en", "de"


@dataclass
class Score:
    """Word errors and right languages of one set of utterances."""

    errors: int = 0
    words: int = 0
    utterances: int = 0
    right_language: int = 0
    worst: list[tuple[float, str, str]] = field(default_factory=list)

    def add(self, said: str, heard: str, right_language: bool) -> None:
        wrong, words = distance(plain(said), plain(heard)), len(plain(said))
        self.errors, self.words = self.errors + wrong, self.words + words
        self.utterances += 1
        self.right_language += right_language
        if wrong:
            self.worst.append((wrong / words, said, heard))

    def figures(self) -> dict[str, float]:
        return {
            "utterances": self.utterances,
            "words": self.words,
            "wer": round(100 * self.errors / max(1, self.words), 1),
            "language": round(100 * self.right_language / max(1, self.utterances), 1),
        }


def plain(text: str) -> list[str]:
    return re.sub(r"[^\w'\s-]", "", text.lower()).split()


def distance(said: list[str], heard: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


class Listener:
    """One window at a time through the model, as live use does it."""

    def __init__(self, folder: Path, beam: int) -> None:
        self.whisper = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
        self.model, self.beam = self.whisper.model, beam

    def encode(self, samples: np.ndarray) -> tuple[StorageView, int]:
        mel = self.whisper.feature_extractor(samples.astype(np.float32))
        size = min(3000, max(SHORTEST, mel.shape[1] + PADDING))
        padded = np.zeros((1, mel.shape[0], size), np.float32)
        padded[0, :, : mel.shape[1]] = mel[:, :size]
        return self.model.encode(StorageView.from_array(padded)), mel.shape[1]

    def hear(self, samples: np.ndarray, language: str | None = None) -> dict:
        encoded, frames = self.encode(samples)
        found = self.model.detect_language(encoded)[0][0][0][2:-2]
        tokenizer = self.tokenizer(language or found)
        prompt = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        result = self.model.generate(
            encoded,
            [prompt],
            beam_size=self.beam,
            max_length=200,
            repetition_penalty=PENALTY,
            return_no_speech_prob=True,
        )[0]
        ids = [each for each in result.sequences_ids[0] if each < tokenizer.eot]
        times = self.times(encoded, tokenizer, ids, frames) if ids else []
        text, silent = tokenizer.decode(ids), result.no_speech_prob
        return {"text": text, "language": found, "no_speech": silent, "words": times}

    def tokenizer(self, language: str) -> Tokenizer:
        return Tokenizer(self.whisper.hf_tokenizer, True, task="transcribe", language=language)

    def times(self, encoded, tokenizer: Tokenizer, ids: list[int], frames: int) -> list[tuple]:
        """Place words in milliseconds, as faster-whisper's own find_alignment does."""
        result = self.model.align(encoded, tokenizer.sot_sequence, [ids], frames)[0]
        words, parts = tokenizer.split_to_word_tokens([*ids, tokenizer.eot])
        pairs = np.array(result.alignments)
        jumps = np.pad(np.diff(pairs[:, 0]), (1, 0), constant_values=1).astype(bool)
        starts = pairs[jumps, 1] * 20
        bounds = np.pad(np.cumsum([len(part) for part in parts[:-1]]), (1, 0))
        spans = zip(words, bounds[:-1], bounds[1:], strict=False)
        return [(word.strip(), int(starts[a]), int(starts[b])) for word, a, b in spans]


def sets() -> Iterator[tuple[str, str, str, str, synth.Speech]]:
    """Yield (set, language, voice, text, speech) of all that is measured."""
    for job in corpus.plan(1.0):
        if job["kind"].startswith("test"):
            kept = {"rate": job["rate"], "pitch": job["pitch"]}
            try:
                speech = synth.say(job["text"], job["voice"], **kept)
            except ValueError:  # as in the corpus: flite counts the words otherwise
                continue
            yield (
                job["kind"].removeprefix("test-"),
                job["language"],
                job["voice"],
                job["text"],
                speech,
            )
    for call in grammar.demo_calls():
        for line in call["line"]:
            voice = call["voices"][line["who"]]
            speech = synth.say(line["text"], voice)
            yield f"call {call['id']}", call["language"], voice, line["text"], speech


def measure(listener: Listener, limit: int) -> dict:
    scores: dict[tuple[str, str], Score] = {}
    voices: dict[tuple[str, str], Score] = {}
    starts: list[int] = []
    ends: list[int] = []
    for name, language, voice, text, speech in sets():
        score = scores.setdefault((name, language), Score())
        if score.utterances >= limit:
            continue
        heard = listener.hear(speech.samples)
        right = heard["language"] == language
        score.add(text, heard["text"], right)
        voices.setdefault((voice, language), Score()).add(text, heard["text"], right)
        if plain(text) == plain(heard["text"]):
            pairs = list(zip(speech.words, _joined(heard["words"]), strict=False))
            starts += [abs(true[1] - found[1]) for true, found in pairs]
            ends += [abs(true[2] - found[2]) for true, found in pairs]
    return {
        "sets": {f"{name} {language}": s.figures() for (name, language), s in scores.items()},
        "voices": {voice: s.figures() for (voice, _), s in sorted(voices.items())},
        "phantoms": phantoms(listener),
        "word times": {"start": _spread(starts), "end": _spread(ends)},
        "worst": {
            f"{name} {language}": sorted(s.worst, reverse=True)[:8]
            for (name, language), s in scores.items()
        },
    }


def _joined(words: list[tuple]) -> list[tuple]:
    """Give a punctuation mark to the word before it."""
    found: list[tuple] = []
    for word, start, end in words:
        if found and not re.search(r"\w", word):
            found[-1] = (found[-1][0] + word, *found[-1][1:])
        else:
            found.append((word, start, end))
    return found


def _spread(errors: list[int]) -> dict[str, float]:
    if not errors:
        return {}
    median, most = np.percentile(errors, [50, 90])
    return {"median_ms": float(median), "p90_ms": float(most), "words": len(errors)}


def phantoms(listener: Listener) -> dict[str, dict]:
    """Texts heard where nobody speaks, per kind of sound."""
    draw, found = np.random.default_rng(99), {}
    time = np.arange(3 * noises.RATE) / noises.RATE
    sounds = {"silence": [np.zeros(len(time))]}
    sounds["white noise"] = [
        draw.normal(0, 10 ** (db / 20), len(time)) for db in range(-60, -19, 5)
    ]
    for tone in (50, 100):
        levels = (0.003, 0.03, 0.3)
        sounds[f"{tone} Hz hum"] = [a * np.sin(2 * np.pi * tone * time) for a in levels]
    for kind in (noises.clicks, noises.music, noises.breath):
        made = [kind(len(time), draw) for _ in range(10)]
        sounds[kind.__name__] = [0.2 * sound / np.abs(sound).max() for sound in made]
    for name, clips in sounds.items():
        heard = [listener.hear(clip) for clip in clips]
        whole = [_transcribed(listener, clip) for clip in clips]
        found[name] = {
            "clips": len(clips),
            "texts": sum(bool(each["text"].strip()) for each in heard),
            "texts after no_speech < 0.6": sum(
                bool(each["text"].strip()) and each["no_speech"] < 0.6 for each in heard
            ),
            "texts of transcribe()": sum(map(bool, whole)),
            "lowest no_speech": round(min(each["no_speech"] for each in heard), 3),
        }
    return found


def _transcribed(listener: Listener, samples: np.ndarray) -> str:
    segments, _ = listener.whisper.transcribe(
        samples.astype(np.float32), beam_size=1, temperature=0, condition_on_previous_text=False
    )
    return "".join(segment.text for segment in segments).strip()


def show(figures: dict) -> None:
    for title in ("sets", "voices"):
        print(f"\n{title:<20}{'utterances':>11}{'words':>7}{'WER %':>7}{'language %':>12}")
        for name, row in figures[title].items():
            print(
                f"{name:<20}{row['utterances']:>11}{row['words']:>7}{row['wer']:>7}{row['language']:>12}"
            )
    print(
        f"\n{'phantoms':<20}{'clips':>6}{'texts':>7}{'kept':>6}{'transcribe':>12}{'no_speech':>11}"
    )
    for name, row in figures["phantoms"].items():
        print(
            f"{name:<20}"
            + "".join(f"{v:>{w}}" for v, w in zip(row.values(), (6, 7, 6, 12, 11), strict=True))
        )
    print(f"\nword times, |error| in ms: {figures['word times']}")
    for name, rows in figures["worst"].items():
        for wrong, said, heard in rows:
            print(f"  {name} {100 * wrong:.0f} %: {said} -> {heard.strip()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--limit", type=int, default=1000, help="utterances a set and language")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(Listener(options.model, options.beam), options.limit)
    if options.json:
        print(json.dumps(figures, indent=1, ensure_ascii=False))
    else:
        show(figures)


if __name__ == "__main__":
    main()
