"""What people read in place of a cue's id."""

import re

from assist.cues import TABLE
from assist.evaluate.cue_names import NAMES, called, names

MOODS = re.compile(
    r"angry|annoyed|stress|nervous|\bcalm\b|tired|friendly|\bcold|rude|bored|mood|venting|"
    r"wütend|genervt|gestresst|nervös|\bruhig|müde|freundlich|unhöflich|Stimmung",
    re.IGNORECASE,
)
QUOTED = {"calm_down_said"}
"""The cue is about these very words."""


def test_every_cue_has_a_name_and_every_name_a_cue() -> None:
    assert set(NAMES) == {spec.id for spec in TABLE}


def test_no_name_says_what_somebody_is_like() -> None:
    found = [
        cue for cue, pair in NAMES.items() if cue not in QUOTED and MOODS.search(" ".join(pair))
    ]

    assert found == []


def test_names_differ_and_fit_their_button() -> None:
    for language in ("en", "de"):
        all_names = [called(cue, language) for cue in NAMES]
        assert len(set(all_names)) == len(all_names)
        assert max(map(len, all_names)) <= 32


def test_an_operators_own_cue_is_called_by_its_id() -> None:
    assert called("own_cue", "de") == "own cue"


def test_names_come_once_each_in_order() -> None:
    assert [one.id for one in names(["rude", "a_b", "rude"])] == ["a_b", "rude"]
