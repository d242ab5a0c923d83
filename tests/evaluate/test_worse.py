from collections import Counter

import pytest
from msgspec import structs

from assist.evaluate.calls import LabelledCall
from assist.evaluate.run import speech
from assist.evaluate.worse import Mishearing, later
from assist.events import CHANNELS
from tests.evaluate.written import call

TALK = (
    "C My parcel was meant to come on Monday, and nobody knows where it is.\n"
    "A I'm sorry, we can't deliver it today, no. There is one more way to do it.\n"
) * 40
CALL = call(TALK)


def heard(percent: float, *, seed: int = 1, of: LabelledCall = CALL) -> LabelledCall:
    return Mishearing([of], percent=percent, seed=seed)(of)


def texts(made: LabelledCall) -> list[str]:
    return [word.text for word in made.words]


def test_words_come_later_and_were_said_when_they_were() -> None:
    late = later(CALL, 2000)

    assert [word.at for word in late.words] == [word.at + 2000 for word in CALL.words]
    assert [word.end for word in late.words] == [word.end for word in CALL.words]


def test_without_errors_everything_is_heard() -> None:
    assert texts(heard(0)) == texts(CALL)


def test_the_same_seed_makes_the_same_errors() -> None:
    assert heard(20) == heard(20)


def test_another_seed_makes_others() -> None:
    assert texts(heard(20)) != texts(heard(20, seed=2))


def test_another_call_has_other_errors() -> None:
    assert texts(heard(20, of=call(TALK, name="y"))) != texts(heard(20))


def test_about_so_many_words_are_wrong() -> None:
    right = sum(word.probability == 1 for word in heard(20).words)

    assert 1 - right / len(CALL.words) == pytest.approx(0.2, abs=0.03)


def test_errors_come_in_the_usual_shares() -> None:
    made = Counter[str]()
    for seed in range(3):
        hears = Mishearing([CALL], percent=100, seed=seed)
        for i, word in enumerate(CALL.words):
            facts = structs.replace(CALL.call, id=str(i))
            found = hears(LabelledCall(call=facts, words=(word,))).words
            made[("none", "another", "more")[len(found)]] += 1

    shares = {kind: count / made.total() for kind, count in made.items()}
    assert shares == pytest.approx({"another": 0.6, "none": 0.25, "more": 0.15}, abs=0.03)


@pytest.mark.parametrize(
    ("language", "talk", "alike"),
    [
        ("en", "A Know, no now, parcel tomorrow already gnaw.", {"No,", "Now,", "Gnaw,"}),
        ("de", "A Nein, Paket nun morgen neun leider nahm.", {"Nun,", "Neun,", "Nahm,"}),
    ],
)
def test_another_word_sounds_alike_and_keeps_its_marks(
    language: str, talk: str, alike: set[str]
) -> None:
    made = call(talk, language=language)
    first = structs.replace(made, words=made.words[:1])
    found = [Mishearing([made], percent=100, seed=seed)(first).words for seed in range(40)]

    assert {words[0].text for words in found if len(words) == 1} == alike


def test_a_word_too_many_is_short_and_shares_the_time() -> None:
    made = call("A Wonderful to see.")
    alone = structs.replace(made, words=made.words[:1])
    heard = [Mishearing([made], percent=100, seed=seed)(alone).words for seed in range(40)]

    first, second = next(words for words in heard if len(words) == 2)

    assert (first.text, second.text in ("to", "see")) == ("Wonderful", True)
    assert (first.start, first.end, second.end) == (500, second.start, made.words[0].end)


def test_what_is_misheard_is_doubted() -> None:
    assert all(0.3 <= word.probability <= 0.95 for word in heard(20).words if word.probability < 1)
    assert any(word.probability < 0.95 for word in heard(20).words)


def test_who_speaks_when_stays_as_it_was() -> None:
    derived = structs.replace(CALL, speech=())

    assert [speech(heard(50), c) for c in CHANNELS] == [speech(CALL, c) for c in CHANNELS]
    assert [speech(heard(50, of=derived), c) for c in CHANNELS] == [
        speech(derived, c) for c in CHANNELS
    ]


def test_a_number_is_never_another_word() -> None:
    made = call("A 4421 is it.")
    alone = structs.replace(made, words=made.words[:1])
    heard = [Mishearing([made], percent=100, seed=seed)(alone).words for seed in range(40)]

    assert {words[0].text for words in heard if words} == {"4421"}


def test_a_call_of_one_word_has_nothing_else_to_hear() -> None:
    made = call("A Hello.")

    assert {word.text for word in heard(100, of=made).words} <= {"Hello."}
