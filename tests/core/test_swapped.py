"""Swapped channels: the service's greeting on the wrong side (F-43)."""

import pytest

from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.core.swapped import swapped
from assist.evaluate.run import inputs
from assist.settings import load_playbook
from tests.script import Stretch, script

HELP: Stretch = (0, 3000, "Good morning, how can I help you?")
HILFE: Stretch = (0, 3000, "Guten Tag, was kann ich für Sie tun?")


def seems_swapped(agent: list[Stretch], customer: list[Stretch], language: str = "en") -> bool:
    talk = Conversation(lexicon(load_playbook(language)))
    for event in inputs(script(agent=agent, customer=customer, language=language)):
        talk.apply(event)
    return swapped(talk)


@pytest.mark.parametrize(("language", "said"), [("en", HELP), ("de", HILFE)])
def test_an_offer_of_help_by_the_customer_is_a_sign(language: str, said: Stretch) -> None:
    assert seems_swapped([(4000, 6000, "My router, please.")], [said], language)
    assert not seems_swapped([said], [(4000, 6000, "My router, please.")], language)


def test_both_greeting_is_none() -> None:
    assert not seems_swapped([HELP], [(4000, 6000, "How can I help you?")])


def test_later_in_the_call_nobody_looks() -> None:
    late: Stretch = (70_000, 72_000, "How can I help you?")

    assert not seems_swapped([(4000, 6000, "My router, please.")], [late])
