"""assist erase: calls go for ever."""

from pathlib import Path

import pytest

from assist.cli.erase import erase
from assist.store.commands import Hold
from tests.cli.keeping import directory, fill, kept, on_store, refusal, run
from tests.store.told import ADMIN


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return directory(tmp_path, monkeypatch)


def test_calls_are_erased_and_what_was_found_is_told(data: Path) -> None:
    fill(data, "c1", "c2", "c3")

    result = run(erase, "c1", "c2", "--yes", "--reason", "ticket-7")

    assert result.output == "Erased c1, c2: 2 events, 2 utterances, 2 calls.\n"
    assert result.exit_code == 0
    assert kept(data) == ["c3"]


def test_it_asks_first(data: Path) -> None:
    fill(data, "c1")

    assert run(erase, "c1", typed="n\n").exit_code == 1
    assert kept(data) == ["c1"]
    assert run(erase, "c1", typed="y\n").exit_code == 0
    assert kept(data) == []


def test_all_calls_of_a_person_go(data: Path) -> None:
    fill(data, "c1", "c2", person="CRM-1")
    fill(data, "c3", person="CRM-2")

    run(erase, "--person", "CRM-1", "--yes")

    assert kept(data) == ["c3"]
    assert refusal(erase, "--person", "CRM-1", "--yes") == "there is no call of this person"


def test_a_call_that_is_not_there_is_told(data: Path) -> None:
    fill(data, "c1")

    assert "nothing was stored of it" in run(erase, "c9", "--yes").output


@pytest.mark.parametrize("words", [[], ["c1", "--person", "CRM-1"]])
def test_calls_or_a_person_are_wanted(words: list[str]) -> None:
    result = run(erase, *words)

    assert result.exit_code == 2
    assert "Name calls, or a person" in result.output


def test_what_a_law_holds_stays(data: Path) -> None:
    fill(data, "c1")
    on_store(data, lambda store: store.record(Hold(call_id="c1", on=True), ADMIN))

    assert "held by law" in refusal(erase, "c1", "--yes")
    assert kept(data) == ["c1"]


def test_without_a_store_it_is_one_sentence(data: Path) -> None:
    assert "no calls are stored in" in refusal(erase, "c1", "--yes")
    assert not data.exists()


def test_bytes_that_may_be_left_are_told(data: Path) -> None:
    fill(data, "c1")
    (data / "damaged-1-calls.db").touch()

    assert "bytes may be left: damaged-1-calls.db" in refusal(erase, "c1", "--yes")
