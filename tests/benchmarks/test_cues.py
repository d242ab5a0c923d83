import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assist.cues import TABLE
from assist.errors import SettingsError
from benchmarks.cues import (
    CONDITIONS,
    WORDS,
    Calls,
    Condition,
    check,
    corpora,
    demo,
    development,
    fallen,
    measure,
    measured,
    record,
    sealed,
)
from tests.evaluate.written import call

TALK = "C Can you send it today?\nA {refusal_spoken/implicit: No, we can't do that.}\n... 9000"


def calls(*, only_labelled: bool = False) -> Calls:
    return Calls("x", [(call(TALK), None)], only_labelled=only_labelled)


def of(**shares: float | None) -> dict[str, Any]:
    """Return figures of `refusal_spoken`, in German, from words."""
    found = {"precision": 0.9, "recall": 0.9} | shares
    return {"development": {WORDS: {"de": {"cues": {"refusal_spoken": found}}}}}


def test_a_share_that_falls_by_more_than_three_points_is_named() -> None:
    lost = fallen(of(), of(recall=0.86))

    assert lost == ["refusal_spoken recall 0.90 → 0.86 (development, de)"]


@pytest.mark.parametrize("recall", [0.87, 0.9, 1.0])
def test_a_share_may_rise_or_fall_a_little(recall: float) -> None:
    assert fallen(of(), of(recall=recall)) == []


def test_precision_counts_like_recall() -> None:
    assert fallen(of(), of(precision=0.5)) == [
        "refusal_spoken precision 0.90 → 0.50 (development, de)"
    ]


def test_what_has_no_share_any_more_cannot_fall() -> None:
    assert fallen(of(), of(precision=None)) == []


def test_only_core_cues_are_held() -> None:
    extended = [replace(spec, core=False) for spec in TABLE]

    assert fallen(of(), of(recall=0.0), extended) == []


def test_a_check_without_figures_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="make evaluate"):
        check(tmp_path, [calls()])


def test_words_are_measured_and_sound_only_where_there_is_any() -> None:
    assert [each.name for each in calls().conditions()] == [
        "words",
        "+ 2 s",
        "10 % errors",
        "20 % errors",
    ]
    assert "sound" in [each.name for each in demo().conditions()]


def test_figures_are_told_for_each_language_and_all_cues() -> None:
    figures = measure(calls(), CONDITIONS[0])

    assert set(figures) == {"en"}
    assert set(figures["en"]["cues"]) == {spec.id for spec in TABLE}
    assert figures["en"]["cues"]["refusal_spoken"]["notes"] == {
        "implicit": {"fires": 1, "recall": 1.0}
    }


def test_of_corpora_only_labelled_cues_are_told_and_no_texts() -> None:
    cues = measure(calls(only_labelled=True), CONDITIONS[0])["en"]["cues"]

    assert set(cues) == {"refusal_spoken"}
    assert "notes" not in cues["refusal_spoken"]


@pytest.mark.parametrize("worse", [Condition("late", delay=9000), Condition("wrong", errors=100)])
def test_worse_words_make_worse_figures(worse: Condition) -> None:
    recalls = [
        measure(calls(), each)["en"]["cues"]["refusal_spoken"]["recall"]
        for each in (CONDITIONS[0], worse)
    ]

    assert recalls == [1.0, 0.0]


def test_the_sealed_scenarios_are_kept_apart() -> None:
    tuned = {each.call.writer for each, _ in development().found}

    assert "sealed" not in tuned
    assert {each.call.writer for each, _ in sealed().found} <= {"sealed"}


def test_a_check_compares_with_what_stands_there(tmp_path: Path) -> None:
    cue = {"precision": 1.5, "recall": None}  # more than any fresh figure can be
    sets = {"demo": {WORDS: {"en": {"cues": {"refusal_spoken": cue}}}}}
    (tmp_path / "cues.json").write_text(json.dumps({"sets": sets}))

    with pytest.raises(SettingsError, match=r"refusal_spoken precision 1\.50 → .*\(demo, en\)"):
        check(tmp_path, [demo()])


def test_a_check_that_finds_nothing_ends_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cues.json").write_text('{"sets": {}}')

    check(tmp_path, [calls()])

    assert "No core cue does worse" in capsys.readouterr().out


def test_what_is_recorded_can_be_checked(tmp_path: Path) -> None:
    own = Calls("demo", calls().found)

    record("cues", measured([own, calls()]), tmp_path)

    assert list(json.loads((tmp_path / "cues.json").read_text())["sets"]) == ["demo"]
    assert "## x\n" in (tmp_path / "cues.md").read_text()
    check(tmp_path, [own])


def test_there_may_be_no_corpora(tmp_path: Path) -> None:
    assert list(corpora(tmp_path)) == []
