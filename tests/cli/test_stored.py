"""Commands find the store of the settings."""

from pathlib import Path

import pytest
from click import Command, Context

from assist.cli.stored import operator, place, with_store
from assist.errors import StoreError
from assist.store.store import Store


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory that the settings name."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("ASSIST_SERVE__DATA", str(tmp_path / "data"))
    return tmp_path / "data"


async def nothing(_store: Store) -> str:
    return "done"


def test_the_settings_say_where_the_store_is(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Context(Command("test")):
        assert place() == ("", data)

        monkeypatch.setenv("ASSIST_STORE__URL", "postgresql://db/calls")
        assert place() == ("postgresql://db/calls", data)


def test_work_is_done_on_the_store(data: Path) -> None:
    with Context(Command("test")):
        with pytest.raises(StoreError, match="no calls are stored"):
            with_store(nothing)

        assert with_store(nothing, upgrading=True) == "done"
        assert with_store(nothing) == "done"


def test_the_audit_names_whoever_sits_at_the_terminal() -> None:
    assert operator().id.startswith("terminal")
    assert operator().role == "admin"
