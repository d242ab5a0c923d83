from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub.errors import HfHubHTTPError

from assist.speech.download import downloaded, fetch_weights, hub
from tests.speech.fake_hub import FakeHub, pointed_at, running

REPOSITORY = "somebody/model"
WEIGHTS = bytes(range(256)) * 1024


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.bin").write_bytes(WEIGHTS)
    with running(folder) as fake:
        pointed_at(fake, tmp_path / "cache", monkeypatch)
        yield fake


def blob(fake: FakeHub, tmp_path: Path) -> Path:
    blobs = tmp_path / "cache" / "models--somebody--model" / "blobs"
    return blobs / fake.etag("model.bin")


def test_the_hub_is_where_the_environment_says(fake: FakeHub) -> None:
    assert hub() == fake.endpoint


def test_weights_come_into_the_cache_under_their_sha256(fake: FakeHub, tmp_path: Path) -> None:
    fetch_weights(REPOSITORY)

    assert blob(fake, tmp_path).read_bytes() == WEIGHTS
    assert downloaded(REPOSITORY) == len(WEIGHTS)


def test_a_connection_that_breaks_off_is_taken_up_again(fake: FakeHub, tmp_path: Path) -> None:
    fake.trouble = ["cut"]

    fetch_weights(REPOSITORY)

    assert fake.ranges == ["", f"bytes={len(WEIGHTS) // 2}-"]
    assert blob(fake, tmp_path).read_bytes() == WEIGHTS


def test_the_next_try_goes_on_where_the_last_one_broke_off(fake: FakeHub, tmp_path: Path) -> None:
    fake.trouble = ["cut", "refuse"]
    with pytest.raises(HfHubHTTPError):
        fetch_weights(REPOSITORY)
    half = downloaded(REPOSITORY)

    fetch_weights(REPOSITORY)

    assert half == len(WEIGHTS) // 2
    assert fake.ranges[-1] == f"bytes={half}-"
    assert blob(fake, tmp_path).read_bytes() == WEIGHTS


def test_weights_that_are_here_are_not_fetched_again(fake: FakeHub) -> None:
    fetch_weights(REPOSITORY)

    fetch_weights(REPOSITORY)

    assert len(fake.ranges) == 1


def test_nothing_is_here_of_what_was_never_fetched(fake: FakeHub) -> None:
    assert downloaded("nobody/nothing") == 0
