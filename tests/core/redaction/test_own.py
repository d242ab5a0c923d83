"""The operator's own patterns."""

import re

import pytest

from assist.core.redaction.rules import Pattern, Rules
from tests.core.redaction.spoken import events, last_words, parse, redacted

RULES = Rules(
    kinds=frozenset(),
    patterns=(
        Pattern("customer", re.compile(r"K ?\d{6}")),
        Pattern("word", re.compile("bluebird")),
    ),
)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("it is K123456 yes", "it is [customer] yes"),
        ("it is K one two three four five six yes", "it is [customer] yes"),
        ("it is K zwölf vierunddreißig sechsundfünfzig ja", "it is [customer] ja"),
        ("say bluebird now", "say [word] now"),
        ("K one two three four five", "K one two three four five"),
    ],
)
def test_a_pattern_is_found_in_spoken_and_written_words(said: str, shown: str) -> None:
    finals = last_words(redacted(events(parse(f"x | C {said}")), RULES))

    assert " ".join(word.text for word in finals["c0"]) == shown


def test_without_patterns_nothing_is_searched() -> None:
    finals = last_words(redacted(events(parse("x | C it is K123456")), Rules()))

    assert finals["c0"][-1].text == "K123456"
