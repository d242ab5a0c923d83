"""Demands that are not both reasonable and possible, and "just do it"."""

import pytest

from assist.playbooks import parse
from assist.settings import load_playbook
from tests.script import cleared, cues, heard, otherwise, script, told

CUE = "request_unreasonable"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I don't care how you do it, just do it."),
        ("en", "Oh come on, make it happen."),
        ("de", "Dann machen Sie's halt einfach."),
        ("de", "Mir doch egal, wie Sie das machen."),
    ],
)
def test_just_do_it_is_noticed(language: str, said: str) -> None:
    (cue,) = cues(script(customer=[(0, 3000, said)], language=language), CUE)

    assert cue.rule == "request_unreasonable.JUST_DO_IT"


@pytest.mark.parametrize(
    ("language", "said", "rule"),
    [
        ("en", "I want you to fire that driver.", "NEITHER"),
        ("en", "I want you to promise me it will never go down.", "ONLY_REASONABLE"),
        ("de", "Ich will, dass Sie den Fahrer entlassen.", "NEITHER"),
        ("de", "Ich will dafür Schmerzensgeld.", "ONLY_POSSIBLE"),
    ],
)
def test_an_entry_of_the_matrix_is_noticed(language: str, said: str, rule: str) -> None:
    (cue,) = cues(script(customer=[(0, 3000, said)], language=language), CUE)

    assert cue.rule == f"request_unreasonable.{rule}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Can you send me a new router, please?"),
        ("en", "They said they would fire him."),
        ("de", "Ja, einverstanden, machen Sie das."),
        ("de", "Können Sie mir bitte einen neuen schicken?"),
    ],
)
def test_a_fair_wish_is_none(language: str, said: str) -> None:
    assert not cues(script(customer=[(0, 3000, said)], language=language), CUE)


def test_what_is_both_reasonable_and_possible_is_left_alone() -> None:
    entry = '[[matrix]]\nphrases = ["new router"]\nreasonable = true\npossible = true\n'
    own = parse(f'name = "own"\nlanguage = "en"\nversion = 1\n{entry}')
    book = load_playbook("en")

    assert own.matrix[0].reasonable
    assert all(not (wish.reasonable and wish.possible) for wish in book.matrix)


def test_it_ends_with_an_open_question() -> None:
    call = script(
        customer=[(0, 3000, "I don't care, just do it.")],
        agent=[(4000, 6000, "What is behind the hurry?")],
    )

    assert [e.by for e in cleared(told(call), CUE)] == ["agent"]


def test_it_falls_with_its_words() -> None:
    call = script(customer=[(0, 3000, "I can just do it myself then.")], after=9000)

    events = told(call, extra=[otherwise(call, "myself then.", "please now.", at=6000)])

    assert not heard(told(call), CUE)
    assert not [e for e in heard(events, CUE) if e.at < 6000]
