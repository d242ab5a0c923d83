"""assist report: what many stored calls have in common."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from assist.cli.report import moment, report
from assist.errors import StoreError
from assist.events import CallEnded, CallStarted, CueDetected, Event
from assist.store.limits import DAY
from assist.store.opening import open_store
from tests.cli.keeping import directory, fill, run
from tests.store.told import put

BEGUN = 1_800_000_000_000
"""2027-01-15, in the morning (UTC)."""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return directory(tmp_path, monkeypatch)


def call(name: str, agent: str) -> list[Event]:
    cue = CueDetected(
        seq=2, call_id=name, at=1000, id="rude-1", cue="rude", channel="agent", rule="r",
        playbook="en@1", start=900, end=1000, confidence=1.0, evidence=(),
    )  # fmt: skip
    return [
        CallStarted(seq=1, call_id=name, at=0, language="en", agent=agent),
        cue,
        CallEnded(seq=3, call_id=name, at=60_000),
    ]


@pytest.fixture
def six(data: Path) -> Path:
    """Six calls of six agents of one day."""

    async def stored() -> None:
        store = await open_store("", data, upgrading=True, durable=False, clock=lambda: BEGUN)
        for n in range(6):
            await put(store, call(f"c{n}", f"desk-{n}"))
        await store.close()

    asyncio.run(stored())
    return data


def test_the_page_and_the_table_lie_beside_each_other(six: Path, tmp_path: Path) -> None:
    result = run(report, "--out", str(tmp_path / "may.html"))

    assert result.exit_code == 0, result.output
    assert result.output.endswith("tell of 6 calls.\n")
    assert "6 calls, 0.1 hours" in (tmp_path / "may.html").read_text()
    assert "cue,rude,6,times,6" in (tmp_path / "may.csv").read_text()


def test_both_days_count_as_a_whole(six: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.html"

    within = run(report, "--from", "2027-01-15", "--to", "2027-01-15", "--out", str(out))
    title = out.read_text()
    after = run(report, "--from", "2027-01-16", "--out", str(out))
    before = run(report, "--to", "2027-01-14", "--out", str(out))

    assert "tell of 6 calls" in within.output
    assert "<h1>Calls from 2027-01-15 to 2027-01-15</h1>" in title
    assert "tell of 0 calls" in after.output
    assert "tell of 0 calls" in before.output


def test_a_higher_bar_and_another_team_leave_nothing_to_tell(six: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "x.html")

    assert "tell of 0 calls" in run(report, "--enough", "7", "--out", out).output
    assert "tell of 0 calls" in run(report, "--team", "south", "--out", out).output


def test_no_agent_is_named_anywhere(six: Path, tmp_path: Path) -> None:
    run(report, "--out", str(tmp_path / "x.html"))

    assert "desk-" not in (tmp_path / "x.html").read_text() + (tmp_path / "x.csv").read_text()


def test_a_report_stands_in_the_audit(six: Path, tmp_path: Path) -> None:
    run(report, "--team", "north-7", "--out", str(tmp_path / "x.html"))

    found = b"".join(file.read_bytes() for file in six.iterdir() if file.is_file())
    assert b"reportnorth-7" in found


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--enough", "4", "--out", "x.html"], "4 is not in the range x>=5"),
        (["--from", "yesterday", "--out", "x.html"], "'yesterday' does not match the format"),
        (["--out", "x.csv"], "the name of the page ends with .html"),
        ([], "Missing option '--out'"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(words: list[str], sentence: str) -> None:
    result = run(report, *words)

    assert result.exit_code == 2
    assert sentence in result.output


def test_a_place_that_cannot_be_written_is_one_sentence(data: Path, tmp_path: Path) -> None:
    fill(data, "c1")

    error = run(report, "--out", str(tmp_path / "none" / "x.html")).exception

    assert isinstance(error, StoreError)
    assert str(error).endswith("the report cannot be written there.")


def test_a_day_begins_at_midnight_and_no_day_is_no_limit() -> None:
    day = datetime(2027, 1, 15)  # noqa: DTZ001  # as click reads a date

    assert moment(day) <= BEGUN < moment(day, days=1)
    assert moment(day) % DAY == 0
    assert moment(None, days=1) == 0
