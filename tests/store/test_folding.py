import pytest

from assist.store.folding import LONGEST, folded, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Kündigung!", "die kuendigung"),
        ("Straße  STRASSE", "strasse strasse"),
        ("U\u0308ber", "ueber"),  # an umlaut written as two characters
        ("café naïve", "cafe naive"),
        ("don't", "don t"),
        ("a_b-c", "a b c"),
        ("* ** star*", "star"),
        ("12,50 €", "12 50"),
        ("", ""),
    ],
)
def test_words_are_folded(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_a_star_stands_for_all_that_begin_so() -> None:
    assert terms("Kündig* *x router**") == ["kuendig*", "x", "router*"]


def test_a_query_is_read_only_so_far() -> None:
    assert len("".join(terms("x" * 1000))) == LONGEST
