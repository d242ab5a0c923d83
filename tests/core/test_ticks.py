"""What was heard, each once."""

import pytest

from assist.events import StageTicked
from tests.script import Stretch, script, told

OFFER: Stretch = (500, 3000, "What I can do is send you a new router.")


def ticks(agent: list[Stretch], customer: list[Stretch] | None = None) -> list[str]:
    events = told(script(agent=agent, customer=customer or []))
    return [event.name for event in events if isinstance(event, StageTicked)]


@pytest.mark.parametrize(
    ("agent", "customer", "name"),
    [
        ([(0, 3000, "What would you like us to do about it?")], [], "goal"),
        ([OFFER], [(3500, 5000, "That works for me.")], "agreed"),
        ([(0, 2000, "I'll call you back tomorrow.")], [], "follow_up"),
    ],
)
def test_what_was_heard_is_ticked(agent: list[Stretch], customer: list[Stretch], name: str) -> None:
    assert name in ticks(agent, customer)


def test_each_is_ticked_once() -> None:
    said = "I'll call you back tomorrow."

    assert ticks([(0, 2000, said), (4000, 6000, said)]) == ["follow_up"]


def test_a_tick_brings_its_words() -> None:
    events = told(script(agent=[(0, 2000, "I'll call you back tomorrow.")]))

    (tick,) = [event for event in events if isinstance(event, StageTicked)]

    assert "call you" in str(tick.evidence)
