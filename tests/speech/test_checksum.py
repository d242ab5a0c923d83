import hashlib
from pathlib import Path

import pytest

from assist.errors import RecogniserError
from assist.speech.checksum import check

WEIGHTS = hashlib.sha256(b"weights").hexdigest()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A directory as somebody copied it: plain files."""
    (tmp_path / "model.bin").write_bytes(b"weights")
    (tmp_path / "config.json").write_bytes(b"{}")
    return tmp_path


@pytest.fixture
def downloaded(tmp_path: Path) -> Path:
    """A directory as the hub's cache keeps it: links to files that are named by their sha256."""
    blobs, folder = tmp_path / "blobs", tmp_path / "snapshots" / "c0ffee"
    blobs.mkdir()
    folder.mkdir(parents=True)
    (blobs / WEIGHTS).write_bytes(b"weights")
    (folder / "model.bin").symlink_to(Path("..", "..", "blobs", WEIGHTS))
    return folder


def refusal(folder: Path, published: str = "") -> str:
    with pytest.raises(RecogniserError) as caught:
        check(folder, published)
    return str(caught.value)


def test_a_sound_directory_is_told_by_its_weights(copied: Path) -> None:
    assert check(copied) == WEIGHTS


def test_a_directory_is_compared_with_the_catalogue(copied: Path) -> None:
    assert check(copied, WEIGHTS) == WEIGHTS


def test_other_weights_than_those_of_the_catalogue_are_refused(copied: Path) -> None:
    expected = "0" * 64

    assert refusal(copied, expected) == (
        f"{copied}/model.bin is not what was published: its sha256 is {WEIGHTS},"
        f" that of the catalogue {expected}."
    )


def test_a_sound_download_passes(downloaded: Path) -> None:
    assert check(downloaded) == WEIGHTS


def test_a_damaged_download_is_told_with_what_to_delete(downloaded: Path, tmp_path: Path) -> None:
    blob = tmp_path / "blobs" / WEIGHTS
    blob.write_bytes(b"wights")

    assert refusal(downloaded) == (
        f"{downloaded}/model.bin is damaged: delete {blob} and pull the model again."
    )


def test_a_file_that_the_cache_shares_between_models_passes(
    downloaded: Path, tmp_path: Path
) -> None:
    blob = tmp_path / "blobs" / WEIGHTS
    shared = blob.rename(tmp_path / ("5" * 64))  # named by another kind of hash
    blob.symlink_to(shared)

    assert check(downloaded) == WEIGHTS
