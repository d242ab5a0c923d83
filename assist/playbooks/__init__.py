"""What to notice and what to say, as data that an operator can write: a folder a language."""

from assist.playbooks.reading import Reading, Source, parse
from assist.playbooks.schema import Advice, PhraseSet, Playbook

__all__ = ["Advice", "PhraseSet", "Playbook", "Reading", "Source", "parse"]
