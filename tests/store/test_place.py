from pathlib import Path

import pytest

from assist.errors import StoreError
from assist.store.place import find


def test_without_an_address_it_is_a_file_in_the_data_directory(tmp_path: Path) -> None:
    place = find("", tmp_path / "data")
    place.prepare()

    assert place.file == tmp_path / "data" / "calls.db"
    assert place.file.stat().st_mode & 0o777 == 0o600
    assert place.data.stat().st_mode & 0o777 == 0o700
    assert place.files() == [place.file]


def test_a_server_has_no_file(tmp_path: Path) -> None:
    place = find("postgresql://assist@db/calls", tmp_path)

    assert place.file is None
    assert place.files() == []
    assert place.url.drivername == "postgresql+asyncpg"


def test_a_file_may_stand_elsewhere(tmp_path: Path) -> None:
    place = find(f"sqlite:///{tmp_path}/x/mine.db", tmp_path / "data")
    place.prepare()

    assert [file.name for file in place.files()] == ["mine.db"]


@pytest.mark.parametrize(
    "url", ["nonsense", "sqlite://", "sqlite:///:memory:", "mysql://a/b", "://"]
)
def test_an_address_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match=r"store\.url"):
        find(url, Path("data"))


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="cannot store calls in"):
        find("", tmp_path / "file" / "data").prepare()
