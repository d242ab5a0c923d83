"""All recognisers over the words of one channel."""

from assist.core.redaction.atoms import atoms
from assist.core.redaction.digits import Placed
from assist.core.redaction.marks import marks
from assist.core.redaction.rules import Rules
from assist.core.redaction.search import Seen, search
from tests.core.redaction.spoken import final


def seen(text: str, rules: Rules | None = None) -> Seen:
    words = final(text).words
    placed = [Placed(a, i) for i, word in enumerate(words) for a in atoms(word.text)]
    marked = marks("customer", words)
    return search(rules or Rules(), "customer", words, placed, marked=marked, starts=[0])


def test_only_wanted_kinds_are_found() -> None:
    text = "4242 4242 4242 4242 or mail a.b@example.com"

    assert [find.label for find in seen(text).finds] == ["card", "email"]
    assert [find.label for find in seen(text, Rules(kinds=frozenset({"email"}))).finds] == ["email"]


def test_the_digits_of_an_account_are_no_second_number() -> None:
    assert [find.label for find in seen("DE89 3704 0044 0532 0130 00").finds] == ["iban"]


def test_a_number_that_goes_on_is_hidden_from_its_fourth_digit() -> None:
    found = seen("it is four two four two four")

    assert sorted(found.hidden) == [5, 6]
    assert found.open_from == 2
    assert found.waits


def test_three_digits_are_not_waited_for() -> None:
    assert not seen("it is four two four").waits


def test_every_digit_is_hidden_where_a_code_was_named() -> None:
    found = seen("the CVV is four two")

    assert sorted(found.hidden) == [3, 4]
    assert found.waits


def test_a_number_is_over_when_something_else_is_said() -> None:
    found = seen("it is 471108 and that was all of it")

    assert found.open_from is None
    assert not found.hidden
