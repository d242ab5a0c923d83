from pathlib import Path

from benchmarks.tables import BEGIN, END, document, pictured, table


def test_what_is_missing_is_shown_as_a_dash() -> None:
    assert table(("a", "b"), [[1, None]]) == "| a | b |\n|---|---|\n| 1 | – |"


def test_without_results_nothing_was_measured(tmp_path: Path) -> None:
    text = document(tmp_path)

    assert "| large-v3-turbo | cuda | 1 s | not measured |" in text
    assert "| tiny | cpu | not measured |" in text


def test_a_page_shows_the_pictures_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "capacity-tiny-cpu.svg").touch()
    (tmp_path / "overlay.svg").touch()

    page = pictured(f"above\n{BEGIN}\nold\n{END}\nbelow\n", tmp_path)

    assert page == (
        f"above\n{BEGIN}\n\n![capacity-tiny-cpu](images/capacity-tiny-cpu.svg)\n\n{END}\nbelow\n"
    )
