"""Swapped channels: the service's words on the wrong side (F-43)."""

import pytest

from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.core.swapped import Swapped
from assist.evaluate.run import inputs
from assist.settings import load_playbook
from tests.script import Stretch, script

HELP: Stretch = (0, 3000, "Good morning, how can I help you?")
HILFE: Stretch = (0, 3000, "Guten Tag, was kann ich für Sie tun?")
ROUTER: Stretch = (4000, 6000, "My router, please.")
MORE: Stretch = (70_000, 72_000, "Is there anything else I can do for you?")
THANKS: Stretch = (80_000, 83_000, "Thank you so much for calling. Goodbye.")


def told(agent: list[Stretch], customer: list[Stretch], language: str = "en") -> list[bool]:
    talk, sides = Conversation(lexicon(load_playbook(language))), Swapped()
    found = []
    for event in inputs(script(agent=agent, customer=customer, language=language)):
        talk.apply(event)
        found += [fault.active for fault in sides.observe(talk)]
    return found


@pytest.mark.parametrize(("language", "said"), [("en", HELP), ("de", HILFE)])
def test_an_offer_of_help_by_the_customer_is_a_sign(language: str, said: Stretch) -> None:
    assert told([ROUTER], [said], language) == [True]
    assert told([said], [ROUTER], language) == []


def test_closing_words_by_the_customer_are_a_sign() -> None:
    assert told([ROUTER], [MORE, THANKS]) == [True]
    assert told([MORE, THANKS], [ROUTER]) == []


def test_a_customer_who_asks_for_something_else_is_none() -> None:
    assert told([ROUTER], [(70_000, 72_000, "Is there anything else available?")]) == []


def test_both_offering_help_is_none() -> None:
    assert told([HELP], [(4000, 6000, "How can I help you?")]) == []


def test_it_is_over_when_the_agents_own_side_speaks_like_the_service() -> None:
    late: Stretch = (9000, 12_000, "Sorry. How can I help you?")

    assert told([late], [HELP]) == [True, False]


def test_it_is_not_over_when_the_customer_says_a_name_on_the_agents_side() -> None:
    assert told([(4000, 7000, "Hello, my name is Morgan, my router is broken.")], [HELP]) == [True]


def test_who_greeted_first_is_the_service() -> None:
    greeting: Stretch = (0, 2000, "Welcome to Miller, my name is Kim.")

    assert told([greeting], [(3000, 5000, "How can I do that?")]) == []
    assert told([greeting], [(3000, 5000, "What can I do?")]) == []


def test_an_offer_of_help_later_in_the_call_is_none() -> None:
    late: Stretch = (70_000, 72_000, "How can I help you?")

    assert told([ROUTER], [late]) == []
