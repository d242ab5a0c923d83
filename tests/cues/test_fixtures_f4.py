"""The failure cases of docs/cues.md that concern the "no": what must fire, and what must not."""

import pytest

from assist.evaluate.calls import LabelledCall, LabelledWord
from tests.script import cleared, cues, heard, otherwise, script, suppressed, told

CUE = "refusal_spoken"
WISH = {
    "en": "Can you send me a new router today?",
    "de": "Können Sie mir heute einen neuen Router schicken?",
}


def answered(language: str, said: str, *, asked: str = "", start: int = 4500) -> LabelledCall:
    """Let the agent answer a request; the customer then takes the turn."""
    end = start + 300 * len(said.split())
    return script(
        customer=[(0, 3000, asked or WISH[language]), (end + 3500, end + 4500, "I see. Well.")],
        agent=[(start, end, said)],
        language=language,
        after=6000,
    )


def doubted(call: LabelledCall, word: str, probability: float) -> LabelledCall:
    """Let the recogniser be unsure of a word."""
    words = tuple(
        LabelledWord(
            channel=w.channel,
            text=w.text,
            start=w.start,
            end=w.end,
            at=w.at,
            probability=probability if w.text == word else w.probability,
        )
        for w in call.words
    )
    return LabelledCall(call=call.call, speech=call.speech, words=words)


@pytest.mark.parametrize(
    ("case", "language", "said"),
    [
        ("F-1", "en", "I no what you mean."),
        ("F-9", "en", "I have to read you this: it cannot be refunded after fourteen days."),
        ("F-9", "de", "Ich muss Sie darauf hinweisen, dass das nicht erstattet werden kann."),
        ("F-10", "en", "No, absolutely, we can do that."),
        ("F-10", "de", "Nein, natürlich machen wir das."),
        ("F-11", "en", "No problem, no worries, no charge."),
        ("F-11", "de", "Kein Problem, kein Thema."),
        ("F-14", "de", "Na ja, das ist doch schön, nicht wahr?"),
        ("F-14", "de", "Das war am Montag, oder nicht?"),
        ("F-15", "de", "Das ist nicht unmöglich."),
        ("F-15", "en", "I can't say no to that."),
        ("F-15", "en", "We won't charge you for it."),
        ("F-15", "de", "Da kann nichts schiefgehen."),
        ("F-15", "de", "Ich habe die Mail noch nicht bekommen."),
        ("F-39", "en", "That is with Mr Knoe, line No. 5."),
        ("F-39", "de", "Das macht Frau Nein, das ist Nr. 9."),
        ("F-40", "en", "N as in Nora, O as in Oscar."),
    ],
)
def test_what_only_looks_like_a_no_refuses_nothing(case: str, language: str, said: str) -> None:
    assert not cues(answered(language, said), CUE), case


def test_f12_a_no_that_answers_a_tag_question_refuses_nothing() -> None:
    assert not cues(answered("en", "No.", asked="You don't need my number, right?"), CUE)


def test_f13_the_customers_no_is_no_refusal() -> None:
    call = script(
        customer=[(0, 3000, WISH["en"]), (9000, 9400, "No.")],
        agent=[(4500, 6500, "Done. Is there anything else?")],
    )

    assert not cues(call, CUE)


@pytest.mark.parametrize("pause", [0, 2000])
def test_f30_a_no_that_turns_into_an_offer_is_only_praised(pause: int) -> None:
    call = script(
        customer=[(0, 3000, WISH["en"])],
        agent=[
            (4500, 5500, "No, we can't do that."),
            (5600 + pause, 8000 + pause, "but what I can do is send you a voucher."),
        ],
    )

    events = told(call)

    assert not heard(events, CUE)
    assert heard(events, "alternative_offered")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Because of the law, we can't do that."),
        ("de", "Weil das Gesetz es so will, können wir das nicht machen."),
        ("de", "Da die Frist schon abgelaufen ist, können wir das nicht machen."),
    ],
)
def test_f31_a_reason_before_the_refusal_counts(language: str, said: str) -> None:
    events = told(answered(language, said))

    assert heard(events, CUE)
    assert not heard(events, "why_missing")


def test_f33_da_that_points_gives_no_reason() -> None:
    events = told(answered("de", "Da können wir leider nichts machen."))

    assert heard(events, CUE)
    assert heard(events, "why_missing")


def test_f38_a_refusal_in_two_languages_is_one() -> None:
    assert cues(answered("de", "Das ist leider not possible."), CUE)


def test_f41_a_no_that_the_recogniser_takes_back_is_cleared_at_once() -> None:
    call = answered("en", "Sorry, we can't do that.")

    events = told(call, extra=[otherwise(call, "can't", "shall", at=10_500)])

    (cue,) = heard(events, CUE)
    assert [(e.id, e.reason) for e in cleared(events, CUE)] == [(cue.id, "corrected")]


def test_a_no_that_the_recogniser_doubts_refuses_nothing() -> None:
    assert not cues(doubted(answered("en", "No."), "No.", 0.5), CUE)


def test_a_withdrawn_refusal_says_so() -> None:
    call = answered("en", "We can't do that but I can send you a new one by Friday.")

    assert [e.reason for e in suppressed(told(call), CUE)] == ["self_corrected"]
