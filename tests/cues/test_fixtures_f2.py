"""Failure cases of the specification: F-19, F-27, F-28."""

import pytest

from tests.cues.test_empathy import COMPLAINED
from tests.script import Stretch, cues, script


def test_f19_sarcasm_of_the_customer_earns_the_agent_no_praise() -> None:
    call = script(
        agent=[(0, 3000, "I have looked at your account.")],
        customer=[(4000, 7000, "Great, wonderful service, really.")],
    )

    assert not cues(call, "empathy_given")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Sorry?"),
        ("en", "Sorry, go ahead."),
        ("de", "Entschuldigung, wie bitte?"),
        ("de", "Entschuldigung, bitte weiter."),
    ],
)
def test_f27_asking_again_and_giving_way_are_no_apologies(language: str, said: str) -> None:
    agent: list[Stretch] = [(4000 + 6000 * i, 5500 + 6000 * i, said) for i in range(5)]

    assert not cues(script(agent=agent, language=language), "apology_overuse")


def test_f28_sure_of_a_feeling_is_empathy_and_no_promise() -> None:
    call = script(
        customer=[COMPLAINED], agent=[(5000, 8000, "I'm sure that's frustrating.")], after=9000
    )

    assert len(cues(call, "empathy_given")) == 1
    assert not cues(call, "overpromise")
