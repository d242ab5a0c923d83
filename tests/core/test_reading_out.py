"""Mandatory texts: a reading is known though the recogniser errs; talk is not taken for one."""

import pytest

from assist.core.phrases import fold_all
from assist.core.reading_out import ReadOut

TERMS = (
    "You have the right to withdraw from this contract within fourteen days without giving any "
    "reason. The cost of returning the goods cannot be refunded."
)
KNOWN = ReadOut([TERMS, "This call may be recorded for training and quality purposes."])


def read(sentence: str) -> list[str]:
    words = fold_all(sentence)
    return [" ".join(words[span.start : span.end]) for span in KNOWN.spans(words)]


def test_a_reading_is_found_word_for_word() -> None:
    sentence = "The cost of returning the goods cannot be refunded."

    assert read(sentence) == ["the cost of returning the goods cannot be refunded"]


def test_a_reading_is_found_within_other_words() -> None:
    assert read("Okay, and this call may be recorded for training, is that fine?") == [
        "this call may be recorded for training"
    ]


@pytest.mark.parametrize(
    "misheard",
    [
        "the cost of returning the goods can not be refunded",
        "the cost for returning the goods cannot be re funded",
        "the costs of returning the goods cannot be refunded",
        "the cost of returning um the goods cannot be refunded",
    ],
)
def test_a_few_wrong_words_do_not_end_a_reading(misheard: str) -> None:
    (found,) = read(misheard)

    assert len(found.split()) >= 7


@pytest.mark.parametrize(
    "talk",
    [
        "I'm afraid that cannot be refunded.",
        "The goods you returned are here, and the cost is fine.",
        "You have the right number.",
        "",
    ],
)
def test_talk_is_no_reading(talk: str) -> None:
    assert read(talk) == []


def test_what_is_said_after_a_reading_counts() -> None:
    (found,) = read("The cost of returning the goods cannot be refunded and I can't change it.")

    assert "change" not in found


def test_without_texts_nothing_is_read() -> None:
    assert ReadOut(()).spans(fold_all(TERMS)) == []
