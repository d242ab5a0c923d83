"""assist store: look after the stored calls."""

from pathlib import Path

import pytest
from sqlalchemy import delete

from assist.cli.backup import backup
from assist.cli.erase import erase
from assist.cli.store import store
from assist.server.access.audit import Audit
from assist.store.keys import load
from assist.store.store import Store
from assist.store.tables import UTTERANCES
from tests.cli.keeping import directory, fill, kept, on_store, refusal, run


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSIST_CONSENT__BASIS", "contract")
    return directory(tmp_path, monkeypatch)


async def lose_utterances(opened: Store) -> None:
    async with opened._engines.write() as connection:
        await connection.execute(delete(UTTERANCES))


def test_a_store_that_is_well_says_so(data: Path) -> None:
    fill(data, "c1")

    result = run(store, "check")

    assert result.output == "✓ database\n✓ tables\n✓ events\n✓ utterances\n✓ audit\n✓ log-ins\n"
    assert result.exit_code == 0


def test_what_is_wrong_is_told_and_can_be_mended(data: Path) -> None:
    fill(data, "c1")
    on_store(data, lose_utterances)

    assert refusal(store, "check") == "the store is not well"
    assert "✗ utterances c1: differ from the events" in run(store, "check").output
    assert run(store, "rebuild").output == "1 calls were rebuilt.\n"
    assert run(store, "check").exit_code == 0


def test_a_broken_record_of_log_ins_is_told(data: Path) -> None:
    fill(data, "c1")
    audit = Audit(data / "audit")
    for _ in range(3):
        audit.record("login", who="anna")
    file = data / "audit" / "audit.jsonl"
    file.write_text(file.read_text().replace("anna", "bert", 1))

    assert refusal(store, "check") == "the store is not well"
    assert "✗ log-ins audit.jsonl, line 2: the chain" in run(store, "check").output


def test_an_upgrade_makes_the_tables(data: Path) -> None:
    assert run(store, "upgrade").output == "The tables are the newest.\n"
    assert kept(data) == []


def test_a_backup_comes_back_without_what_was_erased(data: Path, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    fill(data, "c1", "c2")
    run(backup, copy)
    run(erase, "c1", "--yes")

    assert run(store, "restore", copy, typed="n\n").exit_code == 1
    result = run(store, "restore", copy, "--yes")

    assert "1 calls that were erased since were erased again" in result.output
    assert kept(data) == ["c2"]


def test_a_file_that_is_no_backup_is_one_sentence(data: Path, tmp_path: Path) -> None:
    assert "there is no backup" in refusal(store, "restore", str(tmp_path / "x"), "--yes")


def test_a_call_that_is_held_is_not_erased(data: Path) -> None:
    fill(data, "c1")

    assert run(store, "hold", "c1").output == "c1 is held.\n"
    assert "held by law" in refusal(erase, "c1", "--yes")
    assert run(store, "hold", "c1", "--end").output == "c1 is no longer held.\n"
    run(erase, "c1", "--yes")

    assert kept(data) == []
    assert "there is no call c1" in refusal(store, "hold", "c1")


def test_a_master_key_for_recordings_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "recordings.key"

    result = run(store, "key", str(file))

    assert str(file) in result.output
    assert load(file).id
    assert "cannot be written" in refusal(store, "key", str(file))
