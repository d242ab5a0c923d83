"""Words that announce a secret, or a number that is none."""

import pytest

from assist.core.redaction.marks import marks
from tests.core.redaction.spoken import final


def announced(text: str) -> list[str]:
    said = final(text)
    return [mark.announces for mark in marks("customer", said.words)]


@pytest.mark.parametrize(
    "text",
    [
        "And the security code?",
        "What's the CVV please?",
        "the C V V",
        "your cvc2 number",
        "the three digits on the back of it",
        "the last three numbers on the reverse",
        "Und die Prüfziffer?",
        "der Sicherheits-Code",
        "Ihre Kartenprüfnummer bitte",
        "die drei Ziffern auf der Rückseite",
        "die letzten drei Zahlen hinten",
        "Ihre PIN",
    ],
)
def test_a_security_code_is_announced(text: str) -> None:
    assert "code" in announced(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my card number", "card"),
        ("die Kreditkartennummer", "card"),
        ("your order number", "topic"),
        ("Ihre Postleitzahl", "topic"),
        ("my phone number", "phone"),
        ("Ihr Geburtsdatum", "birth"),
        ("the password", "password"),
        ("hang on", "wait"),
        ("I tried to dial it", "line"),
        ("per Lastschrift", "pay"),
    ],
)
def test_other_things_are_announced(text: str, kind: str) -> None:
    assert kind in announced(text)


@pytest.mark.parametrize("text", ["I went shopping.", "The spinning wheel stopped.", "Guten Tag!"])
def test_plain_talk_announces_nothing(text: str) -> None:
    assert announced(text) == []


def test_a_mark_knows_when_it_was_spoken() -> None:
    said = final("well the security code then")

    (mark,) = (m for m in marks("agent", said.words) if m.announces == "code")

    assert (mark.start, mark.end) == (said.words[2].start, said.words[3].end)


def test_an_announcement_may_begin_in_the_utterance_before() -> None:
    before, now = final("And the security"), final("code please", start=4_000)

    found = marks("agent", now.words, before.words)

    assert [mark.announces for mark in found] == ["code"]


def test_what_was_announced_before_is_not_announced_again() -> None:
    before, now = final("the security code"), final("please", start=4_000)

    assert marks("agent", now.words, before.words) == []
