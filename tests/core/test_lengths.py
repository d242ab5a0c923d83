"""Spoken lengths of time."""

import pytest

from assist.core.lengths import longest
from assist.core.lexicon import lexicon
from assist.core.phrases import fold_all
from assist.settings import load_playbook


@pytest.mark.parametrize(
    ("language", "said", "length"),
    [
        ("en", "it takes two minutes", 120_000),
        ("en", "two or three minutes", 180_000),
        ("en", "twenty five seconds", 25_000),
        ("en", "about twenty-five more seconds", 25_000),
        ("en", "a couple of minutes", 120_000),
        ("en", "half a minute", 30_000),
        ("en", "90 seconds", 90_000),
        ("en", "a moment", None),
        ("de", "etwa zwei bis drei Minuten", 180_000),
        ("de", "eine halbe Minute", 30_000),
        ("de", "fünfunddreißig Sekunden", 35_000),
        ("de", "eine Viertelstunde", 900_000),
        ("de", "einen Augenblick", None),
    ],
)
def test_a_spoken_length_is_read(language: str, said: str, length: int | None) -> None:
    assert longest(fold_all(said), lexicon(load_playbook(language))) == length
