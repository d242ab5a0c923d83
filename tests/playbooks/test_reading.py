"""How several texts become one playbook, and which of them a mistake stands in."""

import pytest

from assist.errors import PlaybookError
from assist.playbooks import Reading, Source, parse

HEAD = 'name = "shop"\nlanguage = "en"\nversion = 3\n'
BELOW = Source(
    "below.toml", HEAD + '[phrases.thanks]\nmatch = ["thanks"]\nexamples = ["Thanks."]\n'
)


def mistakes(*texts: str) -> list[str]:
    above = [Source(f"{i}.toml", text) for i, text in enumerate(texts)]
    return [str(problem) for problem in Reading([BELOW, *above]).problems]


def test_lists_add_up_and_single_values_win() -> None:
    book = parse(BELOW, 'version = 4\n[phrases.thanks]\nmatch = ["cheers"]\n')

    assert book.phrases["thanks"].match == ("thanks", "cheers")
    assert book.version == 4


def test_cards_and_the_can_do_list_are_replaced() -> None:
    card = '[cards.close]\ntitle = "{0}"\nphrases = ["{0}"]\n'
    other = '[cards.hold]\ntitle = "c"\nphrases = ["c"]\n'

    book = parse(
        BELOW,
        'can_do_list = ["a"]\n' + card.format("a") + other,
        'can_do_list = ["b"]\n' + card.format("b"),
    )

    assert book.can_do_list == ("b",)
    assert book.cards["close"].phrases == ("b",)
    assert book.cards["hold"].title == "c"


def test_advice_may_be_changed_in_part() -> None:
    advice = '[advice.venting]\nsign = "wait"\ntext = "Listen."\nreason = "{words}"\n'

    book = parse(BELOW, advice, '[advice.venting]\ntext = "Let them finish."\n')

    assert book.advice["venting"].text == "Let them finish."
    assert book.advice["venting"].sign == "wait"


def test_a_mistake_is_told_of_the_file_in_which_it_stands() -> None:
    assert mistakes("", "\nhotword = 3\n") == [
        "1.toml, line 2, hotword: is an unknown key; did you mean hotwords?"
    ]


def test_what_is_missing_is_told_of_the_file_that_began_it() -> None:
    assert mistakes('[advice.venting]\ntext = "Listen."\n', "") == [
        "0.toml, line 1, advice.venting: sign is missing"
    ]


def test_entries_of_lists_are_counted_in_their_own_file() -> None:
    cue = '[[cues]]\nid = "{}"\ntext = "a"\n'
    said = '[cues.said]\nmatch = ["a"]\n'

    assert mistakes(cue.format("one") + said, cue.format("two")) == [
        "1.toml, line 1, cues.two: must hold exactly one of [cues.said], [cues.count],"
        " [cues.missing], [cues.timing]"
    ]


def test_broken_toml_has_its_line() -> None:
    assert mistakes("version = 2\nname = \n") == [
        "0.toml, line 2: this is no valid TOML: Invalid value"
    ]


def test_a_set_that_means_another_must_find_it() -> None:
    assert mistakes('[phrases.polite]\nany_of = ["please"]\n') == [
        "0.toml, line 2, phrases.polite.any_of: there is no set 'please'"
    ]


def test_the_first_mistake_is_told_and_how_many_more_there_are() -> None:
    with pytest.raises(PlaybookError, match=r"^playbook, line 4, a: .* \(and 1 more"):
        parse(HEAD + "a = 1\nb = 2\n")


def test_a_problem_may_be_placed_by_a_string() -> None:
    above = Source("above.toml", '[phrases.thanks]\nexamples = [\n  "Cheers.",\n]\n')
    reading = Reading([BELOW, above])

    found = [
        reading.problem(("phrases", "thanks", "examples"), "is odd", holding=sentence)
        for sentence in ("Cheers.", "Thanks.")
    ]

    assert [(one.file, one.line) for one in found] == [("above.toml", 3), ("below.toml", 6)]
