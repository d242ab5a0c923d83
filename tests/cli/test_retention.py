"""assist retention: how long what is kept, and the removal of what is older."""

from pathlib import Path

import pytest

from assist.cli.retention import retention
from assist.store.clock import wall_clock
from assist.store.limits import DAY
from tests.cli.keeping import directory, fill, kept, refusal, run


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return directory(tmp_path, monkeypatch)


def test_without_a_basis_words_do_not_outlive_their_call(data: Path) -> None:
    output = run(retention, "show").output

    assert "words: 300 seconds after the call\n" in output
    assert "consent.basis is empty" in output


def test_a_basis_keeps_words_as_long_as_the_settings_say(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSIST_CONSENT__BASIS", "contract")
    monkeypatch.setenv("ASSIST_RETENTION__WORDS_DAYS", "7.5")

    output = run(retention, "show").output

    assert "words: 7.5 days\n" in output
    assert "consent.basis" not in output


def test_what_is_too_old_is_removed_now(data: Path) -> None:
    fill(data, "old", clock=lambda: wall_clock() - 91 * DAY)
    fill(data, "aged", clock=lambda: wall_clock() - DAY)
    fill(data, "new")

    result = run(retention, "run")

    assert "words of 2 calls" in result.output
    assert "1 calls" in result.output
    assert kept(data) == ["aged", "new"]


def test_without_a_store_it_is_one_sentence(data: Path) -> None:
    assert "no calls are stored" in refusal(retention, "run")
