"""What a clause does: an apology, a refusal, a goal question. Cues ask here, never the phrases.

First the playbook's phrases, after everything was hidden that only looks like them: what a guard
covers, what is quoted, what must be read out. Where the phrases find nothing, the language's tagger
may be sure enough (`PhraseSet.act`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assist.core.clauses import STANDS, Clause
from assist.core.lexicon import Lexicon
from assist.core.phrases import Span
from assist.events import Evidence, NumberEvidence
from assist.playbooks.schema import PhraseSet, Place, Tag

SURE = 0.5
"""A trigger of one word needs this probability of the recogniser."""
_SPOKEN_IN = "#"
"""Under this name a clause remembers the lexicon of its language."""
MANDATORY = "mandatory"
"""The act of reading out what must be read; its words claim nothing."""
CERTAIN = 0.98
"""So likely must an act be although a guard says that the words only look like it."""
ANSWERED = 0.5
"""So likely must an act of the other side be, that the next clause answers it."""
_BACK, _RECENT = 3, 6
"""So many clauses of the other side are looked at for its last act, of so many that are at hand."""
_CLAIMED = ""
"""Under this name a clause remembers its words without quotes and read-out text."""


@dataclass(frozen=True, slots=True)
class Act:
    """Where in a clause an act is done, and how sure that is."""

    name: str
    """The playbook's set."""
    clause: Clause
    start: int
    """Index of its first word in the clause."""
    end: int
    """Index after its last."""
    likely: float | None = None
    """Probability by the tagger; none when a phrase of the playbook was said."""
    least: float = 0.0
    """The probability that was asked for."""

    @property
    def rule(self) -> str:
        """Return the rule's name for evidence: the set's, and whether the tagger decided."""
        name = self.name.upper()
        return name if self.likely is None else f"{name}_LIKELY"

    def evidence(self) -> tuple[Evidence, ...]:
        """Return the words, and the tagger's number where it decided."""
        words = self.clause.evidence(self.start, self.end)
        if self.likely is None:
            return (words,)
        return (
            words,
            NumberEvidence(name="likely", value=self.likely, threshold=self.least),
        )


