from collections import deque

from assist.core.clauses import Clause
from assist.core.spoken import Heard, Spoken, common, rewrite, unchanged
from assist.events import Word


def word(text: str, start: int = 0) -> Word:
    return Word(text=text, start=start, end=start + 250)


def heard(text: str, utterance: str) -> list[Heard]:
    return [Heard(item, word(item), utterance, 0) for item in text.split()]


def said(row: deque[Heard]) -> str:
    return " ".join(each.folded for each in row)


def clause(text: str, first: int) -> Clause:
    return Clause("agent", "a1", first, tuple(word(item) for item in text.split()), True)


def test_new_pieces_of_the_newest_utterance_come_last() -> None:
    row = deque(heard("we can", "a1"))

    fallen = rewrite(row, "a1", 0, heard("do that", "a1"), later=())

    assert (said(row), fallen) == ("we can do that", ())


def test_pieces_of_an_older_utterance_change_where_they_stand() -> None:
    row = deque((*heard("hello", "a1"), *heard("we can", "a2"), *heard("bye", "a3")))

    fallen = rewrite(row, "a2", 1, heard("can't go", "a2"), later={"a3"})

    assert said(row) == "hello we can't go bye"
    assert [each.folded for each in fallen] == ["can"]


def test_an_utterance_that_had_no_pieces_finds_its_place() -> None:
    row = deque((*heard("hello", "a1"), *heard("bye", "a3")))

    rewrite(row, "a2", 0, heard("yes", "a2"), later={"a3"})

    assert said(row) == "hello yes bye"


def test_what_is_no_longer_kept_cannot_fall() -> None:
    row = deque(heard("two", "a1"))

    fallen = rewrite(row, "a1", 2, heard("three", "a1"), later=())

    assert (said(row), len(fallen)) == ("three", 1)


def test_the_oldest_pieces_make_room() -> None:
    row = deque((*heard("one two", "a1"), *heard("three", "a2")), maxlen=3)

    rewrite(row, "a1", 1, heard("four five", "a1"), later={"a2"})

    assert said(row) == "four five three"


def test_a_side_keeps_a_bounded_number_of_words() -> None:
    side = Spoken()
    side.heard.extend(heard("word " * 700, "a1"))

    assert len(side.heard) == 600


def test_words_that_moved_in_time_are_the_same_words() -> None:
    assert common((word("we"), word("can")), (word("we", 40), word("do"))) == 1


def test_clauses_are_unchanged_up_to_the_first_that_says_something_else() -> None:
    old = [clause("Well.", 0), clause("We can.", 1), clause("Yes.", 3)]

    assert unchanged(old, [clause("Well.", 0), clause("We can't.", 1), clause("Yes.", 3)]) == 1
