"""Empathy after venting: praised when it is given, told of when it is missing."""

import pytest

from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

GIVEN, MISSING = "empathy_given", "empathy_missing"
VENTED: dict[str, Stretch] = {
    "en": (
        0,
        18_000,
        "This is ridiculous. It is the third time that I call and nobody ever calls me back. "
        "You people never listen. It is a joke, I am fed up with it and it is still not working.",
    ),
    "de": (
        0,
        18_000,
        "Das ist eine Frechheit. Ich rufe jetzt zum dritten Mal an und keiner ruft zurück. "
        "Das ist ein Saftladen, mir reicht es, und es funktioniert immer noch nicht.",
    ),
}
COMPLAINED: Stretch = (0, 4000, "My parcel is broken and nobody called me back.")
BARE = "Okay so the router there is from the other year then."


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I can see why you're upset about that."),
        ("en", "That must have been an awful week for you."),
        ("de", "Das kann ich wirklich gut nachvollziehen."),
        ("de", "Das ist wirklich sehr ärgerlich für Sie."),
    ],
)
def test_empathy_after_venting_is_praised_and_nothing_is_missing(language: str, said: str) -> None:
    events = told(
        script(customer=[VENTED[language]], agent=[(19_000, 22_000, said)], language=language)
    )

    assert len(heard(events, GIVEN)) == 1
    assert not heard(events, MISSING)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_first_turn_without_empathy_lacks_it(language: str) -> None:
    said = BARE if language == "en" else "Also der Router dort ist noch vom anderen Jahr dann."
    call = script(
        customer=[VENTED[language]], agent=[(19_000, 23_000, said)], language=language, after=9000
    )

    (cue,) = cues(call, MISSING)

    assert 23_000 < cue.at <= 31_000


def test_regret_alone_pays_but_earns_no_praise() -> None:
    events = told(
        script(
            customer=[VENTED["en"]],
            agent=[(19_000, 23_000, "I'm so sorry to hear that, sir.")],
            after=9000,
        )
    )

    assert not heard(events, MISSING)
    assert not heard(events, GIVEN)


def test_a_mhm_is_no_turn_that_could_lack_empathy() -> None:
    assert not cues(script(customer=[VENTED["en"]], agent=[(19_000, 19_400, "Mhm.")]), MISSING)


def test_without_venting_no_empathy_is_owed() -> None:
    call = script(customer=[COMPLAINED], agent=[(5000, 9000, BARE)], after=9000)

    assert not cues(call, MISSING)


def test_nothing_is_missing_while_the_call_has_no_words() -> None:
    call = script(customer=[VENTED["en"]], agent=[(19_000, 23_000, BARE)], after=9000)

    assert not cues(call, MISSING, words=False)


def test_late_empathy_ends_the_cue() -> None:
    call = script(
        customer=[VENTED["en"], (27_000, 29_000, "Well, what now then?")],
        agent=[(19_000, 23_000, BARE), (30_000, 32_000, "I understand how frustrating that is.")],
    )

    events = told(call)

    assert len(heard(events, MISSING)) == 1
    assert [(e.reason, e.by) for e in cleared(events, MISSING)] == [("cleared", "agent")]


def test_empathy_answers_a_complaint_without_venting() -> None:
    call = script(customer=[COMPLAINED], agent=[(5000, 8000, "That must be very upsetting.")])

    (cue,) = cues(call, GIVEN)

    assert cue.rule == "empathy_given.EMPATHY_ATTENTIVE"
    assert [getattr(e, "text", "") for e in cue.evidence] == ["must be very upsetting."]


def test_nobody_is_praised_where_nothing_was_complained_of() -> None:
    call = script(
        customer=[(0, 4000, "I would like to change my address.")],
        agent=[(5000, 8000, "I can see why you would.")],
    )

    assert not cues(call, GIVEN)


def test_empathy_in_two_breaths_is_praised_once() -> None:
    said = "That must be very upsetting. I can see why you're annoyed."

    assert len(cues(script(customer=[COMPLAINED], agent=[(5000, 10_000, said)]), GIVEN)) == 1


def test_the_praise_ends_when_the_agent_speaks_on() -> None:
    call = script(
        customer=[COMPLAINED],
        agent=[(5000, 7000, "That must be very upsetting."), (9000, 11_000, "Let me have a look.")],
    )

    (over,) = cleared(told(call), GIVEN)

    assert over.reason == "cleared"


def test_praise_for_misheard_words_is_taken_back() -> None:
    call = script(
        customer=[COMPLAINED], agent=[(5000, 7000, "That must be very upsetting.")], after=9000
    )
    late = otherwise(call, "must be very upsetting.", "is on the invoice.", at=8600)

    events = told(call, extra=[late])

    assert len(heard(events, GIVEN)) == 1
    assert [e.reason for e in cleared(events, GIVEN)] == ["corrected"]


@pytest.mark.parametrize(
    "said",
    ["I can see your order on my screen.", "I don't understand the question.", "I can hear you."],
)
def test_what_looks_like_empathy_is_none(said: str) -> None:
    assert not cues(script(customer=[COMPLAINED], agent=[(5000, 8000, said)]), GIVEN)


def test_empathy_in_the_same_sentence_as_a_question_is_not_missing() -> None:
    said = "I understand how annoying that is, what is your customer number?"

    assert not cues(
        script(customer=[VENTED["en"]], agent=[(19_000, 23_000, said)], after=9000), MISSING
    )


def test_sorry_as_a_question_is_no_empathy() -> None:
    call = script(
        customer=[VENTED["en"]],
        agent=[(19_000, 20_000, "I'm sorry?"), (20_300, 24_000, BARE)],
        after=9000,
    )

    assert len(cues(call, MISSING)) == 1
