"""The hold: announced, then silence or music; over when the agent is back with the customer."""

import pytest

from assist.events import Event, HoldEnded, HoldStarted
from tests.script import Stretch, script, told

ANNOUNCED: Stretch = (500, 2000, "One moment please.")


def holds(*agent: Stretch, customer: tuple[Stretch, ...] = (), language: str = "en") -> list[Event]:
    events = told(script(agent=agent, customer=customer, language=language, after=9000))
    return [event for event in events if isinstance(event, HoldStarted | HoldEnded)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "One moment please."),
        ("en", "Let me check your account."),
        ("en", "I'll be about a minute while I ask the depot."),
        ("de", "Bleiben Sie bitte dran."),
        ("de", "Ich schaue kurz in Ihr Konto."),
    ],
)
def test_an_announcement_and_silence_make_a_hold(language: str, said: str) -> None:
    (hold,) = holds((500, 3000, said), language=language)

    assert isinstance(hold, HoldStarted)
    assert hold.at >= 3000 + 3000


def test_sound_without_a_word_is_music_and_no_return() -> None:
    found = holds(ANNOUNCED, (4000, 20_000))

    assert [type(event) for event in found] == [HoldStarted]


def test_muttering_to_oneself_is_no_return() -> None:
    found = holds(ANNOUNCED, (9000, 10_500, "That stupid number."))

    assert [type(event) for event in found] == [HoldStarted]


@pytest.mark.parametrize(
    "said", ["Thank you for holding.", "So I have found the whole order here now."]
)
def test_the_agent_is_back_with_a_word_for_the_customer(said: str) -> None:
    found = holds(ANNOUNCED, (9000, 11_500, said))

    assert [type(event) for event in found] == [HoldStarted, HoldEnded]


def test_an_answer_of_the_customer_ends_it_too() -> None:
    found = holds(ANNOUNCED, (9000, 10_000, "Right then."), customer=((10_200, 11_000, "Yes?"),))

    assert [type(event) for event in found][:2] == [HoldStarted, HoldEnded]
