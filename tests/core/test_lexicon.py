"""A playbook ready for matching."""

from assist.core.lexicon import Lexicon, lexicon
from assist.playbooks import parse
from assist.settings import load_playbook

HEAD = (
    'name = "x"\nlanguage = "de"\nversion = 1\nfunction_words = ["für"]\ntopic_words = ["Gerät"]\n'
)
SETS = '[phrases.yes]\nmatch = ["ja"]\n[phrases.no]\nmatch = ["nein"]\n'


def test_a_playbook_is_compiled_once() -> None:
    book = load_playbook("en")

    assert lexicon(book) is lexicon(book)


def test_an_operators_playbook_of_the_same_name_is_not_mistaken_for_it() -> None:
    assert lexicon(parse(HEAD)) is not lexicon(parse(HEAD))


def test_a_set_that_is_missing_matches_nothing() -> None:
    assert Lexicon(parse(HEAD))["missing"].find(("ja",)) is None


def test_the_first_set_that_matches_is_named() -> None:
    found = Lexicon(parse(HEAD + SETS)).find(("ja",), "no", "yes")

    assert found is not None
    assert found[0] == "yes"


def test_words_of_the_playbook_are_folded() -> None:
    words = Lexicon(parse(HEAD))

    assert words.topic_words == {"geraet"}
    assert not words.is_content("fuer")


def test_content_words_are_neither_short_nor_numbers() -> None:
    words = Lexicon(parse(HEAD))

    assert words.is_content("router")
    assert not words.is_content("ab")
    assert not words.is_content("1234")
