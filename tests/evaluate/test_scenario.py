import re
from pathlib import Path

import pytest

from assist.errors import ProtocolError
from assist.evaluate.scenario import parse, read_scenario
from tests.evaluate.written import call, times

ROOT = Path(__file__).parent.parent.parent
MANUAL = ROOT / "docs" / "scenarios.md"
CALL = "== a\nlanguage en\n\nA Hello.\n"


def mistake(path: Path, text: str) -> str:
    """Return what is said of a file with a mistake in it, without the folder."""
    file = path / "talk.txt"
    file.write_text(text, "utf-8")
    with pytest.raises(ProtocolError) as error:
        list(read_scenario(file))
    return str(error.value).removeprefix(f"{path}/")


def test_the_example_of_the_manual_is_a_scenario() -> None:
    (example,) = re.findall(r"```text\n(== .*?)```", MANUAL.read_text("utf-8"), re.DOTALL)

    (made,) = parse(example)

    assert made.call.complete
    assert {label.cue for label in made.labels} >= {"venting", "refusal_spoken", "long_silence"}


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "scenarios").glob("*.txt")), ids=str)
def test_every_scenario_of_the_house_can_be_read(path: Path) -> None:
    assert list(read_scenario(path))


def test_a_call_has_its_facts() -> None:
    facts = call("A Hello.", "issue parcel, tracking", "industry parcels", "writer b").call

    assert (facts.id, facts.language, facts.source) == ("x", "en", "authored")
    assert facts.issue == ("parcel", "tracking")
    assert (facts.industry, facts.writer) == ("parcels", "b")


def test_a_call_is_complete_unless_it_says_otherwise() -> None:
    assert call("A Hello.").call.complete
    assert not call("A Hello.", "partial").call.complete


def test_a_call_may_be_an_audit_call() -> None:
    assert call("A Hello.", "audit").call.audit
    assert not call("A Hello.").call.audit


def test_a_call_ends_before_its_silence_is_long() -> None:
    made = call("A Hello.")

    assert made.call.duration == made.words[-1].end + 4900


def test_a_silence_at_the_end_belongs_to_the_call() -> None:
    made = call("A Hello.\n... 8000")

    assert made.call.duration == made.words[-1].end + 8000 + 4900


def test_a_turn_may_go_over_several_lines() -> None:
    made = call("A Hello\n  there\n\tBob.\nC Hi.")

    assert [(word.channel, word.text) for word in made.words] == [
        ("agent", "Hello"),
        ("agent", "there"),
        ("agent", "Bob."),
        ("customer", "Hi."),
    ]


def test_the_first_number_of_a_turn_says_when_it_begins() -> None:
    said = times(call("A Hello.\nC +900 Hi.\nA -100 Right."))

    assert said["Hi."][0] == said["Hello."][1] + 900
    assert said["Right."][0] == said["Hi."][1] - 100


def test_notes_are_left_out_everywhere() -> None:
    (made,) = parse("# one\n== a\n# two\nlanguage en\n\n# three\nA Hello\n  # four\n  there.\n")

    assert [word.text for word in made.words] == ["Hello", "there."]


def test_a_file_holds_many_calls() -> None:
    assert [x.call.id for x in parse(CALL + "\n" + CALL.replace("a", "b", 1))] == ["a", "b"]


def test_the_same_text_always_makes_the_same_calls() -> None:
    text = MANUAL.read_text("utf-8").split("```text\n")[1].split("```")[0]

    assert list(parse(text)) == list(parse(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A Hello.\n", "talk.txt, line 1: a call begins with == and its id"),
        ("== \nlanguage en\n\nA Hello.", "talk.txt, line 1: a call begins with == and its id"),
        (CALL + CALL, "talk.txt, line 5: the id a is taken by another call"),
        ("== a\nlanguage fr\n\nA Salut.", "line 1: the call's language is fr: en or de"),
        ("== a\n\nA Hello.", "line 1: the call's language is not told: en or de"),
        ("== a\nlanguage en\nmood bad\n\nA Hello.", "line 3: there is no fact 'mood'"),
        ("== a\nlanguage en\nA Hello.", "'A'; a blank line comes before the talk"),
        ("== a\nlanguage en\naudit yes\n\nA Hello.", "line 3: audit stands alone"),
        ("== a\nlanguage en\nissue\n\nA Hello.", "line 3: issue of what?"),
        ("== a\nlanguage en\n\n", "line 1: nobody speaks in the call a"),
        ("== a\nlanguage en\n\nB Hello.", "line 4: a turn begins with A, C or ..."),
        ("== a\nlanguage en\n\nA {why_missing}", "line 4: nobody says anything in this turn"),
        (CALL + "... 500 well", "line 5: nobody can speak in a silence"),
        (CALL + "C Oh\n  # note\n  {refusal: no}", "line 7: there is no cue 'refusal'"),
        (CALL + "C Oh\n\n  {venting: no", "line 7: {venting is not closed"),
        (CALL + "A -900 Well.", "line 5: the agent still speaks then; +0 is the earliest"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    assert said in mistake(tmp_path, text)


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(ProtocolError, match="no text in UTF-8"):
        list(read_scenario(file))
