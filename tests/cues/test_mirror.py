"""Many facts want a summary; a summary in the customer's words earns praise."""

import pytest

from assist.evaluate.calls import LabelledCall
from assist.events import NumberEvidence
from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

MISSING, DONE = "mirror_missing", "mirroring_done"
FACTS: dict[str, Stretch] = {
    "en": (
        0,
        16_000,
        "My washing machine stopped on Tuesday while the towels were in, there was water on the "
        "kitchen floor, the door would not open, the pump made a grinding noise, and on Wednesday "
        "the repair man came, looked at the filter, shrugged and left again without a word.",
    ),
    "de": (
        0,
        16_000,
        "Meine Waschmaschine ist am Dienstag stehen geblieben, da waren noch die Handtücher drin, "
        "in der Küche stand das Wasser, die Tür ging nicht auf, die Pumpe hat gebrummt, und am "
        "Mittwoch kam der Monteur, hat den Filter angeschaut und ist einfach wieder gefahren.",
    ),
}
SUMMARY: dict[str, Stretch] = {
    "en": (17_000, 20_000, "So the pump grinds and the door stays shut since Tuesday, right?"),
    "de": (17_000, 20_000, "Also die Pumpe brummt und die Tür geht nicht auf, richtig?"),
}
FIX: dict[str, Stretch] = {
    "en": (24_000, 27_000, "I'll send you a new machine."),
    "de": (24_000, 27_000, "Ich schicke Ihnen eine neue Maschine."),
}
languages = pytest.mark.parametrize("language", ["en", "de"])


def call_of(*agent: Stretch, language: str = "en", facts: Stretch | None = None) -> LabelledCall:
    """Let the customer tell much and the agent answer."""
    return script(customer=[facts or FACTS[language]], agent=agent, language=language, after=9000)


@languages
def test_a_solution_after_many_facts_lacks_the_summary(language: str) -> None:
    (cue,) = cues(call_of(FIX[language], language=language), MISSING)

    counts = [item for item in cue.evidence if isinstance(item, NumberEvidence)]
    assert counts[0].name == "told"
    assert counts[0].value >= counts[0].threshold == 40


@languages
def test_the_summary_came_first(language: str) -> None:
    assert cues(call_of(SUMMARY[language], FIX[language], language=language), MISSING) == []


def test_few_facts_need_no_summary() -> None:
    call = call_of(FIX["en"], facts=(0, 4000, "My washing machine stopped on Tuesday."))

    assert cues(call, MISSING) == []


def test_a_late_summary_ends_it() -> None:
    late: Stretch = (34_000, 37_000, SUMMARY["en"][2] if len(SUMMARY["en"]) == 3 else "")

    events = told(call_of(FIX["en"], late))

    assert [(c.reason, c.by) for c in cleared(events, MISSING)] == [("cleared", "agent")]


@languages
def test_a_summary_in_the_customers_words_is_praised(language: str) -> None:
    (cue,) = cues(call_of(SUMMARY[language], language=language), DONE)

    assert 20_000 <= cue.at <= 22_000


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "If I understand you correctly, the pump grinds and the kitchen was wet."),
        ("en", "What I'm hearing is that the door and the pump gave up."),
        ("en", "Let me just recap, water on the kitchen floor and a stuck door."),
        ("de", "Wenn ich Sie richtig verstehe, brummt die Pumpe und die Küche war nass."),
        ("de", "Ich fasse kurz zusammen: die Pumpe brummt, die Tür klemmt."),
        ("de", "Habe ich das so richtig verstanden?"),
        ("en", "Did I get that right?"),
    ],
)
def test_ways_to_sum_up(language: str, text: str) -> None:
    assert len(cues(call_of((17_000, 21_000, text), language=language), DONE)) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "So I'll send the repair man again."),
        ("en", "So first we open the door, then we look at the pump."),
        ("en", "Right, that's correct."),
        ("en", "If I understand it, we are all very busy today."),
        ("de", "Also ich schicke den Monteur noch einmal."),
        ("de", "Also gut."),
        ("de", "Das ist richtig."),
    ],
)
def test_what_only_begins_like_a_summary(language: str, text: str) -> None:
    assert cues(call_of((17_000, 21_000, text), language=language), DONE) == []


def test_a_long_summary_is_praised_while_it_goes_on() -> None:
    text = (
        "So if I understand you correctly the pump grinds the door stays shut there was water on "
        "the kitchen floor and on Wednesday the repair man left without a word"
    )

    (cue,) = cues(call_of((17_000, 27_000, text)), DONE)

    assert cue.at < 23_000


def test_the_answer_ends_the_praise() -> None:
    call = script(
        customer=[FACTS["en"], (20_700, 21_500, "Yes, exactly.")], agent=[SUMMARY["en"]], after=9000
    )

    assert [(c.reason, c.by) for c in cleared(told(call), DONE)] == [("cleared", "customer")]


def test_a_summary_that_was_misheard_is_no_praise() -> None:
    call = call_of((17_000, 20_000, "Did I get that right?"))
    other = otherwise(call, "Did I get that right?", "Now I see that here.", at=22_000)

    events = told(call, extra=[other])

    assert len(heard(events, DONE)) == 1
    assert [c.reason for c in cleared(events, DONE)] == ["corrected"]
