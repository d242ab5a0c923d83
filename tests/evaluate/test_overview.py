"""A report over many calls as a page and as a table."""

import csv
import io
import re
from typing import get_args

from assist.evaluate.cue_names import called
from assist.evaluate.overview import (
    CAUSES,
    COLOURS,
    CSV_COLUMNS,
    NAMES,
    REQUESTS,
    STAGES,
    per_hour,
    to_csv,
    to_html,
)
from assist.events import Stage
from assist.store.commands import Cause, Request, Sort
from assist.store.report import ANSWERS, JUDGED, OUTCOMES, SORTS, Group, Report

NONE = dict.fromkeys((*OUTCOMES, *ANSWERS), 0)
TOLD = Report(
    12,
    7_200_000,
    cues=[Group("rude", 9, {"times": 14, "right": 3, "wrong": 1, "late": 0})],
    nudges=[Group("my_own<cue>", 8, NONE | {"times": 10, "resolved": 7, "wrong": 2})],
    stages=[Group("venting", 11, {"times": 6, "ms": 1_800_000, "last": 2})],
    causes=[Group("promise", 7, {"times": 8})],
    requests=[Group("refund", 6, dict.fromkeys(SORTS, 0) | {"times": 6, "only_possible": 6})],
)


def page(told: Report = TOLD) -> str:
    return to_html(told, "Calls of north & south", enough=5)


def test_the_page_says_how_many_calls_it_is_about_and_how_large_every_group_is() -> None:
    assert "12 calls, 2.0 hours. Every row is of at least 5 calls of at least 5 agents" in page()


def test_too_few_calls_are_one_sentence_without_a_figure() -> None:
    told = page(Report(0, 0))

    assert "There are fewer than 5 such calls" in told
    assert "<table" not in told
    assert "<svg" not in told


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    told = page()

    assert "default-src 'none'" in told
    assert not re.search(r"<script|<link|<img|\bsrc=|\bhref=|url\(", told)


def test_text_of_operators_is_never_markup() -> None:
    assert "Calls of north &amp; south" in page()
    assert "<cue>" not in page()


def test_the_page_plots_nudges_cues_and_stages() -> None:
    told = page()

    assert told.count('role="img"') == 5
    assert "12 / h" in told
    assert "<td>30.0</td>" in told


def test_a_cue_that_is_called_like_a_stage_keeps_its_own_name() -> None:
    told = page(
        Report(5, 1000, cues=[Group("venting", 5, {"times": 9, **dict.fromkeys(JUDGED, 0)})])
    )

    assert called("venting", "en") in told
    assert STAGES["venting"] not in told


def test_a_part_without_rows_says_so() -> None:
    assert page(Report(5, 1000)).count("<p>None.</p>") == 5


def test_an_hour_of_a_stage_has_so_many_nudges() -> None:
    assert per_hour(Group("venting", 5, {"times": 6, "ms": 1_800_000})) == 12
    assert per_hour(Group("close", 5, {"times": 0, "ms": 0})) == 0


def test_the_table_holds_every_figure_in_a_line() -> None:
    rows = list(csv.reader(io.StringIO(to_csv(TOLD))))

    assert tuple(rows[0]) == CSV_COLUMNS
    assert rows[1] == ["all", "", "12", "ms", "7200000"]
    assert ["nudge", "my_own<cue>", "8", "resolved", "7"] in rows
    assert ["stage", "venting", "11", "last", "2"] in rows


def test_the_table_of_too_few_calls_has_no_line() -> None:
    assert to_csv(Report(0, 0)).splitlines() == [",".join(CSV_COLUMNS)]


def test_every_figure_and_stage_has_a_name_and_every_outcome_a_colour() -> None:
    assert {*OUTCOMES, *ANSWERS, *JUDGED} <= set(NAMES)
    assert set(STAGES) == set(get_args(Stage))
    assert len(set(COLOURS)) == len(OUTCOMES)


def test_what_calls_were_about_is_told_in_words() -> None:
    told = page()

    assert "a promise that was not kept" in told
    assert "money back" in told
    assert "request,refund,6,only_possible,6" in to_csv(TOLD)


def test_every_code_has_its_words() -> None:
    assert set(CAUSES) == set(get_args(Cause)) - {""}
    assert set(REQUESTS) == set(get_args(Request)) - {""}
    assert set(SORTS) == set(get_args(Sort)) - {""}
