"""Make the demo calls: scripts in calls/*.toml → folders in the labelled-call format, sound included.

    python calls.py                 all scripts → ../../../demo/calls/
    python calls.py en-good         one of them

A line starts `gap` ms after the end of the line it follows, or `into` ms after its beginning. What
is written is true by construction: word times come from the synthesiser, not from a recogniser.
"""

import json
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from synth import SAMPLE_RATE, say

HERE = Path(__file__).parent
TARGET = HERE.parents[2] / "demo" / "calls"
LEAD_MS = 800  # silence before the first line
TRAIL_MS = 1500  # and after the last
STABLE_MS = 600  # when a word counts as stable after its end, as in the corpora of development
NOISE = 0.0006  # a quiet line: root mean square of its noise, -64 dB


@dataclass
class Line:
    """One spoken line in its place."""

    who: str
    start: int
    samples: np.ndarray
    words: list[tuple[str, int, int]]

    @property
    def end(self) -> int:
        return self.start + self.words[-1][2]


def main(names: list[str]) -> None:
    """Make the calls that are named, or all."""
    for path in sorted((HERE / "calls").glob("*.toml")):
        if not names or path.stem in names:
            make(tomllib.loads(path.read_text(encoding="utf-8")), TARGET / path.stem)


def make(script: dict, folder: Path) -> None:
    """Write one call."""
    lines, named = place(script)
    duration = max(line.end for line in lines) + TRAIL_MS
    folder.mkdir(parents=True, exist_ok=True)
    write_sound(lines, duration, folder / "audio.ogg")
    facts = {
        "id": script["id"],
        "title": script["title"],
        "language": script["language"],
        "source": "tts",
        "licence": "CC0-1.0",
        "duration": duration,
        "issue": script["issue"],
        "audit": script.get("audit", False),
        "complete": False,
    }
    (folder / "call.json").write_text(json.dumps(facts, ensure_ascii=False) + "\n", "utf-8")
    write_lines(folder / "words.jsonl", sorted(words_of(lines), key=lambda w: w["at"]))
    write_lines(folder / "speech.jsonl", sorted(speech_of(lines), key=lambda s: s["start"]))
    labels = [label_of(label, named) for label in script.get("label", [])]
    write_lines(folder / "labels.jsonl", sorted(labels, key=lambda x: x["start"]))
    stages = [{"at": named[s["line"]].start, "stage": s["stage"]} for s in script.get("stage", [])]
    write_lines(folder / "stages.jsonl", stages)
    print(f"{script['id']}: {duration / 1000:.1f} s, {len(lines)} lines, {len(labels)} labels")


def place(script: dict) -> tuple[list[Line], dict[str, Line]]:
    """Speak every line and find its place in the call."""
    lines, named, last = [], {}, None
    for entry in script["line"]:
        voice = script["voices"][entry["who"]]
        samples, words = spoken(entry["text"], voice, entry.get("pause", []))
        anchor = named[entry["after"]] if "after" in entry else last
        if anchor is None:
            start = LEAD_MS
        elif "into" in entry:
            start = anchor.start + entry["into"]
        else:
            start = anchor.end + entry.get("gap", 500)
        line = Line(entry["who"], start, samples, words)
        lines.append(line)
        named[entry.get("name", f"line{len(lines)}")] = line
        if "into" not in entry:
            last = line
    return lines, named


def spoken(text: str, voice: str, pauses: list[list[int]]) -> tuple[np.ndarray, list]:
    """Speak a text; put silence of so many ms behind the n-th words named in `pauses`."""
    speech = say(text, voice)
    samples, words = speech.samples, list(speech.words)
    for number, length in sorted(pauses, reverse=True):
        cut = (words[number - 1][2] + words[number][1]) // 2
        at = cut * SAMPLE_RATE // 1000
        silence = np.zeros(length * SAMPLE_RATE // 1000, np.float32)
        samples = np.concatenate([samples[:at], silence, samples[at:]])
        words[number:] = [(w, start + length, end + length) for w, start, end in words[number:]]
    return samples, words


def words_of(lines: list[Line]):
    for line in lines:
        for text, start, end in line.words:
            start, end = line.start + start, line.start + max(end, start + 20)
            yield {
                "channel": line.who,
                "text": text,
                "start": start,
                "end": end,
                "at": end + STABLE_MS,
                "probability": 1.0,
            }


def speech_of(lines: list[Line]):
    """Join the words of each channel over gaps under 200 ms."""
    for channel in ("agent", "customer"):
        spans = sorted(
            (line.start + s, line.start + e) for line in lines if line.who == channel for _, s, e in line.words
        )
        start, end = spans[0]
        for begin, stop in [*spans[1:], (1 << 40, 1 << 40)]:
            if begin - end >= 200:
                yield {"channel": channel, "start": start, "end": end}
                start = begin
            end = max(end, stop) if begin - end < 200 else stop


def label_of(label: dict, named: dict[str, Line]) -> dict:
    """Give a label its times; what `reference` means for each cue: cues.md section 9."""
    line = named[label["line"]]
    start, end = line.start + line.words[0][1], line.end
    if "phrase" in label:
        start, end = span_of(label["phrase"], line)
    if "ends" in label:
        end = named[label["ends"]].end
    if label["cue"] == "venting":
        reference = start + 8000
    elif label["cue"] == "off_track":
        reference = start + 6000
    elif label["cue"] == "refusal_spoken":
        reference = end + (1000 if end < line.end else 0)
    else:
        reference = start
    return {
        "cue": label["cue"],
        "expect": label["expect"],
        "channel": "customer" if label["cue"] in ("venting", "off_track") else "agent",
        "start": start,
        "end": end,
        "reference": reference,
        "self_corrected": False,
        "note": label.get("note", ""),
    }


def span_of(phrase: str, line: Line) -> tuple[int, int]:
    """Find the words of the phrase in the line."""
    plain = [word.strip(".,?!").lower() for word, _, _ in line.words]
    wanted = [word.strip(".,?!").lower() for word in phrase.split()]
    for i in range(len(plain)):
        if plain[i : i + len(wanted)] == wanted:
            return line.start + line.words[i][1], line.start + line.words[i + len(wanted) - 1][2]
    raise ValueError(f"{phrase!r} does not stand in {' '.join(plain)!r}")


def write_sound(lines: list[Line], duration: int, path: Path) -> None:
    """Mix the lines into two channels and write them as Ogg/Opus."""
    chance = np.random.default_rng(7)
    total = duration * SAMPLE_RATE // 1000
    sound = chance.normal(0, NOISE, (2, total)).astype(np.float32)
    for line in lines:
        at = line.start * SAMPLE_RATE // 1000
        part = line.samples[: total - at]
        sound[0 if line.who == "agent" else 1, at : at + len(part)] += part
    pcm = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
    with av.open(str(path), "w", format="ogg") as out:
        stream = out.add_stream("libopus", rate=SAMPLE_RATE, layout="stereo")
        stream.bit_rate = 48_000
        # Each channel must stay its own: no joint stereo, no phase tricks.
        stream.options = {"mapping_family": "255", "application": "audio"}
        for i in range(0, total, 960):
            block = np.ascontiguousarray(pcm[:, i : i + 960].T).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
            frame.sample_rate, frame.pts = SAMPLE_RATE, i
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def write_lines(path: Path, rows) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
