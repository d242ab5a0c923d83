import json
import threading
from pathlib import Path

import pytest

from assist.errors import SettingsError, StoreError
from assist.server.access.audit import FIRST, NAME, Audit, entries, verify
from tests.server.access.house import Hands


def opened(directory: Path, *, largest: int = 1 << 20) -> Audit:
    return Audit(directory, clock=Hands(date=1_795_000_000.0).clock(), largest=largest)


def lines(directory: Path) -> list[str]:
    return (directory / NAME).read_text().splitlines()


def test_a_line_says_when_who_and_what(tmp_path: Path) -> None:
    opened(tmp_path).record("login", who="anna", code="password")

    (entry,) = entries(tmp_path)

    assert (entry.number, entry.kind, entry.who, entry.code) == (1, "login", "anna", "password")
    assert entry.time == "2026-11-18T11:06:40.000+00:00"
    assert entry.before == FIRST


def test_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    opened(tmp_path / "audit").record("logout")

    assert (tmp_path / "audit").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "audit" / NAME).stat().st_mode & 0o777 == 0o600


def test_a_whole_chain_is_counted(tmp_path: Path) -> None:
    audit = opened(tmp_path)
    for _ in range(10):
        audit.record("export", call="c1")

    assert verify(tmp_path) == 10 == audit.head[0]


def test_after_a_restart_the_chain_goes_on(tmp_path: Path) -> None:
    for _ in range(3):
        audit = opened(tmp_path)
        audit.record("login", who="anna")

    assert verify(tmp_path) == 3


def test_full_files_give_way_and_the_chain_goes_through_all(tmp_path: Path) -> None:
    audit = opened(tmp_path, largest=500)
    for _ in range(20):
        audit.record("pause", call="c1")

    opened(tmp_path).record("login")

    assert len(list(tmp_path.iterdir())) > 3
    assert verify(tmp_path) == 21


def test_right_after_a_file_was_full_the_chain_goes_on(tmp_path: Path) -> None:
    opened(tmp_path).record("login")
    (tmp_path / NAME).rename(tmp_path / "audit-000000000001.jsonl")

    opened(tmp_path).record("logout")

    assert verify(tmp_path) == 2


@pytest.mark.parametrize("change", ["changed", "removed", "put in", "swapped"])
def test_whoever_touches_the_past_breaks_the_chain(tmp_path: Path, change: str) -> None:
    audit = opened(tmp_path)
    for who in ("anna", "bob", "sue", "rita"):
        audit.record("login", who=who)
    kept = lines(tmp_path)
    altered = {
        "changed": [kept[0], kept[1].replace("bob", "eve"), *kept[2:]],
        "removed": [kept[0], *kept[2:]],
        "put in": [kept[0], kept[1], kept[1], *kept[2:]],
        "swapped": [kept[0], kept[2], kept[1], kept[3]],
    }[change]
    (tmp_path / NAME).write_text("\n".join(altered) + "\n")

    with pytest.raises(StoreError, match=r"audit\.jsonl, line [23]"):
        verify(tmp_path)


def test_nonsense_is_no_line(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("nonsense\n")

    with pytest.raises(StoreError, match="line 1"):
        verify(tmp_path)
    with pytest.raises(SettingsError, match="last line"):
        opened(tmp_path)


def test_a_line_that_was_never_finished_is_cut_off_and_told(tmp_path: Path) -> None:
    opened(tmp_path).record("login")
    with (tmp_path / NAME).open("a") as file:
        file.write('{"number":2,"ti')

    opened(tmp_path).record("logout")

    assert [entry.kind for entry in entries(tmp_path)] == ["login", "torn", "logout"]


def test_a_flood_of_refusals_is_counted_and_not_written(tmp_path: Path) -> None:
    hands = Hands()
    audit = Audit(tmp_path, clock=hands.clock())
    for _ in range(1000):
        audit.record("token_refused", code="token_forged")

    audit.record("login", who="anna")

    *refused, login = entries(tmp_path)
    assert (len(refused), login.unwritten) == (200, 800)


def test_strangers_write_no_long_lines(tmp_path: Path) -> None:
    audit = opened(tmp_path)

    audit.record("call_refused", call="c" * 10_000, code="x" * 10_000, reason="\n" * 10_000)
    audit.record("login", who="ü" * 10_000)

    assert max(map(len, lines(tmp_path))) < 1000
    assert verify(tmp_path) == 2


def test_threads_write_whole_lines(tmp_path: Path) -> None:
    audit = opened(tmp_path, largest=4096)

    def write() -> None:
        for _ in range(50):
            audit.record("export")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert verify(tmp_path) == 200


def test_without_a_directory_nothing_is_kept() -> None:
    audit = Audit(None)

    audit.record("login")

    assert audit.head[0] == 1


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="cannot be written"):
        Audit(tmp_path / "file" / "audit")


def test_a_disk_that_refuses_a_line_stops_nothing_and_is_told_later(tmp_path: Path) -> None:
    audit = opened(tmp_path)
    audit.record("login")
    (tmp_path / NAME).rename(tmp_path / "aside")
    (tmp_path / NAME).mkdir()

    audit.record("pause")

    (tmp_path / NAME).rmdir()
    (tmp_path / "aside").rename(tmp_path / NAME)
    audit.record("logout")
    assert [(entry.kind, entry.unwritten) for entry in entries(tmp_path)] == [
        ("login", 0),
        ("logout", 1),
    ]


def test_every_line_is_json(tmp_path: Path) -> None:
    opened(tmp_path).record("call_read", who="rita", call="c1", reason="Beschwerde „12“")

    assert json.loads(lines(tmp_path)[0])["reason"] == "Beschwerde „12“"
