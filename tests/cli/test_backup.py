"""assist backup: a copy of the store while the service runs."""

from pathlib import Path

import pytest

from assist.cli.backup import backup
from tests.cli.keeping import directory, fill, refusal, run


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return directory(tmp_path, monkeypatch)


def test_the_copy_is_whole_and_private(data: Path, tmp_path: Path) -> None:
    fill(data, "c1")

    result = run(backup, str(tmp_path / "copy.db"))

    assert " MB, checked" in result.output
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_mistakes_are_one_sentence(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no calls are stored" in refusal(backup, str(tmp_path / "copy.db"))
    fill(data, "c1")
    assert "outside of the data directory" in refusal(backup, str(data / "copy.db"))
    assert "cannot be copied" in refusal(backup, str(tmp_path / "nowhere" / "copy.db"))
    monkeypatch.setenv("ASSIST_STORE__URL", "postgresql://db/calls")
    assert "PostgreSQL's own tools" in refusal(backup, str(tmp_path / "copy.db"))
