"""Words of one utterance: what they may hold, and how they are hidden."""

import pytest

from assist.core.redaction.rules import Find
from assist.core.redaction.said import Said, hidden, masked
from tests.core.redaction.spoken import final


def said(text: str) -> Said:
    one = Said("c1", "customer")
    one.hear(final(text).words)
    return one


def test_a_mask_is_one_word_from_the_first_to_the_last() -> None:
    words = final("it is 4242 4242 okay").words

    shown = masked(words, [Find("card", 2, 3)])

    assert [w.text for w in shown] == ["it", "is", "[card]", "okay"]
    assert (shown[2].start, shown[2].end) == (words[2].start, words[3].end)


def test_hidden_words_show_a_bullet_for_each_digit() -> None:
    shown = hidden(final("it is 4242 four").words, [2, 3])

    assert [w.text for w in shown] == ["it", "is", "••••", "•"]


@pytest.mark.parametrize(("text", "digits"), [("no digits here", 0), ("4242 nine", 5)])
def test_it_knows_how_many_digits_it_may_hold(text: str, digits: int) -> None:
    assert said(text).digits == digits


def test_a_sentence_without_digits_is_talk_and_an_acknowledgement_is_not() -> None:
    assert said("We shall send somebody along tomorrow").is_talk
    assert said("We shall send somebody along tomorrow").ends_apart
    assert said("42 people we shall send along tomorrow").ends_apart
    assert not said("42 people we shall send along tomorrow").begins_apart
    assert not said("Yes okay").is_talk
    assert not said("We shall send 42 people along").is_talk
