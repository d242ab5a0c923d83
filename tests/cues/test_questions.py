"""A solution comes too soon while its cause or its goal was not asked for."""

import pytest

from assist.evaluate.calls import LabelledCall
from assist.events import TranscriptFinal
from tests.script import Stretch, cleared, cues, heard, otherwise, script, told

CAUSE, GOAL = "no_clarifying_question", "goal_unasked"
ISSUE: dict[str, Stretch] = {
    "en": (2000, 6000, "The heating in the bathroom stopped and the boiler drips everywhere."),
    "de": (2000, 6000, "Die Heizung im Bad ist ausgefallen und der Kessel tropft überall."),
}
HELP: dict[str, Stretch] = {
    "en": (0, 1500, "Hello, how can I help?"),
    "de": (0, 1500, "Hallo, wie kann ich Ihnen helfen?"),
}
SOLUTION: dict[str, Stretch] = {
    "en": (12_000, 15_000, "I'll send you a new valve."),
    "de": (12_000, 15_000, "Ich schicke Ihnen ein neues Ventil."),
}
languages = pytest.mark.parametrize("language", ["en", "de"])


def call_of(
    *agent: Stretch, language: str = "en", customer: tuple[Stretch, ...] = ()
) -> LabelledCall:
    """Let the customer tell what is wrong, and the agent answer."""
    return script(
        customer=[ISSUE[language], *customer],
        agent=[HELP[language], *agent],
        language=language,
        after=9000,
    )


@languages
@pytest.mark.parametrize("cue", [CAUSE, GOAL])
def test_a_solution_at_once_comes_too_soon(cue: str, language: str) -> None:
    (found,) = cues(call_of(SOLUTION[language], language=language), cue)

    assert 15_000 <= found.at <= 19_000
    assert found.start == 12_000


@languages
def test_a_stated_cause_comes_too_soon_as_well(language: str) -> None:
    text = {"en": "That's because the valve is worn.", "de": "Das liegt am alten Ventil."}
    call = call_of((12_000, 15_000, text[language]), language=language)

    assert len(cues(call, CAUSE)) == 1
    assert cues(call, GOAL) == []


@languages
def test_a_question_about_the_cause_comes_first(language: str) -> None:
    text = {"en": "When did it start to drip?", "de": "Seit wann tropft der Kessel?"}
    call = call_of((7000, 9000, text[language]), SOLUTION[language], language=language)

    assert cues(call, CAUSE) == []


@languages
def test_a_question_without_its_mark_counts(language: str) -> None:
    text = {"en": "okay and how long has it been like that", "de": "aha und wie lange ist das so"}
    call = call_of((7000, 9000, text[language]), SOLUTION[language], language=language)

    assert cues(call, CAUSE) == []


def test_how_can_i_help_asks_for_no_cause() -> None:
    assert len(cues(call_of(SOLUTION["en"]), CAUSE)) == 1


@languages
def test_the_goal_was_asked_for(language: str) -> None:
    text = {"en": "What would help you most right now?", "de": "Was würde Ihnen jetzt helfen?"}
    call = call_of((7000, 9000, text[language]), SOLUTION[language], language=language)

    assert cues(call, GOAL) == []


@languages
def test_the_customer_states_a_wish_unasked(language: str) -> None:
    text = {"en": "I just want it warm again.", "de": "Ich will es einfach wieder warm haben."}
    call = call_of(SOLUTION[language], language=language, customer=((7000, 9000, text[language]),))

    assert cues(call, GOAL) == []


def test_a_question_right_after_the_solution_is_in_time() -> None:
    call = call_of(SOLUTION["en"], (15_300, 17_000, "Or what would you prefer?"))

    assert cues(call, GOAL) == cues(call, CAUSE) == []


def test_a_later_question_ends_it() -> None:
    events = told(call_of(SOLUTION["en"], (21_000, 23_000, "What would you prefer?")))

    assert [(c.reason, c.by) for c in cleared(events, GOAL)] == [("cleared", "agent")]
    assert [(c.reason, c.by) for c in cleared(events, CAUSE)] == [("cleared", "agent")]


def test_only_the_first_solution_counts() -> None:
    call = call_of(SOLUTION["en"], (24_000, 27_000, "I'll book an engineer for you."))

    assert len(cues(call, CAUSE)) == len(cues(call, GOAL)) == 1


def test_a_solution_that_was_misheard_is_taken_back() -> None:
    call = call_of(SOLUTION["en"])
    other: TranscriptFinal = otherwise(call, "I'll send you", "I have here", at=20_000)

    events = told(call, extra=[other])

    assert len(heard(events, GOAL)) == 1
    assert [c.reason for c in cleared(events, GOAL)] == ["corrected"]
