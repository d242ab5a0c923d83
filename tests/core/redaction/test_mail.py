"""Addresses of e-mail, written and spoken."""

import pytest

from assist.core.redaction.mail import addresses, is_dotted
from tests.core.redaction.spoken import final


def found(text: str) -> list[str]:
    words = final(text).words
    return [" ".join(w.text for w in words[f.first : f.last + 1]) for f in addresses(words)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("It's john.smith@example.com, yes", "john.smith@example.com,"),
        ("it is anna dot keller at example dot com", "anna dot keller at example dot com"),
        ("an anna punkt keller ät example punkt de bitte", "anna punkt keller ät example punkt de"),
        ("write to sam_hill at example.com", "sam_hill at example.com"),
        ("das ist t o m 4 4 Klammeraffe g m x punkt de", "t o m 4 4 Klammeraffe g m x punkt de"),
        ("my mail is kim minus lee at t minus online punkt de", None),
        ("ich bin max @ example.de", "max @ example.de"),
        ("it's pat at example dot co dot uk", "pat at example dot co dot uk"),
        ("kim@example punkt de", "kim@example punkt de"),
    ],
)
def test_an_address_is_found(text: str, address: str | None) -> None:
    expected = address or text.split(" is ")[1]

    assert found(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "I was at home at ten dot",
        "look at the dot com boom",
        "see example dot com slash help",
        "at two at three and at four",
        "Punkt eins ist erledigt, Punkt zwei auch",
    ],
)
def test_talk_is_no_address(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("word", "dotted"), [("dot", True), ("a@b", True), ("gmx.de", True)])
def test_a_word_that_may_belong_to_an_address_is_known(word: str, dotted: bool) -> None:
    assert is_dotted(word) is dotted


@pytest.mark.parametrize("word", ["at", "hello.", "e.g.", "12.50"])
def test_other_words_are_not_dotted(word: str) -> None:
    assert not is_dotted(word)
