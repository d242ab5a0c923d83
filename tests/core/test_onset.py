from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.core.onset import excuse, judge, protests, unfounded
from assist.evaluate.run import inputs
from assist.settings import load_playbook
from tests.script import Stretch, otherwise, script


def at(now: int, *, customer: list[Stretch], agent: list[Stretch]) -> Conversation:
    """Let the conversation hear all that is known by `now`."""
    talk = Conversation(lexicon(load_playbook("en")))
    for event in inputs(script(customer=customer, agent=agent)):
        if event.at <= now:
            talk.apply(event)
    return talk


LONG: list[Stretch] = [(0, 10_000)]
TALK = "what you need to do is restart the router"


def test_an_onset_is_open_while_nothing_is_known() -> None:
    talk = at(4500, customer=LONG, agent=[(4000, 7000, TALK)])

    assert judge(4000, talk) is None


def test_overlap_with_words_of_a_turn_talks_over() -> None:
    talk = at(5500, customer=LONG, agent=[(4000, 7000, TALK)])

    assert judge(4000, talk) == "TALKED_OVER"


def test_a_customer_who_gives_way_has_lost_the_floor() -> None:
    talk = at(6500, customer=[(0, 4900)], agent=[(4000, 8000, TALK)])

    assert judge(4000, talk) in ("TALKED_OVER", "TOOK_THE_FLOOR")


def test_nobody_held_a_floor_that_had_just_been_taken() -> None:
    talk = at(6000, customer=[(4000, 8000)], agent=[(4200, 6500, TALK)])

    assert judge(4200, talk) == "simultaneous"


def test_a_backchannel_is_listening() -> None:
    talk = at(6000, customer=LONG, agent=[(4000, 4400, "mhm")])

    assert judge(4000, talk) == "backchannel"


def test_an_answer_to_a_question_is_none() -> None:
    talk = at(
        6500,
        customer=[(0, 4100, "I wonder can you tell me when he comes?"), (4300, 10_000)],
        agent=[(4150, 8000, TALK)],
    )

    assert judge(4150, talk) in ("answer", "nothing", "terminal")


def test_an_excuse_is_found_in_its_words() -> None:
    talk = at(6500, customer=LONG, agent=[(4000, 5000, "sorry go ahead")])

    assert [heard.folded for heard in excuse(4000, talk, "sorry_go_on")] == ["sorry", "go", "ahead"]


def test_a_protest_needs_both_to_have_spoken() -> None:
    alone = at(4700, customer=[(0, 4000, "please let me finish")], agent=[])

    assert not protests(alone, 0)


def changed(rule: str, said: str, *, overlap: int = 5900) -> bool:
    """Tell whether an interruption from 4000 to 6000 is none when the agent said this."""
    call = script(
        customer=[(0, 4000 + overlap, "what happened then is a story of its own")],
        agent=[(4000, 5500, "well but")],
    )
    talk = Conversation(lexicon(load_playbook("en")))
    correction = otherwise(call, "well but", said, at=9000)
    for event in sorted((*inputs(call), correction), key=lambda event: event.at):
        talk.apply(event)
        if event is correction:
            return unfounded(rule, 4000, 6000, talk)
    raise AssertionError("the correction comes within the call")


def test_an_interruption_of_backchannels_was_none() -> None:
    assert changed("TOOK_THE_FLOOR", "mhm yeah")
    assert changed("TALKED_OVER", "mhm yeah")


def test_one_word_talks_nobody_over_unless_it_lasts() -> None:
    assert changed("TALKED_OVER", "mhm but", overlap=1000)
    assert not changed("TALKED_OVER", "mhm but")


def test_an_interruption_of_other_words_is_still_one() -> None:
    assert not changed("TALKED_OVER", "your router", overlap=1000)


def test_what_the_agent_said_does_not_make_the_protest() -> None:
    assert not changed("LET_ME_FINISH", "mhm yeah")
