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


def test_a_clause_in_the_other_language_is_looked_up_there() -> None:
    english, german = lexicon(load_playbook("en")), lexicon(load_playbook("de"))

    assert german.of(("this", "is", "not", "possible")).playbook.language == "en"
    assert english.of(("das", "geht", "leider", "nicht")).playbook.language == "de"


def test_a_mixed_clause_stays_where_most_of_its_function_words_are() -> None:
    german = lexicon(load_playbook("de"))

    assert german.of(("das", "ist", "leider", "not", "possible")) is german


def test_ties_and_false_friends_keep_the_call_language() -> None:
    english, german = lexicon(load_playbook("en")), lexicon(load_playbook("de"))

    assert german.of(("no",)) is german
    assert german.of(("so", "also", "no")) is german
    assert english.of(("na", "so", "also")) is english
    assert english.of(("router", "modem")) is english


def test_a_phrase_takes_the_other_spellings_of_its_words() -> None:
    book = parse(HEAD + '[spellings]\nnein = ["naa"]\n' + SETS)

    assert Lexicon(book)["no"].find(("naa",)) is not None


def test_another_spelling_of_a_function_word_carries_no_content() -> None:
    book = parse(HEAD + '[spellings]\n"für" = ["fier"]\n')

    assert not Lexicon(book).is_content("fier")
