from typing import Any

from benchmarks.cue_page import page

CUE = {
    "fires": 4,
    "precision": 0.8,
    "precision_interval": [0.5, 1.0],
    "recall": 0.75,
    "recall_interval": [0.25, 1.0],
    "latency_ms": {"p50": 1200, "p95": 2400},
    "false_alarms": 1,
    "false_alarms_per_hour": 2.04,
    "silent": 3,
    "silent_violations": 1,
    "notes": {"implicit": {"fires": 2, "recall": 0.5}},
}
NEVER = CUE | {
    "fires": 0,
    "precision": None,
    "precision_interval": None,
    "recall": None,
    "recall_interval": None,
    "latency_ms": {"p50": None, "p95": None},
    "false_alarms": 0,
    "silent": 0,
    "notes": {},
}


def figures(**cues: Any) -> dict[str, Any]:
    return {"calls": 7, "hours": 0.49, "cues": cues, "nudges": {"per_minute": 0.4}}


def told(**sets: Any) -> str:
    """Return the page of sets of figures."""
    machine = {
        "processor": "X",
        "cores": 2,
        "memory_gib": 8,
        "system": "Linux x86_64",
        "python": "3.11",
    }
    head = {"command": "python -m benchmarks.cues", "date": "2026-11-22", "commit": "abc"}
    return page(head | {"machine": machine, "sets": sets})


def test_a_page_begins_with_the_command_and_the_machine() -> None:
    lines = told().splitlines()

    assert lines[2] == "    python -m benchmarks.cues"
    assert lines[4] == "* 2 cores of X, 8 GiB, Linux x86_64, Python 3.11; 2026-11-22, commit abc."


def test_a_cue_has_a_row_with_all_conditions() -> None:
    worse = CUE | {"precision": None, "recall": 0.0}

    text = told(
        development={
            "words": {"en": figures(venting=CUE)},
            "+ 2 s": {"en": figures(venting=worse)},
        }
    )

    assert (
        "| `venting` | 4 | 0.80 (0.50–1.00) | 0.75 (0.25–1.00) | 1200 / 2400 | 2.0 | 1 of 3"
        " | – / 0.00 |"
    ) in text


def test_languages_stand_apart_with_their_hours_and_nudges() -> None:
    text = told(demo={"words": {"de": figures(venting=CUE), "en": figures(venting=CUE)}})

    assert "### German: 7 calls, 0.49 h\n\nNudges a minute: words 0.40." in text
    assert "### English: 7 calls, 0.49 h" in text


def test_a_cue_of_which_nothing_is_known_has_no_row() -> None:
    assert "goal_unasked" not in told(demo={"words": {"de": figures(goal_unasked=NEVER)}})


def test_labels_with_a_note_are_told_apart() -> None:
    text = told(development={"words": {"en": figures(refusal_spoken=CUE)}})

    assert "| `refusal_spoken` | implicit | 2 | 0.50 |" in text


def test_what_is_no_set_of_the_house_is_a_corpus() -> None:
    assert "public research corpora" in told(overlap_de={"words": {"de": figures(venting=CUE)}})
