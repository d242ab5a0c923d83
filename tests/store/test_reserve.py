from pathlib import Path

from assist.store.reserve import NAME, release, take


def test_room_is_set_aside_and_given_back(tmp_path: Path) -> None:
    assert take(tmp_path, 1 << 20)
    assert take(tmp_path, 1 << 20)
    assert (tmp_path / NAME).stat().st_size == 1 << 20

    release(tmp_path)
    release(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_where_nothing_can_be_written_nothing_is_set_aside(tmp_path: Path) -> None:
    assert not take(tmp_path / "nowhere")
