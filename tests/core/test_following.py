"""Who comes back to the customer, and when or how."""

import pytest

from assist.core.conversation import Conversation
from assist.core.following import follows_up
from assist.core.lexicon import lexicon
from assist.evaluate.run import inputs
from assist.settings import load_playbook
from tests.script import Stretch, script


def promised(language: str, *turns: Stretch) -> bool:
    talk = Conversation(lexicon(load_playbook(language)))
    found = False
    for event in inputs(script(agent=turns, language=language)):
        talk.apply(event)
        found |= any(follows_up(clause, talk) is not None for clause in talk.closed)
    return found


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I'll ring you on Monday."),
        ("en", "You'll get a text when it's on its way."),
        ("en", "I'll get back to you by Friday."),
        ("de", "Ich rufe Sie morgen um zehn zurück."),
        ("de", "Sie hören bis Freitag von mir."),
        ("de", "Das schicke ich Ihnen per Mail."),
    ],
)
def test_a_promise_with_a_time_or_a_medium_is_a_follow_up(language: str, said: str) -> None:
    assert promised(language, (0, 4000, said))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I'll get back to you."),
        ("en", "You can call us on Monday."),
        ("de", "Ich melde mich."),
        ("de", "Zurückgerufen habe ich schon."),
        ("de", "Rufen Sie uns morgen an."),
    ],
)
def test_without_them_or_by_the_customer_it_is_none(language: str, said: str) -> None:
    assert not promised(language, (0, 4000, said))


def test_the_time_may_stand_in_the_next_sentence() -> None:
    assert promised("en", (0, 2000, "I'll get back to you."), (2300, 4000, "By Friday at noon."))
