"""Pure. Secrets that are spoken or written become a mask before anything else sees the words."""

from assist.core.redaction.redactor import Redactor, Silence
from assist.core.redaction.rules import KINDS, STANDARD, Kind, Pattern, Rules

__all__ = ["KINDS", "STANDARD", "Kind", "Pattern", "Redactor", "Rules", "Silence"]
