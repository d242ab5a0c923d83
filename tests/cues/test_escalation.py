"""Threats of the customer, and a complaint that flares up after the agent's turn."""

import pytest

from assist.cues.escalation import CUE
from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

SAID = {
    "en": ["I want to speak to your manager.", "Then I'm cancelling the lot.", "I'll sue you."],
    "de": [
        "Dann hören Sie von meinem Anwalt.",
        "Ich will Ihren Chef sprechen.",
        "Sonst kündige ich.",
    ],
}
HARMLESS = {
    "en": [
        "Can I cancel it online?",
        "My manager asked me to call.",
        "I read good reviews.",
        "I was going to write a bad review.",
    ],
    "de": ["Mein Chef hat es bestellt.", "Wie kann ich das kündigen?", "Das stand im Internet."],
}
ISSUE: Stretch = (
    0,
    5000,
    "my washing machine leaks water on the kitchen floor since Monday morning",
)
REPLY: Stretch = (6000, 9000, "The next engineer comes on Friday in two weeks from now.")
RAGE = "this is ridiculous and a disgrace I am fed up with you people"
FLARE: Stretch = (10_000, 14_000, RAGE)


@pytest.mark.parametrize(("language", "words"), [(k, w) for k, all_ in SAID.items() for w in all_])
def test_a_threat_is_noticed(language: str, words: str) -> None:
    (cue,) = cues(script(customer=[(0, 2000, words)], language=language), CUE)

    assert cue.channel == "customer"


@pytest.mark.parametrize(
    ("language", "words"), [(k, w) for k, all_ in HARMLESS.items() for w in all_]
)
def test_what_threatens_nobody_is_nothing(language: str, words: str) -> None:
    assert cues(script(customer=[(0, 2000, words)], language=language), CUE) == []


def test_the_agent_may_speak_of_a_manager() -> None:
    assert cues(script(agent=[(0, 2000, "You can speak to my manager.")]), CUE) == []


def test_a_complaint_that_flares_up_after_the_agents_turn_is_one() -> None:
    (cue,) = cues(script(customer=[ISSUE, FLARE], agent=[REPLY]), CUE)

    assert cue.rule == "customer_escalates.RISE"
    assert [getattr(item, "name", "words") for item in cue.evidence] == ["rise", "words"]


def test_it_stands_when_the_sentence_that_brought_it_goes_on_and_ends() -> None:
    more = "and my neighbour came with a bucket and we carried the water into the garden"
    call = script(customer=[ISSUE, (10_000, 18_000, f"{RAGE} {more}")], agent=[REPLY], after=4000)

    events = told(call)

    (cue,) = heard(events, CUE)
    assert cue.at < 18_000
    assert cleared(events, CUE) == []


def test_the_first_complaint_of_the_call_is_none() -> None:
    hello: Stretch = (0, 3000, "Good morning and welcome to our house how can I help you")

    assert cues(script(agent=[hello], customer=[(3500, 7500, RAGE)]), CUE) == []


def test_it_is_over_ten_seconds_after_empathy() -> None:
    sorry: Stretch = (4000, 7000, "I understand how frustrating that is.")
    call = script(customer=[(0, 2000, "I'll sue you.")], agent=[sorry], after=20_000)

    (end,) = cleared(told(call), CUE)

    assert end.reason == "cleared"
    assert 17_000 <= end.at <= 18_500


def test_misheard_words_take_a_threat_back() -> None:
    call = script(customer=[(0, 2000, "I'll sue you.")], after=9000)

    events = told(call, extra=[otherwise(call, "sue you.", "see you.", at=5000)])

    assert [e.reason for e in cleared(events, CUE)] == ["corrected"]
