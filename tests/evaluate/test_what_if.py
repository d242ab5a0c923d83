"""What another playbook would change on the agent's screen."""

from assist.evaluate.run import inputs, run
from assist.evaluate.what_if import Difference, compare, nudges, recorded
from assist.events import CallStarted
from assist.playbooks import Playbook, parse
from tests.script import script

HEAD = 'name = "own"\nlanguage = "en"\nversion = 1\n'
CUE = '[[cues]]\nid = "own"\ntext = "{}"\n[cues.said]\nmatch = ["bananas"]\n'
CALL = script(agent=[(0, 2000, "Here are bananas.")])


def book(text: str = "") -> Playbook:
    return parse(HEAD + text)


WITH, WITHOUT = book(CUE.format("Do it.")), book()


def test_a_new_nudge_appears_and_an_old_one_vanishes() -> None:
    (appears,) = compare(inputs(CALL), WITHOUT, WITH, ())
    (vanishes,) = compare(inputs(CALL), WITH, WITHOUT, ())

    assert appears == Difference(appears.at, "own", "+", "Do it.")
    assert vanishes == Difference(appears.at, "own", "-", "Do it.")


def test_the_same_playbook_changes_nothing() -> None:
    assert compare(inputs(CALL), WITH, WITH, ()) == []


def test_another_text_is_told() -> None:
    (changed,) = compare(inputs(CALL), WITH, book(CUE.format("Do that.")), ())

    assert (changed.change, changed.text) == ("~", "Do that.")


def test_a_log_is_cut_into_the_inputs_of_its_calls() -> None:
    log = list(run(CALL, WITH, ()))

    one, two = recorded(log + log)

    assert isinstance(two[0], CallStarted)
    assert [type(event) for event in one] == [type(event) for event in inputs(CALL)]
    assert [nudge.text for nudge in nudges(one, WITH, ())] == ["Do it."]
