from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.core.hotwords import BONUS, LONGEST, MARGIN, MOST, UNSURE, choose, gather, mend
from assist.core.kept import is_kept
from assist.events import Word

ROUTER = ("router", "Fritzbox", "invoice")


def spoken(text: str, probability: float = 0.3) -> tuple[Word, ...]:
    return tuple(
        Word(text=word, start=300 * i, end=300 * i + 250, probability=probability)
        for i, word in enumerate(text.split())
    )


def mended(text: str, *hotwords: str, language: str = "en", probability: float = 0.3) -> str:
    words = mend(spoken(text, probability), hotwords or ROUTER, language)
    return " ".join(word.text for word in words)


# ---- the list ------------------------------------------------------------------------------------


def test_the_first_list_comes_first_and_each_word_once() -> None:
    assert gather(["Fritz!Box", " direct  debit "], ["router", "fritzbox", "!"]) == (
        "Fritz!Box",
        "direct debit",
        "router",
    )


def test_a_sentence_is_no_hotword_and_lists_are_bounded() -> None:
    assert gather(["x" * (LONGEST + 1)]) == ()
    assert len(gather(f"w{i}" for i in range(MOST + 1))) == MOST


# ---- the choice among hypotheses -----------------------------------------------------------------


def test_the_best_hypothesis_stands_where_none_has_more_hotwords() -> None:
    assert choose([("my rooter broke", -2.0), ("my rudder broke", -2.1)], ROUTER, "en") == 0
    assert choose([("my router broke", -2.0), ("my rooter broke", -2.1)], ROUTER, "en") == 0


def test_a_hypothesis_with_a_hotword_in_another_words_place_is_chosen() -> None:
    assert choose([("My root are broke.", -2.0), ("My Router broke.", -2.5)], ROUTER, "en") == 1


def test_it_is_not_chosen_when_it_is_less_likely_by_the_bonus() -> None:
    hypotheses = [("my rooter broke", -2.0), ("my router broke", -2.0 - BONUS)]

    assert choose(hypotheses, ROUTER, "en") == 0


def test_many_hotwords_outweigh_no_more_than_the_margin() -> None:
    heard, meant = "a rooter b frits box c inn voice", "a router b Fritzbox c invoice"

    assert choose([(heard, -2.0), (meant, -2.0 - MARGIN)], ROUTER, "en") == 1
    assert choose([(heard, -2.0), (meant, -2.1 - MARGIN)], ROUTER, "en") == 0


@pytest.mark.parametrize(
    "other",
    [
        "I do like my router",  # the rest differs, too
        "I do not like my router now",
        "I do not like my new router",
        "router do not like my rooter",  # in the place of a kept word
    ],
)
def test_a_hypothesis_that_differs_elsewhere_is_never_chosen(other: str) -> None:
    assert choose([("I do not like my rooter", -2.0), (other, -2.0)], ROUTER, "en") == 0


def test_a_hotword_of_another_sound_is_never_chosen() -> None:
    hypotheses = [("check your account number", -2.0), ("check your router number", -2.0)]

    assert choose(hypotheses, ROUTER, "en") == 0


@pytest.mark.parametrize(
    ("kept", "trap", "language"),
    [
        *(("no", "knoww", "en"), ("never", "nevver", "en"), ("cannot", "cannott", "en")),
        *(("nein", "neinn", "de"), ("keine", "keyne", "de"), ("nicht", "nichtt", "de")),
        *(("seven", "sevven", "en"), ("zwanzig", "zwanzigg", "de"), ("0800", "ohate", "en")),
        *(("damn", "dammn", "en"), ("bloody", "bluddy", "en"), ("verdammt", "verdamt", "de")),
    ],
)
def test_a_hotword_never_wins_over_a_negation_a_number_or_an_oath(
    kept: str, trap: str, language: str
) -> None:
    hypotheses = [(f"it is {kept} here", -2.0), (f"it is {trap} here", -2.0)]

    assert choose(hypotheses, (trap,), language) == 0


def test_a_number_written_otherwise_is_another_hypothesis() -> None:
    hypotheses = [("12.50 for the rooter", -2.0), ("1250 for the router", -2.0)]

    assert choose(hypotheses, ROUTER, "en") == 0


def test_a_kept_word_is_no_hotword() -> None:
    assert choose([("it is nevver", -2.0), ("it is never", -2.0)], ("never",), "en") == 0


# ---- words of the same sound ---------------------------------------------------------------------


def test_an_unsure_word_of_the_same_sound_becomes_the_hotword() -> None:
    assert mended("my rooter is broken") == "my router is broken"


def test_a_sure_word_stays() -> None:
    assert mended("my rooter is broken", probability=UNSURE) == "my rooter is broken"


def test_two_words_may_have_been_one() -> None:
    words = mend(spoken("the frits box", 0.4), ROUTER, "en")

    assert words == (
        Word(text="the", start=0, end=250, probability=0.4),
        Word(text="Fritzbox", start=300, end=850, probability=0.4),
    )


