"""What to notice and what to say, as data: one folder a language, TOML that an operator can write."""

from assist.playbooks.schema import Advice, PhraseSet, Playbook, parse

__all__ = ["Advice", "PhraseSet", "Playbook", "parse"]
