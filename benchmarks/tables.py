"""Make `results/streaming.md` and the pictures' part of `docs/speed.md` of the JSON results.

python -m benchmarks.tables
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.record import RESULTS

PAGE = Path(__file__).parent.parent / "docs" / "speed.md"
BEGIN, END = "<!-- pictures: written by benchmarks/tables.py -->", "<!-- end of the pictures -->"
EXPECTED = (
    ("tiny", "cpu"),
    ("base", "cpu"),
    ("tiny", "cuda"),
    ("small", "cuda"),
    ("large-v3-turbo", "cuda"),
)
"""What the tables tell about, measured or not."""
OTHERS = ("capture", "cues", "load", "redaction", "store")
"""Figures that have a page of their own."""
NOT_MEASURED = "not measured"
OURS, STREAMING, DROPPING = "ours", "whisper_streaming", "whisper_streaming, tail dropped"


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a Markdown table; None is shown as a dash."""
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    lines += [f"| {' | '.join('–' if c is None else str(c) for c in row)} |" for row in rows]
    return "\n".join(lines)


def document(results: Path) -> str:
    """Return the whole page of results."""
    paths = [path for path in results.glob("*.json") if not path.name.startswith(OTHERS)]
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in paths}
    parts = ["# Streaming recognition", _INTRODUCTION]
    parts += ["## How many calls at once", _CAPACITY, _capacities(found), *_points(found)]
    parts += ["## How late, how steady, how true", _STREAMING, *_streams(found)]
    parts += ["## Too many calls", _OVERLOAD, _overloads(found)]
    parts += ["## Memory", _memory(found)]
    parts += ["## Machines and commands", _commands(found)]
    return "\n\n".join(parts) + "\n"


def _capacities(found: dict[str, Any]) -> str:
    rows = []
    for model, device in EXPECTED:
        contents = _of(found, model, device)
        if not contents:
            rows.append([model, device, "1 s", NOT_MEASURED, None, None, None])
        for content in contents:
            capacity, whole = content["capacity"], "" if content["complete"] else " (time was up)"
            cells = [_calls(capacity.get(policy)) for policy in (OURS, STREAMING, DROPPING)]
            ratio = _ratio(capacity.get(OURS), capacity.get(STREAMING))
            place, target = f"{device}, {content['compute']}", f"{content['target_ms'] / 1000:g} s"
            rows.append([model, place, target, cells[0] + whole, *cells[1:], ratio])
    head = (
        "model",
        "device",
        "TTFS p95 at most",
        "ours",
        "whisper_streaming's policy",
        "with its tail dropped",
        "ratio",
    )
    return table(head, rows)


def _of(found: dict[str, Any], model: str, device: str) -> list[Any]:
    """Return the capacities of a model, the strictest target first."""
    name = f"capacity-{model}-{device}"
    contents = [each for stem, each in found.items() if stem == name or stem.startswith(f"{name}-")]
    return sorted(contents, key=lambda content: content["target_ms"])


def _calls(count: int | None) -> str:
    return "–" if count is None else str(count) if count else "not one"


def _ratio(ours: int | None, theirs: int | None) -> str | None:
    if not ours or theirs is None:
        return None
    return f"{ours / theirs:.1f}" if theirs else f"> {ours}"


def _points(found: dict[str, Any]) -> Iterator[str]:
    for model, device in EXPECTED:
        measured = [point for each in _of(found, model, device) for point in each["points"]]
        if measured:
            points = sorted(measured, key=lambda p: (p["policy"], p["calls"]))
            rows = [[_shown(key, point[key]) for key in _COLUMNS] for point in points]
            yield f"### {model}, {device}"
            yield table([*_COLUMNS.values()], rows)


_COLUMNS = {
    "policy": "policy",
    "calls": "calls",
    "utterances": "utterances",
    "ttfs_p50": "TTFS p50 ms",
    "ttfs_p95": "p95 ms",
    "lost": "lost",
    "words_lost": "words lost",
    "cores": "cores",
    "loop_lag_p50": "loop lag p50 ms",
    "loop_lag_p99": "p99 ms",
    "partials": "partials",
    "finals": "finals",
}


def _shown(key: str, value: Any) -> Any:
    return f"{value:.1%}" if key == "words_lost" and value is not None else value


_FIGURES = {
    "utterances": "utterances",
    "unheard": "utterances without a word",
    "ttfs_p50": "TTFS p50, ms",
    "ttfs_p95": "TTFS p95, ms",
    "first_of_utterance_p50": "first word of an utterance after its end, p50, ms",
    "first_of_utterance_p95": "the same, p95, ms",
    "first_word_p50": "any word after its end, p50, ms",
    "first_word_p95": "the same, p95, ms",
    "words_never_right": "words that never stood right",
    "laal": "LAAL, ms",
    "erasure_stable": "normalised erasure, stable words",
    "erasure_shown": "normalised erasure, words on the screen",
    "erasure_with_tail": "normalised erasure with the whole tail",
    "rtf": "real-time factor (processor, everything)",
}


