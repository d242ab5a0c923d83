"""The shape of a playbook; how its text is read stands in reading.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import msgspec

from assist.events import Channel, Sign, Stage
from assist.playbooks.own import OwnCue


class PhraseSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ways to say one thing, and sentences that prove it (docs/playbooks.md)."""

    match: tuple[str, ...] = ()
    guard: tuple[str, ...] = ()
    """Phrases that look like it and are not: words that they cover are not looked at."""
    any_of: tuple[str, ...] = ()
    """In place of `match`: sets that all mean this one, each with its own guard and act."""
    act: str = ""
    """The tagger's act that means the same; empty = phrases alone decide."""
    least: float = 0.8
    """Probability from which the tagger alone suffices."""
    doubt: float = 0.1
    """Probability under which the tagger does not believe a phrase, where an act is named."""
    examples: tuple[str, ...] = ()
    """Each must be matched; a test runs them."""
    not_examples: tuple[str, ...] = ()
    """None may be matched."""


class Advice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the agent sees for one cue."""

    sign: Sign
    text: str
    reason: str = ""
    """Second line; `{words}` and the names of measured numbers are filled in from the evidence."""
    variants: dict[str, str] = {}


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cell of the matrix reasonable × possible: something that customers demand."""

    phrases: tuple[str, ...]
    reasonable: bool
    """Whether it is fair to ask."""
    possible: bool
    """Whether it can be done at all."""
    note: str = ""
    """For the reader of the playbook."""


class SayInstead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be said instead of a "no" with this reason."""

    text: str
    """Takes the place of the advice's text."""
    match: tuple[str, ...] = ()
    """Phrases that tell the reason."""
    rules: tuple[str, ...] = ()
    """Rules of a refusal that tell it, without phrases."""


CardName = Literal[Stage, "hold", "mistake"]
"""A card for each stage, for a wait, and for a mistake of one's own."""


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Static help that the agent can open: what one may say now."""

    title: str
    phrases: tuple[str, ...]
    """Four to eight, ready to be said."""


class Mandatory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text that the agent must read out; a reading of it is nothing that the agent says."""

    name: str
    text: str
    """As it is read, twelve words or more."""


class Tag(Protocol):
    """An act that a clause may do."""

    @property
    def name(self) -> str:
        """Its name, as `PhraseSet.act` quotes it."""
        ...

    @property
    def probability(self) -> float:
        """How likely it is, 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the call a clause stands."""

    answers: tuple[str, ...] = ()
    """Acts of what the other side said last."""
    before: int = 0
    """Clauses of its own side since then."""
    heard: int = 0
    """Clauses of the other side since the call began."""


@runtime_checkable  # so that a playbook's text cannot hold one
class ClauseTagger(Protocol):
    """Tells the acts of a clause; the language's own, trained on text of this project."""

    def tag(
        self,
        words: Sequence[str],
        channel: Channel,
        *,
        asks: bool = False,
        place: Place | None = None,
    ) -> Sequence[Tag]:
        """Return the acts that the clause may do, the likeliest first.

        Args:
            words: of the clause, folded; empty ones are passed over.
            channel: who speaks.
            asks: whether it was written with a question mark.
            place: where it stands in the call; nothing where it stands alone.
        """
        ...

    def knows(self, act: str, channel: Channel) -> bool:
        """Tell whether it has learnt what the act sounds like on that side."""
        ...

    def weightiest(self, words: Sequence[str], channel: Channel, act: str) -> tuple[int, int]:
        """Return the run of words that speak most for an act: start, and index after the end."""
        ...


@runtime_checkable  # so that a playbook's text cannot hold one
class WordMeaning(Protocol):
    """Tells words of like meaning, such as static multilingual embeddings; the operator's own."""

    def likeness(self, a: str, b: str) -> float:
        """Return how alike two folded words are, 1 at most; 0 where one is not known."""
        ...


class Playbook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that depends on the language and on the kind of call."""

    name: str
    language: str
    version: int
    function_words: frozenset[str] = frozenset()
    """Words without content of their own; every other word counts as a content word."""
    topic_words: frozenset[str] = frozenset()
    """Words that any support call may be about; they never lead off the track."""
    hotwords: tuple[str, ...] = ()
    """Names and terms that are likelier in such calls than elsewhere, the most important first."""
    classes: dict[str, tuple[str, ...]] = {}
    """Words behind `{num}`, `{time}`, `{day}` in a phrase."""
    spellings: dict[str, tuple[str, ...]] = {}
    """How else a word of the phrases is written, in dialect or in haste: `nicht` → `net`."""
    numbers: dict[str, float] = {}
    """What a spoken number is worth: `two` → 2."""
    lengths: dict[str, int] = {}
    """How many milliseconds a unit of time has: `minute` → 60000."""
    phrases: dict[str, PhraseSet] = {}
    thresholds: dict[str, float] = {}
    """`cue.name` → number; what is not named keeps the start value in the cue's file."""
    advice: dict[str, Advice] = {}
    matrix: tuple[Wish, ...] = ()
    """What customers demand, and whether it is reasonable and possible."""
    say_instead: dict[str, SayInstead] = {}
    """By the reason of a refusal: `policy`, `stock`, `deadline` and the like."""
    other: "Playbook | None" = None
    """The sibling language's playbook, for clauses in that language; never from the text."""
    extends: str = ""
    """The playbook that this one adds to: a bundled name, or a file beside it."""
    cues: tuple[OwnCue, ...] = ()
    """Cues of the operator's own."""
    cards: dict[CardName, Card] = {}
    mandatory: tuple[Mandatory, ...] = ()
    can_do_list: tuple[str, ...] = ()
    """What this operator can do for customers, in short sentences for the card."""
    domain_words: frozenset[str] = frozenset()
    """Products and processes of the house: they belong to every issue in full."""
    vectors: str = ""
    """A file of word vectors that tells words of like meaning; empty = none, the default."""
    meaning: WordMeaning | None = None
    """What that file holds; never from the text."""
    tagger: ClauseTagger | None = None
    """It comes with the language, never from the text; without it phrases alone decide."""

    @property
    def reference(self) -> str:
        """Return name and version as evidence quotes them, for example `en/support@1`."""
        return f"{self.language}/{self.name}@{self.version}"

    def threshold(self, name: str, start_value: float) -> float:
        """Return the operator's number, or the start value."""
        return self.thresholds.get(name, start_value)
