"""Calls in the notation of scenarios, for tests of what is made of them."""

from assist.evaluate.calls import Label, LabelledCall
from assist.evaluate.scenario import parse


def call(talk: str, *facts: str, name: str = "x", language: str = "en") -> LabelledCall:
    """Return the call that a talk is."""
    head = "\n".join([f"== {name}", f"language {language}", *facts])
    (made,) = parse(f"{head}\n\n{talk}\n")
    return made


def times(made: LabelledCall) -> dict[str, tuple[int, int]]:
    """Return when each word is spoken; of one that occurs twice, the last."""
    return {word.text: (word.start, word.end) for word in made.words}


def label(talk: str, *, language: str = "en") -> Label:
    """Return the only label of a talk."""
    (found,) = call(talk, language=language).labels
    return found