class Acts:
    """The acts of clauses by one playbook; what was looked up once is remembered in the clause."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def find(self, clause: Clause, names: Iterable[str]) -> Act | None:
        """Return the first of these acts that the clause does, or nothing."""
        for name in names:
            if name not in clause.memo:
                clause.memo[name] = self._look(clause, name)
            act: Act | None = clause.memo[name]
            if act is not None:
                return act
        return None

    def tags(self, clause: Clause) -> Sequence[Tag]:
        """Return the acts that the tagger holds for likely, the likeliest first."""
        tagger = self.lexicon(clause).playbook.tagger
        if tagger is None:
            return ()
        if "@" not in clause.memo:
            place = clause.memo.get(STANDS)
            words, asks = clause.words, clause.question
            clause.memo["@"] = tagger.tag(words, clause.channel, asks=asks, place=place)
        tags: Sequence[Tag] = clause.memo["@"]
        return tags

    def place(self, clause: Clause, own: Iterable[Clause], other: Iterable[Clause]) -> None:
        """Let a clause remember where it stands.

        Args:
            clause: that was closed.
            own: closed clauses of its side, the newest first.
            other: those of the other side.
        """
        heard = [c for c in islice(other, _RECENT) if c.start < clause.start]
        since = heard[0].start if heard else 0
        clause.memo[STANDS] = Place(
            answers=next(filter(None, map(self._acts, heard[:_BACK])), ()),
            before=sum(since < c.start < clause.start for c in islice(own, _RECENT)),
            heard=len(heard),
        )

    def _acts(self, clause: Clause) -> tuple[str, ...]:
        return tuple(tag.name for tag in self.tags(clause) if tag.probability >= ANSWERED)

    def lexicon(self, clause: Clause) -> Lexicon:
        """Return the lexicon of the language that the clause is in (docs/playbooks.md)."""
        if _SPOKEN_IN not in clause.memo:
            clause.memo[_SPOKEN_IN] = self._lexicon.of(clause.words)
        found: Lexicon = clause.memo[_SPOKEN_IN]
        return found

    def claimed(self, clause: Clause) -> list[str]:
        """Return the words, blank where the speaker quotes or reads out what must be read."""
        if _CLAIMED not in clause.memo:
            clause.memo[_CLAIMED] = self._claim(clause)
        words: list[str] = clause.memo[_CLAIMED]
        return words

    def _look(self, clause: Clause, name: str) -> Act | None:
        if name == MANDATORY:
            return self._read_out(clause)
        lexicon = self.lexicon(clause)
        said = lexicon.playbook.phrases.get(name)
        words = self.claimed(clause)
        if said is None or not any(words):
            return None
        if said.any_of:
            kind = self.find(clause, said.any_of)
            if kind is None:
                return self.likely(clause, name)
            return None if kind.likely is None and self._doubts(clause, said) else kind
        phrases = lexicon[name]
        said_at_all, guarded = phrases.find(words) is not None, False
        if said.guard and (said_at_all or said.act):
            left = hide(words, lexicon.guard(name).spans(words))
            words, guarded = left, left != words
        for span in phrases.spans(words) if said_at_all else ():
            alone = span.end - span.start == 1
            if not alone or clause.spoken[span.start].probability >= SURE:
                doubted = self._doubts(clause, said)
                return None if doubted else Act(name, clause, span.start, span.end)
        return self.likely(clause, name, guarded=guarded)

    def probability(self, clause: Clause, *acts: str) -> float | None:
        """Return how likely the tagger holds one of these acts; nothing where it knows none."""
        tagger = self.lexicon(clause).playbook.tagger
        if tagger is None or not any(tagger.knows(act, clause.channel) for act in acts):
            return None
        return max((t.probability for t in self.tags(clause) if t.name in acts), default=0.0)

    def _doubts(self, clause: Clause, said: PhraseSet) -> bool:
        """Tell whether the tagger does not believe what a phrase says."""
        likely = self.probability(clause, said.act) if said.act else None
        return likely is not None and likely < said.doubt

    def likely(self, clause: Clause, name: str, *, guarded: bool = False) -> Act | None:
        """Return the act if the tagger alone is sure enough of it, whatever phrases say.

        Args:
            clause: closed, and nothing of it quoted or read out; else nothing is found.
            name: of the playbook's set.
            guarded: a guard of the set was found: then it must be as good as certain.
        """
        playbook = self.lexicon(clause).playbook
        said, tagger = playbook.phrases.get(name), playbook.tagger
        if said is None or tagger is None or not said.act or not clause.closed:
            return None
        if tuple(self.claimed(clause)) != clause.words:
            return None
        least = max(said.least, CERTAIN) if guarded else said.least
        for tag in self.tags(clause):
            if tag.name == said.act and tag.probability >= least:
                start, end = tagger.weightiest(clause.words, clause.channel, tag.name)
                return Act(name, clause, start, end, tag.probability, least)
        return None

    def _read_out(self, clause: Clause) -> Act | None:
        """Return which words the agent reads out: all after an announcement, or a known text."""
        if clause.channel != "agent":
            return None
        if self.lexicon(clause)[MANDATORY].find(clause.words) is not None:
            return Act(MANDATORY, clause, 0, len(clause.words))
        spans = self._lexicon.read_out.spans(clause.words)
        if not spans:
            return None
        return Act(MANDATORY, clause, min(s.start for s in spans), max(s.end for s in spans))

    def _claim(self, clause: Clause) -> list[str]:
        words, lexicon = list(clause.words), self.lexicon(clause)
        if clause.channel != "agent":
            return words
        if (read := self.find(clause, (MANDATORY,))) is not None:
            words[read.start : read.end] = [""] * (read.end - read.start)
        quote = next(iter(_unhidden(lexicon, words)), None)
        if quote is not None:
            words[quote.start :] = [""] * (len(words) - quote.start)
        return words


def _unhidden(lexicon: Lexicon, words: list[str]) -> Iterator[Span]:
    """Yield what opens a quote ("they told you"), but not what only looks so ("as I said")."""
    yield from lexicon["quote"].spans(hide(words, lexicon.guard("quote").spans(words)))


def hide(words: Sequence[str], spans: Iterable[Span]) -> list[str]:
    """Return the words with the spans blank."""
    left = list(words)
    for span in spans:
        left[span.start : span.end] = [""] * (span.end - span.start)
    return left
