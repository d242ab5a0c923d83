"""Bars as SVG."""

from xml.etree import ElementTree

from assist.evaluate.plots import NAMES, Bar, Part, bars, legend

SVG = "{http://www.w3.org/2000/svg}"
PARTS = (Part("done", "#111111"), Part("passed", "#222222"))


def drawn(rows: list[Bar], **options: str) -> ElementTree.Element:
    return ElementTree.fromstring(bars("Nudges", PARTS, rows, **options))


def test_a_bar_is_as_long_as_its_number_and_begins_where_the_one_before_ends() -> None:
    one, two, three = drawn([Bar("rude", [1, 3]), Bar("late", [2, 0])]).iter(f"{SVG}rect")

    first, second = float(one.attrib["width"]), float(two.attrib["width"])
    assert second == 3 * first
    assert float(two.attrib["x"]) == NAMES + first
    assert float(three.attrib["width"]) == 2 * first


def test_a_bar_says_its_name_its_number_and_what_its_parts_mean() -> None:
    picture = drawn([Bar("rude", [1, 2.55])], unit=" / h")

    assert [text.text for text in picture.iter(f"{SVG}text")] == ["rude", "3.5 / h"]
    assert [title.text for title in picture.iter(f"{SVG}title")] == [
        "Nudges", "done: 1", "passed: 2.5",
    ]  # fmt: skip


def test_nothing_but_zeros_is_drawn_without_a_bar() -> None:
    picture = drawn([Bar("rude", [0, 0])])

    assert list(picture.iter(f"{SVG}rect")) == []


def test_names_are_text_and_never_markup() -> None:
    picture = drawn([Bar("<script>&", [1, 0])])

    assert picture.find(f"{SVG}text").text == "<script>&"  # type: ignore[union-attr]  # it is there


def test_the_legend_names_every_part_with_its_colour() -> None:
    said = legend(PARTS)

    assert all(part.name in said and part.colour in said for part in PARTS)
