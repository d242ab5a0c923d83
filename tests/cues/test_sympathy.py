"""Own stories, and siding against the company: not what empathy is."""

import pytest

from tests.cues.test_empathy import COMPLAINED
from tests.script import cleared, cues, heard, script, told

CUE = "sympathy_not_empathy"
GERMAN = (0, 4000, "Mein Paket ist kaputt und keiner ruft zurück.")


@pytest.mark.parametrize(
    "said",
    [
        "The same thing happened to me last year.",
        "Between you and me, management never listens.",
        "Our warehouse is a complete shambles.",
    ],
)
def test_an_own_story_is_noticed(said: str) -> None:
    assert len(cues(script(customer=[COMPLAINED], agent=[(5000, 8000, said)]), CUE)) == 1


@pytest.mark.parametrize(
    "said", ["Das ist mir auch schon passiert.", "Das ist wieder typisch für den Laden."]
)
def test_an_own_story_is_noticed_in_german(said: str) -> None:
    call = script(customer=[GERMAN], agent=[(5000, 8000, said)], language="de")

    assert len(cues(call, CUE)) == 1


def test_a_question_is_no_story() -> None:
    said = "Has the same thing happened to my colleague's parcel?"

    assert not cues(script(customer=[COMPLAINED], agent=[(5000, 8000, said)]), CUE)


def test_what_is_done_for_the_customer_is_no_story() -> None:
    said = "My manager will call you, bear with me."

    assert not cues(script(customer=[COMPLAINED], agent=[(5000, 8000, said)]), CUE)


def test_a_question_about_the_matter_ends_it() -> None:
    call = script(
        customer=[COMPLAINED, (8500, 9500, "Oh really?")],
        agent=[(5000, 8000, "I hate that too."), (10_000, 12_000, "What was in the parcel?")],
    )

    events = told(call)

    assert len(heard(events, CUE)) == 1
    assert [e.by for e in cleared(events, CUE)] == ["agent"]
