"""How long a clause may still be put right, and when a turn is over."""

from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.core.waiting import LONGER, OFFER, TURN_OVER, WAIT, handed_over, stands, turn_over
from assist.evaluate.run import inputs
from assist.settings import load_playbook
from tests.script import Stretch, script

REFUSED: Stretch = (1000, 3000, "We can't do that.")


def at(moment: int, *, agent: list[Stretch], customer: tuple[Stretch, ...] = ()) -> Conversation:
    """Return the conversation as it is known at a moment."""
    talk = Conversation(lexicon(load_playbook("en")))
    for event in inputs(script(customer=customer, agent=agent, after=12_000)):
        if event.at <= moment:
            talk.apply(event)
    return talk


def test_silence_lets_a_clause_stand_after_the_wait() -> None:
    assert not stands(3000, at(3000 + WAIT - 500, agent=[REFUSED]))
    assert stands(3000, at(3000 + WAIT + 500, agent=[REFUSED]))


def test_a_customer_who_takes_the_turn_ends_the_wait_at_once() -> None:
    taken = at(5000, agent=[REFUSED], customer=((3500, 6000, "That is not good enough for me"),))

    assert handed_over(3000, taken)
    assert stands(3000, taken)


def test_a_backchannel_takes_no_turn() -> None:
    assert not handed_over(3000, at(5000, agent=[REFUSED], customer=((3300, 3900, "mhm okay"),)))


def test_words_that_begin_an_offer_get_more_time() -> None:
    going_on: Stretch = (4000, 9000, "but I would really like to see whether tomorrow is possible")

    assert not stands(3000, at(3000 + WAIT + OFFER - 500, agent=[REFUSED, going_on]))


def test_speech_without_words_yet_gets_a_little_more_time() -> None:
    murmur = [REFUSED, (5000, 9000)]

    assert not stands(3000, at(3000 + WAIT + LONGER - 500, agent=murmur))
    assert stands(3000, at(3000 + WAIT + LONGER + 500, agent=murmur))


def test_a_turn_is_over_after_a_long_silence() -> None:
    assert not turn_over("agent", 3000, at(3000 + TURN_OVER - 500, agent=[REFUSED]))
    assert turn_over("agent", 3000, at(3000 + TURN_OVER + 500, agent=[REFUSED]))


def test_a_turn_is_over_when_the_other_side_speaks() -> None:
    taken = at(5000, agent=[REFUSED], customer=((3500, 6000, "That is not good enough for me"),))

    assert turn_over("agent", 3000, taken)
