"""assist learn: what was said of stored calls, as labelled calls."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from assist.cli.evaluate import evaluate
from assist.cli.learn import learn
from assist.errors import StoreError
from assist.evaluate.find import find_calls
from assist.events import CueDetected, NudgeShown
from assist.store.commands import Feedback, Verdict
from assist.store.opening import open_store
from tests.cli.keeping import directory, fill, run
from tests.evaluate.reviewed import rough
from tests.store.told import REVIEWER, put, started

NUDGE = next(event for event in rough() if isinstance(event, NudgeShown) and event.cue_id)
CUE = next(
    event for event in rough() if isinstance(event, CueDetected) and event.id != NUDGE.cue_id
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return directory(tmp_path, monkeypatch)


@pytest.fixture
def judged(data: Path) -> Path:
    """A call of which something was said, one of which nothing was, and one that runs."""

    async def stored() -> None:
        store = await open_store("", data, upgrading=True, durable=False)
        await put(store, rough())
        await store.record(Verdict(call_id="c1", cue_id=CUE.id, verdict="right"), REVIEWER)
        wrong = Feedback(call_id="c1", nudge_id=NUDGE.id, verdict="wrong")
        await store.record(wrong, REVIEWER)
        await put(store, rough("c2"))
        await put(store, [started("c3")])
        await store.close()

    asyncio.run(stored())
    return data


def test_calls_of_which_something_was_said_are_written_with_their_labels(
    judged: Path, tmp_path: Path
) -> None:
    out = tmp_path / "may.calls.jsonl"

    result = run(learn, "--out", str(out))

    assert result.exit_code == 0, result.output
    assert "holds 1 calls with 2 labels, 1 of them from agents" in result.output
    ((call, _),) = find_calls([out])
    assert {(one.cue, one.expect) for one in call.labels} == {
        (CUE.cue, "fires"),
        (NUDGE.cue, "silent"),
    }
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_what_is_written_can_be_evaluated(judged: Path, tmp_path: Path) -> None:
    out = tmp_path / "may.calls.jsonl"
    run(learn, "--out", str(out))

    result = run(evaluate, str(out), "--json")

    figures = json.loads(result.stdout)
    assert figures["calls"] == 1
    assert figures["cues"][CUE.cue]["recall"] == 1.0
    assert figures["cues"][NUDGE.cue]["silent_violations"] == 1


def test_each_call_that_is_written_stands_in_the_audit(judged: Path, tmp_path: Path) -> None:
    run(learn, "--out", str(tmp_path / "may.calls.jsonl"))

    found = b"".join(file.read_bytes() for file in judged.iterdir() if file.is_file())
    assert b"exportc1labels" in found
    assert b"exportc2labels" not in found


def test_where_nobody_said_anything_no_file_is_left(data: Path, tmp_path: Path) -> None:
    fill(data, "c1")

    error = run(learn, "--out", str(tmp_path / "may.calls.jsonl")).exception

    assert isinstance(error, StoreError)
    assert "nobody judged" in str(error)
    assert [file.name for file in tmp_path.iterdir()] == ["data"]


def test_only_calls_of_the_days_asked_for_are_written(judged: Path, tmp_path: Path) -> None:
    error = run(learn, "--to", "2001-01-01", "--out", str(tmp_path / "x.calls.jsonl")).exception

    assert "nobody judged" in str(error)


def test_another_name_is_refused() -> None:
    result = run(learn, "--out", "x.json")

    assert result.exit_code == 2
    assert "the name of the file ends with .calls.jsonl" in result.output


@pytest.mark.parametrize("place", ["none", "file"])
def test_a_place_that_cannot_be_written_is_one_sentence(
    judged: Path, tmp_path: Path, place: str
) -> None:
    (tmp_path / "file").touch()

    error = run(learn, "--out", str(tmp_path / place / "x.calls.jsonl")).exception

    assert isinstance(error, StoreError)
    assert str(error).endswith("the calls cannot be written there.")