def test_two_words_with_a_comma_between_were_two() -> None:
    assert mended("the frits, box") == "the frits, box"


def test_of_two_words_none_may_be_sure() -> None:
    first, second = spoken("frits box")
    sure = Word(text="box", start=second.start, end=second.end, probability=0.9)

    assert mend((first, sure), ROUTER, "en") == (first, sure)


def test_times_and_probability_stay() -> None:
    (word,) = mend((Word(text="rooter", start=120, end=480, probability=0.41),), ROUTER, "en")

    assert word == Word(text="router", start=120, end=480, probability=0.41)


def test_punctuation_and_the_first_capital_stay() -> None:
    assert mended("“Rooter?”") == "“Router?”"


def test_a_name_is_written_as_in_the_list() -> None:
    assert mended("fritsbox") == "Fritzbox"


@pytest.mark.parametrize("text", ["Router", "ROUTER", "router,"])
def test_a_hotword_that_was_heard_stays_as_it_was_written(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize("text", ["rudder", "writer"])
def test_the_same_sound_is_not_enough(text: str) -> None:
    assert mended(text) == text


@pytest.mark.parametrize("text", ["rouler", "outer", "routers", "invoiced"])
def test_nearly_the_same_letters_are_not_enough(text: str) -> None:
    assert mended(text) == text


def test_short_hotwords_take_nobodys_place() -> None:
    assert mended("the bell came", "bill") == "the bell came"


@pytest.mark.parametrize(
    ("heard", "hotword"),
    [
        ("Glasvaser", "Glasfaser"),
        ("Lastschrifft", "Lastschrift"),
        ("Vertrags nummer", "Vertragsnummer"),
    ],
)
def test_german_has_its_own_phonetics(heard: str, hotword: str) -> None:
    assert mended(heard, hotword, language="de") == hotword


def test_other_languages_have_none() -> None:
    assert mended("rooter", language="fr") == "rooter"


def test_without_hotwords_the_words_are_the_same_object() -> None:
    words = spoken("my rooter")

    assert mend(words, (), "en") is words


KEPT = [
    *("no", "No.", "not", "never", "nothing", "don't", "cannot", "yes"),
    *("nein", "kein", "keine", "nicht", "nie", "ohne", "ja"),
    *("7", "0800", "12.50", "seven", "twenty", "sieben", "zwanzig"),
    *("shit", "fuck", "damn", "bloody", "Scheiße", "verdammt"),
]
TRAPS = (
    *("knoth", "knott", "notte", "nevver", "nothin", "donnt", "cannott", "yess", "knowrouter"),
    *("neinn", "keyne", "nichtt", "niehe", "ohnne", "jaah", "sevven", "twenti", "siebhen"),
    *("zwanzigg", "shitt", "fuuck", "dammn", "bluddy", "scheisse", "verdamt", "routerno"),
)
"""Hotwords that sound like words that are kept, some of them with such a word at an end."""


@pytest.mark.parametrize(("kept", "language"), [*product(KEPT, ("en", "de"))])
def test_nothing_takes_the_place_of_what_is_kept(kept: str, language: str) -> None:
    assert mended(kept, *TRAPS, language=language) == kept
    assert kept in mended(f"{kept} router", *TRAPS, *ROUTER, language=language).split()
    assert kept in mended(f"router {kept}", *TRAPS, *ROUTER, language=language).split()


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_hotword_becomes_what_is_kept(language: str) -> None:
    heard = "knott nevver nothin cannott keyne nichtt sevven twenti dammn bluddy verdamt siebhen"

    found = mended(heard, *KEPT, language=language)

    assert found == heard
    assert not any(is_kept(word) for word in found.split())


def test_numbers_case_and_oaths_of_a_transcript_stay() -> None:
    text = "NO, i paid 12.50 € on 3/4, dammit: call 0800 555 7 and Bloody fix the FRITZ!Box, ok?"

    assert mended(text) == text


VOCABULARY = st.lists(st.sampled_from([*KEPT, *TRAPS, *ROUTER, "rooter", "frits", "box"]))


@given(VOCABULARY, st.lists(st.sampled_from([*TRAPS, *ROUTER])), st.sampled_from(["en", "de"]))
def test_what_is_kept_is_all_there_in_its_order(
    heard: list[str], hotwords: list[str], language: str
) -> None:
    after = mend(spoken(" ".join(heard)), tuple(hotwords), language)

    assert [word.text for word in after if is_kept(word.text)] == list(filter(is_kept, heard))


@given(
    VOCABULARY,
    VOCABULARY,
    st.lists(st.sampled_from([*TRAPS, *ROUTER])),
    st.sampled_from(["en", "de"]),
)
def test_the_choice_leaves_what_is_kept(
    heard: list[str], other: list[str], hotwords: list[str], language: str
) -> None:
    texts = " ".join(heard), " ".join(other)

    chosen = choose([(text, -1.0) for text in texts], tuple(hotwords), language)

    assert list(filter(is_kept, texts[chosen].split())) == list(filter(is_kept, heard))
