"""The pictures of the manual, which `make screenshots` draws (docs/screenshots.py)."""

from pathlib import Path

import pytest

IMAGES = Path(__file__).parents[1] / "docs" / "images"
PICTURES = sorted(IMAGES.glob("*.png"))
LARGEST = 60_000
PALETTE = 3
DRAWN = {"overlay", "overlay-states", "start", "supervisor", "review-dark", "review-list"}
DRAWN |= {"review-light", "supervisor-call-dark", "supervisor-call-light", "supervisor-narrow"}


def test_every_page_has_its_pictures() -> None:
    assert {picture.stem for picture in PICTURES} == DRAWN


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_picture_is_small_and_has_a_palette(picture: Path) -> None:
    content = picture.read_bytes()

    assert content[12:16] == b"IHDR"
    assert content[25] == PALETTE
    assert len(content) <= LARGEST