def _streams(found: dict[str, Any]) -> Iterator[str]:
    contents = [content for content in found.values() if content.get("kind") == "streaming"]
    if not contents:
        yield f"{NOT_MEASURED.capitalize()}."
    for content in sorted(contents, key=lambda content: str(content["model"])):
        for name, figures in content["sets"].items():
            aware, unaware = figures["aware"] or {}, figures["unaware"]
            yield f"### {content['model']} model, {name} ({figures['seconds']} s)"
            rows = [[_FIGURES[k], aware.get(k), unaware[k]] for k in _FIGURES if k in unaware]
            yield table(("figure", "in real time", "on the call clock"), rows)
            yield table(("words", "word error rate", "sub.", "del.", "ins."), _errors(figures))
            yield f"Streaming loss: {figures['streaming_loss'] * 100:+.2f} points."


def _errors(figures: dict[str, Any]) -> list[list[Any]]:
    return [
        [name, f"{e['wer']:.2%}", e["substitutions"], e["deletions"], e["insertions"]]
        for name, e in (("stream", figures["wer_stream"]), ("offline", figures["wer_offline"]))
    ]


def _overloads(found: dict[str, Any]) -> str:
    keys = {
        "calls": "calls",
        "utterances": "utterances",
        "lost": "heard at leisure, but without a final",
        "unheard": "unheard at leisure, too",
        "ttfs_p50_overload": "TTFS p50 ms",
        "ttfs_p95_overload": "p95 ms",
        "refused": "a new call",
        "recovered_after_s": "last late final, s after the fall",
        "ttfs_max_after": "longest TTFS from 10 s after it, ms",
    }
    contents = [content for content in found.values() if content.get("kind") == "overload"]
    rows = [[c["model"], c["device"], *(c[key] or _none(key) for key in keys)] for c in contents]
    return table(
        ("model", "device", *keys.values()),
        rows or [["tiny", "cpu", NOT_MEASURED, *[None] * (len(keys) - 1)]],
    )


def _none(key: str) -> Any:
    return "was let in" if key == "refused" else 0


def _memory(found: dict[str, Any]) -> str:
    content = found.get("memory")
    if content is None:
        return f"{NOT_MEASURED.capitalize()}."
    return (
        f"{content['minutes']} minutes of {content['calls']} calls with the {content['model']}"
        f" model: {content['curve_mib'][-1]} MiB at the end, {content['growth_mib']} MiB more than"
        f" after the first {content['warm_minutes']} minutes."
    )


def _commands(found: dict[str, Any]) -> str:
    rows = []
    for content in found.values():
        machine = content["machine"]
        place = f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB"
        card = f", {machine['gpu']}" if machine["gpu"] else ""
        software = f"{machine['system']}, Python {machine['python']}"
        software += f", CTranslate2 {machine['ctranslate2']}"
        rows.append(
            [f"`{content['command']}`", content["date"], content["commit"], place + card, software]
        )
    return table(("command", "date", "commit", "machine", "software"), sorted(rows))


def pictured(page: str, images: Path) -> str:
    """Return a page with the pictures that are there between its two marks."""
    names = sorted(path.name for path in images.glob("*.svg"))
    wanted = [name for name in names if name.startswith(("capacity-", "memory"))]
    links = [f"![{name.removesuffix('.svg')}](images/{name})" for name in wanted]
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    body = "\n\n".join(links) if links else f"{NOT_MEASURED.capitalize()} yet."
    return f"{before}{BEGIN}\n\n{body}\n\n{END}{after}"


_INTRODUCTION = (
    "Written by `python -m benchmarks.tables` of the JSON files beside this one; how it is measured"
    " stands in [docs/speed.md](../../docs/speed.md)."
)
_CAPACITY = (
    "The largest number of calls at which 95 % of the utterances are final in time (TTFS: from the"
    " end of speech to the final), with all sound heard. A second is the target; where the other"
    " policy misses it with one call, both are also compared at a delay that it reaches. Random"
    " weights of the true shape; synthetic calls that take turns; in real time; the policies by"
    " turns in one run. Measured: 1, 2, 3, 4, 6, 8, 12, 16 and 30 calls, as far as the search needs"
    " them."
)
_STREAMING = "The demo calls, one at a time; the demo model knows their words and voices."
_OVERLOAD = "Three times as many calls as the capacity; then all but one fall silent."


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    arguments = parser.parse_args()
    target = arguments.results / "streaming.md"
    target.write_text(document(arguments.results), encoding="utf-8")
    page = arguments.page.read_text(encoding="utf-8")
    arguments.page.write_text(pictured(page, arguments.page.parent / "images"), encoding="utf-8")
    print(f"written: {target}, {arguments.page}")


if __name__ == "__main__":
    main()
