"""Proposal and answer."""

import pytest

from assist.core.accord import Accord
from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.evaluate.run import inputs
from assist.settings import load_playbook
from tests.script import Stretch, script

OFFER: Stretch = (0, 3000, "What I can do is send you a new router.")


def taken(agent: list[Stretch], customer: list[Stretch]) -> bool:
    talk, accord = Conversation(lexicon(load_playbook("en"))), Accord()
    for event in inputs(script(agent=agent, customer=customer)):
        talk.apply(event)
        for clause in talk.closed:
            accord.hear(clause, talk)
    return accord.taken is not None


@pytest.mark.parametrize("said", ["That works for me.", "Yes please.", "Okay, let's do that."])
def test_clear_words_take_a_proposal(said: str) -> None:
    assert taken([OFFER], [(4000, 5500, said)])


@pytest.mark.parametrize(
    "said", ["Okay.", "I guess so.", "No, that doesn't help.", "Is that fine?"]
)
def test_other_words_take_none(said: str) -> None:
    assert not taken([OFFER], [(4000, 5500, said)])


def test_a_bare_okay_takes_it_when_the_agent_asked() -> None:
    asked: Stretch = (3300, 5000, "Does that work for you?")

    assert taken([OFFER, asked], [(6000, 6500, "Okay.")])


@pytest.mark.parametrize(
    "said", ["Fine, yeah, that works.", "No, not Monday. Okay, that works for me."]
)
def test_a_sigh_or_another_no_before_it_does_not_spoil_a_yes(said: str) -> None:
    assert taken([OFFER], [(4000, 6000, said)])


def test_what_carries_a_yes_out_puts_nothing_new_forward() -> None:
    done: Stretch = (7000, 9500, "Then I'll send you the new router today.")
    asks: Stretch = (7000, 9500, "Which address shall I send it to?")
    yes: list[Stretch] = [(4000, 5500, "That works for me.")]

    assert taken([OFFER, done], yes)
    assert taken([OFFER, asks], yes)


def test_without_a_proposal_there_is_nothing_to_take() -> None:
    assert not taken([(0, 3000, "The router is black.")], [(4000, 5500, "That works for me.")])


def test_another_proposal_is_open_again() -> None:
    more: Stretch = (7000, 9000, "How about Friday?")

    assert not taken([OFFER, more], [(4000, 5500, "That works for me.")])
