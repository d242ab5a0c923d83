"""Where in a text something is wrong."""

import msgspec
import pytest
from msgspec import inspect

from assist.playbooks.places import Problem, faults, holds, key_of, line_of
from assist.playbooks.schema import Playbook

TEXT = """\
name = "orders"
hotwords = [
  "cues = 3",
]
[[cues]]
id = "first"
[[cues]]
id = "second"
after = { within_s = 3 }
[cues.said] # a comment
match = ["a"]
[thresholds]
"venting.on" = 5
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 1),
        (("cues", 0, "id"), 6),
        (("cues", 1, "id"), 8),
        (("cues", 1, "after", "within_s"), 9),
        (("cues", 1, "said", "match", 0), 11),
        (("cues", 1, "said", "examples"), 10),
        (("thresholds", "venting.on"), 13),
        (("nothing",), 0),
    ],
)
def test_a_line_is_found_by_its_path(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, path) == line


def test_a_string_of_a_long_list_has_its_own_line() -> None:
    assert line_of(TEXT, ("hotwords",), holding="cues = 3") == 3


def test_entries_of_a_list_are_called_by_their_name() -> None:
    data = {"cues": [{"id": "first"}], "hotwords": ["a"]}

    assert key_of(data, ("cues", 0, "text")) == "cues.first.text"
    assert key_of(data, ("hotwords", 0)) == "hotwords.1"


def test_a_path_that_leads_nowhere_is_known() -> None:
    assert holds({"a": [{"b": 1}]}, ("a", 0, "b"))
    assert not holds({"a": [{"b": 1}]}, ("a", 1, "b"))


def test_a_problem_is_one_sentence() -> None:
    assert str(Problem("a.toml", 3, "x.y", "is odd")) == "a.toml, line 3, x.y: is odd"
    assert str(Problem("a.toml", 0, "", "is odd")) == "a.toml: is odd"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"version": "1"}, "must be a whole number"),
        ({"version": True}, "must be a whole number"),
        ({"name": 3}, "must be text in quotes"),
        ({"hotwords": "a"}, "must be a list"),
        ({"phrases": 3}, "must be a table"),
        ({"hotword": []}, "is an unknown key; did you mean hotwords?"),
        ({"tagger": 1}, "is an unknown key"),
        ({"cards": {"lunch": {}}}, "the name must be one of agreement, close"),
        ({"advice": {"a": {"sign": "shout"}}}, "must be one of ask, good"),
        ({"cues": [{"text": "a"}]}, "id is missing"),
        ({"cues": [{"id": "A b", "text": "a"}]}, "must be a name of small letters"),
        ({"cues": [{"id": "a", "text": "a", "show_s": 99}]}, "must be a number from 3 to 60"),
    ],
)
def test_what_does_not_fit_is_said_in_plain_words(data: object, sentence: str) -> None:
    ((_, what),) = faults(data, inspect.type_info(Playbook), whole=False)

    assert sentence in what


def test_missing_keys_are_told_of_the_whole_only() -> None:
    shape = inspect.type_info(Playbook)

    assert list(faults({}, shape, whole=False)) == []
    assert [what for _, what in faults({}, shape, whole=True)] == [
        "name is missing",
        "language is missing",
        "version is missing",
    ]


def test_what_fits_can_be_converted() -> None:
    data = {"name": "a", "language": "en", "version": 1, "thresholds": {"venting.on": 5}}

    assert list(faults(data, inspect.type_info(Playbook), whole=True)) == []
    assert msgspec.convert(data, Playbook).thresholds["venting.on"] == 5
