"""What to notice and what to say, as data that an operator can write: a folder a language."""

from assist.playbooks.schema import Advice, PhraseSet, Playbook, parse

__all__ = ["Advice", "PhraseSet", "Playbook", "parse"]
