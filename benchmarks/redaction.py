"""How many secrets are masked, what else is, and what it costs: `results/redaction.json` and `.md`.

    python -m benchmarks.redaction

Recall comes from the written calls of `tests/core/redaction`, false masks from the scenarios of
`tests/scenarios` and from bundles of research corpora where there are any. Time is processor time.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

from assist.core.redaction import Redactor
from assist.evaluate.calls import LabelledCall
from assist.evaluate.find import find_calls
from assist.evaluate.run import inputs
from assist.events import TranscriptFinal, TranscriptPartial
from benchmarks.record import RESULTS, plainly, write
from benchmarks.tables import table
from tests.core.redaction.spoken import events, fixtures, is_mask, outcome, redacted

ROOT = Path(__file__).parent.parent
SCENARIOS = ROOT / "tests" / "scenarios"
CORPORA = ROOT.parent / "shared" / "data" / "calls"
"""Bundles of research corpora, which are no part of the repository."""
AUDITED = ("calm_en", "venting_de", "refusal_en", "empathy_en", "offtrack_en", "venting_en")
"""Of them those that hold whole stretches of ordinary talk, or many words in digits."""
LANGUAGES = ("en", "de")
HOUR = 3_600_000


def recall(language: str) -> dict[str, Any]:
    """Return how many of the written secrets are masked, and what was masked beside them."""
    calls, missed, named = Counter[str](), Counter[str](), Counter[str]()
    false = covered = 0
    for call in fixtures(language):
        found = outcome(call, redacted(events(call, partials=True)))
        calls[call.kind] += 1
        missed[call.kind] += bool(found.leaked)
        named[call.kind] += f"[{call.kind}]" in found.labels
        false, covered = false + len(found.false), covered + len(found.covered)
    kinds = {
        kind: {"calls": n, "missed": missed[kind], "named": named[kind]}
        for kind, n in calls.items()
        if kind != "none"
    }
    accounts = ("card", "number", "iban")
    whole, lost = (sum(count[kind] for kind in accounts) for count in (calls, missed))
    return {
        "kinds": kinds,
        "cards_and_accounts": whole,
        "recall": round(1 - lost / whole, 4),
        "without_secret": calls["none"],
        "false_masks": false,
        "words_covered": covered,
    }


@dataclass(slots=True)
class Talk:
    """What was masked in calls that hold no secret of ours."""

    calls: int = 0
    duration: int = 0
    words: int = 0
    events: int = 0
    seconds: float = 0.0
    masks: Counter[str] = field(default_factory=Counter)

    def hear(self, call: LabelledCall) -> None:
        """Redact one call."""
        redactor, last = Redactor(), {}
        for event in inputs(call):
            before = process_time()
            given = list(redactor.take(event))
            if isinstance(event, TranscriptPartial | TranscriptFinal):
                self.seconds += process_time() - before
                self.events += 1
            if isinstance(event, TranscriptFinal):
                self.words += len(event.words)
            last |= {e.utterance: e.words for e in given if isinstance(e, TranscriptFinal)}
        self.calls += 1
        self.duration += call.call.duration
        self.masks.update(word.text for said in last.values() for word in said if is_mask(word))

    def figures(self) -> dict[str, Any]:
        """Return them for the record."""
        masks = sum(self.masks.values())
        return {
            "calls": self.calls,
            "hours": round(self.duration / HOUR, 2),
            "words": self.words,
            "masks": dict(self.masks),
            "masks_per_hour": round(masks * HOUR / max(self.duration, 1), 2),
            "masks_per_1000_words": round(1000 * masks / max(self.words, 1), 3),
            "events": self.events,
            "ms_per_event": round(1000 * self.seconds / max(self.events, 1), 4),
        }


def masked(calls: Iterable[LabelledCall]) -> dict[str, Any]:
    """Redact calls; return what was masked and what it cost."""
    talk = Talk()
    for call in calls:
        talk.hear(call)
    return talk.figures()


def measure() -> dict[str, Any]:
    """Return all figures."""
    talk = {}
    for language in LANGUAGES:
        found = (call for call, _ in find_calls([SCENARIOS]) if call.call.language == language)
        talk[f"scenarios_{language}"] = masked(found)
    for name in AUDITED:
        bundle = CORPORA / f"{name}.calls.jsonl"
        if bundle.is_file():
            talk[name] = masked(call for call, _ in find_calls([bundle]))
    return {"secrets": {language: recall(language) for language in LANGUAGES}, "talk": talk}


def page(figures: dict[str, Any], command: str) -> str:
    """Return the figures as a page."""
    secrets = [
        (language, kind, one["calls"], one["missed"], one["named"])
        for language, found in figures["secrets"].items()
        for kind, one in found["kinds"].items()
    ]
    beside = [
        (
            language,
            found["cards_and_accounts"],
            f"{found['recall']:.2%}",
            found["without_secret"],
            found["false_masks"],
            found["words_covered"],
        )
        for language, found in figures["secrets"].items()
    ]
    talk = [
        (
            name,
            one["calls"],
            one["hours"],
            one["words"],
            ", ".join(f"{label} {n}" for label, n in one["masks"].items()) or "none",
            one["masks_per_hour"],
            one["masks_per_1000_words"],
            one["ms_per_event"],
        )
        for name, one in figures["talk"].items()
    ]
    head = ("talk", "calls", "hours", "words", "masks", "an hour", "per 1,000 words", "ms an event")
    return "\n\n".join(
        (
            "# Redaction",
            f"    {command}",
            _SECRETS,
            table(("language", "kind", "calls", "missed", "named right"), secrets),
            table(
                (
                    "language",
                    "cards and accounts",
                    "recall",
                    "calls without a secret",
                    "false masks",
                    "other words covered",
                ),
                beside,
            ),
            _TALK,
            table(head, talk),
            "",
        )
    )


_SECRETS = (
    "Written calls (`tests/core/redaction/en.txt`, `de.txt`). A call counts as missed when a single"
    " word of its secret can be read in the last finals. `number` is a card of which digits were"
    " misheard or lost. The redactor was made with these calls at hand."
)
_TALK = (
    "Talk that holds no secret of ours, every mask counted. The scenarios are authored; the others"
    " are bundles of public research corpora, which are no part of the repository. In `calm_en`,"
    " calls to a telephone company, all numbers were replaced by series of digits, so that some are"
    " as long as a card. Time is that of the processor, for each partial and final, one partial a"
    " word."
)


def main() -> None:
    """Measure, and write both files."""
    figures = measure()
    write("redaction", figures)
    target = RESULTS / "redaction.md"
    target.write_text(page(figures, "python -m benchmarks.redaction"), encoding="utf-8")
    print(f"written: {target}")


if __name__ == "__main__":
    plainly(main)
