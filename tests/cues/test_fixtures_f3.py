"""Failure cases F-8, F-28 and F-29 of the specification, for conflict and promises."""

from assist.core.acts import Acts
from assist.core.clauses import Clause
from assist.core.lexicon import lexicon
from assist.events import Word
from assist.settings import load_playbook
from tests.script import cues, script

CONFLICT = ("customer_told_wrong", "defensive_reply", "sceptical_reply", "overpromise")


def clause(text: str) -> Clause:
    words = tuple(
        Word(text=word, start=300 * i, end=300 * i + 250) for i, word in enumerate(text.split())
    )
    return Clause("agent", "a1", 0, words, True)


def test_f8_what_the_agent_quotes_is_not_the_agents() -> None:
    call = script(agent=[(0, 3000, "So they told you it is not our fault.")])

    assert [cue for cue in CONFLICT if cues(call, cue)] == []


def test_f8_german_quotes_hide_what_follows() -> None:
    call = script(
        agent=[(0, 3000, "Der Kollege sagte, das ist nicht unsere Schuld.")], language="de"
    )

    assert [cue for cue in CONFLICT if cues(call, cue)] == []


def test_f8_what_the_agent_says_of_the_own_words_is_no_quote() -> None:
    call = script(agent=[(0, 3000, "As I already said it is your own fault.")])

    assert len(cues(call, "customer_told_wrong")) == 1


def test_f28_being_sure_of_a_feeling_is_empathy() -> None:
    call = script(agent=[(0, 2500, "I'm sure that's frustrating.")])

    assert cues(call, "overpromise") == []


def test_f29_a_promise_of_the_own_action_is_owned() -> None:
    call = script(agent=[(0, 2500, "I promise I'll call you at four.")])
    acts = Acts(lexicon(load_playbook("en")))

    assert cues(call, "overpromise") == []
    assert acts.find(clause("I promise I'll call you at four."), ["promise_owned"]) is not None


def test_f29_the_german_promise_of_the_own_action_is_owned() -> None:
    call = script(
        agent=[(0, 3000, "Ich verspreche Ihnen, dass ich um vier anrufe.")], language="de"
    )

    assert cues(call, "overpromise") == []
