"""A call as a file."""

import csv
import io
import json
import re

import msgspec
import pytest
from msgspec.structs import replace

from assist.evaluate.calls import LabelledCall
from assist.evaluate.export import FORMATS, to_csv, to_json, to_labels, to_vtt
from assist.evaluate.review_messages import CardLine, Judged, Judgement, Review
from tests.evaluate.reviewed import rough, told


def judged(*verdicts: Judged) -> Review:
    """Return a call in which reviewers judged one cue."""
    call = told()
    given = tuple(Judgement(author=f"r{n}", verdict=v) for n, v in enumerate(verdicts))
    cues = (replace(call.cues[0], verdicts=given), *call.cues[1:])
    return replace(call, cues=cues)


def labels(call: Review) -> list[tuple[str, str, str]]:
    read = msgspec.json.decode(to_labels(call), type=LabelledCall)
    return [(one.cue, one.expect, one.note) for one in read.labels]


def test_json_holds_the_whole_call() -> None:
    assert msgspec.json.decode(to_json(told()), type=Review) == told()


def test_csv_tells_what_happened_by_time() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(told()))))

    starts = [int(row["start_ms"]) for row in rows]
    assert starts == sorted(starts)
    assert {row["kind"] for row in rows} == {"said", "cue", "nudge", "stage", "hold"}
    assert any(re.search(r"score \d\.\d \(threshold 4\)", row["text"]) for row in rows)


def test_csv_ends_with_what_the_call_was_about() -> None:
    card = CardLine(author="rita", cause="promise", request="refund", sort="both")

    rows = to_csv(replace(told(), cards=(card,))).splitlines()

    assert [row.split(",", 2)[2] for row in rows[-2:]] == [
        "cause,,promise,,rita",
        "request,,refund,both,rita",
    ]


@pytest.mark.parametrize("text", ["=1+1", "+49", "-x", "@sum"])
def test_no_cell_of_the_csv_is_a_formula(text: str) -> None:
    call = told()
    risky = replace(call, lines=(replace(call.lines[0], text=text),))

    assert f",'{text}," in to_csv(risky)


def test_vtt_holds_who_said_what() -> None:
    text = to_vtt(told())

    assert text.startswith("WEBVTT\n\n00:00:01.018 --> 00:00:04.571\n<v Agent>Good afternoon,")
    assert "\n<v Customer>This is the third time" in text


def test_vtt_escapes_what_would_be_markup() -> None:
    call = told()
    marked = replace(call, lines=(replace(call.lines[0], text="a <b> & c --> d"),))

    assert "a &lt;b&gt; &amp; c --&gt; d" in to_vtt(marked)


def test_verdicts_become_labels() -> None:
    assert labels(judged("right")) == [("venting", "fires", "")]
    assert labels(judged("late", "right")) == [("venting", "fires", "late")]
    assert labels(judged("wrong")) == [("venting", "silent", "")]


def test_where_reviewers_disagree_there_is_no_label() -> None:
    assert labels(judged("right", "wrong")) == labels(judged()) == []


def test_a_labelled_call_holds_words_in_the_order_in_which_they_were_known() -> None:
    read = msgspec.json.decode(to_labels(told()), type=LabelledCall)

    known = [word.at for word in read.words]
    assert known == sorted(known)
    assert len(known) > 100
    assert read.speech


def test_every_format_writes_a_call() -> None:
    assert json.loads(FORMATS["json"].write(told(), rough()))["type"] == "review"
    assert [name for name in FORMATS if not FORMATS[name].write(told(), rough())] == []
