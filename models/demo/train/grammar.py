"""The training texts: grammar files with slots, drawn at random, with two held-out parts.

`combo` sentences have a known pattern and an unseen filling; `held` sentences have an unseen
pattern. The lines of the demo calls are never drawn.
"""

import random
import re
import tomllib
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

HERE = Path(__file__).parent


@dataclass
class Grammar:
    """One language's slots and sentence patterns."""

    slots: dict[str, list[str]] = field(default_factory=dict)
    demo: list[str] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    single: list[str] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)

    @cached_property
    def known(self) -> list[str]:
        return [pattern for pattern in self.patterns if crc(pattern) % 12]

    @cached_property
    def held(self) -> list[str]:
        return [pattern for pattern in self.patterns if crc(pattern) % 12 == 0]

    @cached_property
    def words(self) -> list[str]:
        """Every word that any sentence can hold, without punctuation."""
        texts = [*self.demo, *self.patterns, *self.single, *self.forbidden]
        texts += [filling for fillings in self.slots.values() for filling in fillings]
        bare = {word for text in texts for word in re.findall(r"[^\W\d_][\w'-]*", unslotted(text))}
        return sorted(bare)

    def fill(self, pattern: str, draw: random.Random) -> str:
        return re.sub(r"\{(\w+)\}", lambda slot: draw.choice(self.slots[slot[1]]), pattern)

    def sentence(self, patterns: list[str], split: str, draw: random.Random) -> str:
        """Draw one sentence of a split: `train`, `combo` or `held`."""
        while True:
            pattern = draw.choice(patterns)
            text = self.fill(pattern, draw)
            text = text[0].upper() + text[1:]
            is_combo = "{" in pattern and crc(text) % 10 == 0
            if text not in self.forbidden and (split == "held" or is_combo == (split == "combo")):
                return text


def crc(text: str) -> int:
    return zlib.crc32(text.encode())


def unslotted(pattern: str) -> str:
    return re.sub(r"\{\w+\}", " ", pattern)


def read(language: str) -> Grammar:
    """Read grammar_<language>.txt and the demo lines that training must not see."""
    grammar, section = Grammar(forbidden=demo_lines(language)), ""
    for raw in (HERE / f"grammar_{language}.txt").read_text().splitlines():
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
        elif section == "slots":
            name, fillings = line.split("=", 1)
            grammar.slots[name.strip()] = [each.strip() for each in fillings.split("|")]
        else:
            getattr(grammar, section).append(line)
    return grammar


def demo_calls() -> list[dict]:
    return [tomllib.loads(path.read_text()) for path in sorted((HERE / "calls").glob("*.toml"))]


def demo_lines(language: str) -> set[str]:
    """The lines of the demo calls, whole and as sentences of their own where they hold several."""
    lines = [
        line["text"] for call in demo_calls() if call["language"] == language
        for line in call["line"]
    ]  # fmt: skip
    sentences = [part for line in lines for part in re.split(r"(?<=[.?!])\s+", line)]
    return {text for text in (*lines, *sentences) if len(text.split()) > 2}
