"""What an operator's cue may hold, and what contradicts itself."""

import pytest

from assist.errors import PlaybookError
from assist.playbooks import parse

HEAD = 'name = "orders"\nlanguage = "en"\nversion = 1\n[[cues]]\nid = "early"\ntext = "Wait."\n'
SAID = '[cues.said]\nmatch = ["discount"]\n'


def test_a_cue_brings_its_advice_and_its_phrases() -> None:
    book = parse(HEAD + SAID)

    assert book.advice["early"].text == "Wait."
    assert book.phrases["early.said"].match == ("discount",)


def test_a_side_is_the_cues_own_unless_a_part_names_another() -> None:
    (cue,) = parse(HEAD + SAID + '[cues.after]\nmatch = ["price"]\nwho = "customer"\n').cues

    sides = [cue.side(part) for _, part in cue.words()]

    assert sides == ["agent", "customer"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", r"cues\.early: must hold exactly one of \[cues\.said\]"),
        (SAID + "[cues.timing]\nturn_s = 30\n", "must hold exactly one of"),
        ("[cues.said]\n", r"line 7, cues\.early\.said: must say what is looked for: match, sets$"),
        ('[cues.said]\nsets = ["nosuch"]\n', r"line 8, .*said\.sets: there is no set 'nosuch'"),
        ('[cues.said]\nmatch = ["a"]\nwho = "either"\n', r"said\.who: must be agent or customer"),
        (SAID + "[cues.after]\n", r"after: must say what .* match, sets, a stage or a cue"),
        (SAID + '[cues.after]\nstage = "close"\ncue = "venting"\n', "must be one thing"),
        ('[cues.missing]\nmatch = ["a"]\nwithin_s = 5\n', r"needs \[cues\.after\]"),
        ("[cues.timing]\nsilence_s = 5\nturn_s = 9\n", "must hold exactly one of silence_s"),
        ('[cues.timing]\nturn_s = 9\n[cues.corrected_by]\nmatch = ["a"]\n', "goes with"),
        (SAID + '[cues.after]\nmatch = ["a"]\nwithin_s = 0\n', "must be a number from 1 to 600"),
        ('[cues.count]\nmatch = ["a"]\nwithin_s = 9\n', "times is missing"),
    ],
)
def test_a_contradiction_is_told_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(PlaybookError, match=sentence):
        parse(HEAD + text)


def test_two_cues_of_one_name_are_refused() -> None:
    second = '[[cues]]\nid = "early"\ntext = "Again."\n' + SAID

    with pytest.raises(PlaybookError, match=r"line 10, cues\.early\.id: this id is taken"):
        parse(HEAD + SAID + second)
