"""Make the training corpus: texts, synthetic speech, mel features, true word and phone times.

python corpus.py /tmp/corpus          # about 10,000 utterances a language
python corpus.py /tmp/small --scale 0.02
"""

import argparse
import json
import multiprocessing
import random
from pathlib import Path

import numpy as np
import synth
from faster_whisper.feature_extractor import FeatureExtractor
from grammar import Grammar, crc, read

LANGUAGES = ("en", "de")
# Utterances a language; the last three are for measuring and never trained on.
COUNTS = {
    "demo": 3200, "known": 2600, "salad": 2400, "single": 1600, "several": 1200, "fragments": 600,
    "test-combo": 160, "test-held": 120, "test-single": 80,
}  # fmt: skip
DEMO_SHARE = {"train": 0.75, "test": 0.85}
SHARD = 64  # utterances a worker renders between two hand-overs
QUIET = -10.0  # log10 power that Whisper's features give digital silence


def texts(grammar: Grammar, kind: str, draw: random.Random) -> str:
    """Draw one text of a kind of `COUNTS`."""
    known = grammar.known
    if kind == "demo":
        return grammar.sentence(grammar.demo, "train", draw)
    if kind == "known":
        return grammar.sentence(known, "train", draw)
    if kind == "several":
        parts = [
            draw.choice(grammar.single).capitalize() + "."
            if draw.random() < 0.2
            else grammar.sentence(grammar.demo + known, "train", draw)
            for _ in range(draw.randint(2, 4))
        ]
        return " ".join(parts)
    if kind == "salad":
        return " ".join(draw.choice(grammar.words) for _ in range(draw.randint(2, 7)))
    if kind == "fragments":  # pieces of sentences in an order that no grammar knows
        return " ".join(_piece(grammar, draw) for _ in range(draw.randint(2, 3)))
    if kind.endswith("single"):
        word = draw.choice(grammar.single + grammar.words[:: draw.randint(1, 40)])
        ending = draw.choice("...?" if kind == "single" else ".")
        return word[0].upper() + word[1:] + ending
    if kind == "test-held":
        return grammar.sentence(grammar.held, "held", draw)
    return grammar.sentence(grammar.demo + known, "combo", draw)


def _piece(grammar: Grammar, draw: random.Random) -> str:
    words = grammar.sentence(grammar.demo + grammar.known, "train", draw).split()
    start = draw.randrange(len(words))
    return " ".join(words[start : start + draw.randint(2, 5)])


def plan(scale: float) -> list[dict]:
    """List the utterances to render; the same list every time."""
    jobs, draw = [], random.Random(1)
    for language in LANGUAGES:
        grammar = read(language)
        frequent = [word for word in grammar.single if len(word.split()) == 1][:24]
        for kind, count in COUNTS.items():
            for number in range(max(4, round(count * scale))):
                text = texts(grammar, kind, draw)
                if kind == "single" and number % 5 < 2:  # the backchannels, many times each
                    text = draw.choice(frequent).capitalize() + draw.choice([".", ".", "?"])
                jobs.append(_job(language, kind, text, draw))
    random.Random(2).shuffle(jobs)
    return jobs


def _job(language: str, kind: str, text: str, draw: random.Random) -> dict:
    share = DEMO_SHARE["test" if kind.startswith("test") else "train"]
    demo = draw.random() < share
    pool = synth.DEMO_VOICES if demo else synth.OTHER_VOICES
    voice = draw.choice([name for name in pool if name.startswith(language)])
    spread = 0.07 if demo else 0.12
    return {
        "language": language,
        "kind": kind,
        "text": text,
        "voice": voice,
        "rate": round(1 + draw.uniform(-spread, spread), 3),
        "pitch": round(1 + draw.uniform(-spread, spread), 3),
    }


_extractor = FeatureExtractor()


def log_mel(samples: np.ndarray) -> np.ndarray:
    """Whisper's log10 mel power before its normalisation, float16 [frames, 80]."""
    window = np.hanning(_extractor.n_fft + 1)[:-1].astype("float32")
    padded = np.pad(samples, (0, _extractor.hop_length))
    spectrum = _extractor.stft(
        padded, _extractor.n_fft, _extractor.hop_length, window=window, return_complex=True
    )
    power = np.abs(spectrum[..., :-1]) ** 2
    return np.log10(np.clip(_extractor.mel_filters @ power, 1e-10, None)).T.astype(np.float16)


def render(job: dict) -> tuple[dict, np.ndarray] | None:
    try:
        speech = synth.say(job["text"], job["voice"], rate=job["rate"], pitch=job["pitch"])
    except ValueError:  # flite's token count; a handful of texts
        return None
    mel = log_mel(speech.samples)
    return job | {"words": speech.words, "phones": speech.phones, "frames": len(mel)}, mel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    jobs, entries, offset = plan(options.scale), [], 0
    with (
        multiprocessing.Pool(options.workers) as pool,
        (options.folder / "mel.f16").open("wb") as mels,
    ):
        for made in pool.imap_unordered(render, jobs, chunksize=SHARD):
            if made is None:
                continue
            entry, mel = made
            mels.write(mel.tobytes())
            entries.append(entry | {"offset": offset})
            offset += len(mel)
    (options.folder / "index.json").write_text(json.dumps(entries, ensure_ascii=False))
    hours = offset / 100 / 3600
    print(f"{len(entries)} utterances of {len(jobs)}, {hours:.1f} h, {crc(str(jobs)):08x}")


if __name__ == "__main__":
    main()
