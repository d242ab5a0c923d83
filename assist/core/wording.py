"""What a nudge says: the advice's text, its variant, and a second line of evidence."""

from assist.events import CueDetected, Evidence, NumberEvidence, WordsEvidence
from assist.playbooks import Playbook

ROOM = 30
"""Characters of the second line."""


def text_of(cue: CueDetected, book: Playbook, variant: str) -> tuple[str, str]:
    """Return the text for a cue and the variant that it is, empty for the advice's first text.

    Args:
        cue: what was noticed; it has advice.
        book: the playbook.
        variant: which of the advice's variants is wanted, or a reason of `say_instead`.
    """
    advice = book.advice[cue.cue]
    texts = advice.variants
    if variant not in texts and variant in book.say_instead:
        texts = {variant: book.say_instead[variant].text}
    text, topic = texts.get(variant, advice.text), topic_of(cue.evidence)
    if "{topic}" in text and not topic:
        text = advice.text
    return text.replace("{topic}", topic), variant if variant in texts else ""


def variant_of(rule: str) -> str:
    """Return the variant of the advice that a rule asks for: what stands behind a second dot."""
    return ".".join(rule.split(".")[2:]).lower()


def topic_of(evidence: tuple[Evidence, ...]) -> str:
    """Return what stands for `{topic}`: the first of two pieces of words evidence, or nothing."""
    words = [item.text for item in evidence if isinstance(item, WordsEvidence)]
    return words[0] if len(words) > 1 else ""


def reason_line(template: str, evidence: tuple[Evidence, ...]) -> str:
    """Fill the second line of the card from the evidence, at most `ROOM` characters.

    `{words}` is the last quoted piece; `{name}` a measured number, `{name_s}` the same in seconds
    when it was measured in milliseconds.
    """
    values: dict[str, str] = {"words": ""}
    for item in evidence:
        if isinstance(item, NumberEvidence):
            values[item.name] = f"{item.value:g}"
            values[item.name.removesuffix("_ms") + "_s"] = f"{item.value / 1000:.0f}"
        else:
            values["words"] = item.text
    room = ROOM - (len(template) - len("{words}"))
    if len(values["words"]) > room:
        values["words"] = values["words"][: max(0, room - 1)].rstrip() + "…"
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template
