"""Which acts a clause performs: sums of whole numbers, calibrated, with the words that decided."""

import numpy as np
import pytest

from assist.core.tagger import LEAST, Side, Tagger, features, key, share
from assist.settings import LANGUAGES, load_tagger

ACTS = ("refusal_explicit", "can_do")


def tagger() -> Tagger:
    """Knows that "can't" refuses and that "can do" offers."""
    names = ("=can't", "can do")
    side = Side(
        acts=ACTS,
        weights=np.array([[100, 0], [0, 100]], np.int8),
        scale=np.array([0.1, 0.1]),
        offset=np.array([-3.0, -3.0]),
    )
    return Tagger({key(name): i for i, name in enumerate(names)}, {"agent": side, "customer": side})


def test_what_a_word_says_for_an_act_makes_it_likely() -> None:
    (tag,) = tagger().tag(["we", "can't"], "agent")

    assert tag.name == "refusal_explicit"
    assert tag.probability == pytest.approx(1 / (1 + np.exp(3 - 10 * share("word", 1))), abs=0.01)


def test_a_run_of_words_counts_as_one() -> None:
    assert [tag.name for tag in tagger().tag(["what", "i", "can", "do"], "agent")] == ["can_do"]


def test_an_unlikely_act_is_not_told() -> None:
    assert tagger().tag(["the", "invoice", "came"], "agent") == ()
    assert 1 / (1 + np.exp(3)) < LEAST


def test_the_words_that_weighed_most_are_its_evidence() -> None:
    words = ["sorry", "we", "can't"]

    assert tagger().weightiest(words, "agent", "refusal_explicit") == (2, 3)


def test_blank_words_say_nothing() -> None:
    assert tagger().tag(["", "can't"], "agent") == tagger().tag(["can't"], "agent")


def test_a_feature_counts_once_however_often_it_is_said() -> None:
    assert len(features(["no", "no", "no"])["word"]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_weights(language: str) -> None:
    weights = load_tagger(language)

    assert weights is not None
    assert {"refusal_explicit", "can_do"} <= set(weights.sides["agent"].acts)


def test_a_plain_refusal_is_one() -> None:
    weights = load_tagger("en")

    assert weights is not None
    tags = {t.name: t.probability for t in weights.tag(["we", "can't", "refund", "that"], "agent")}
    assert tags["refusal_explicit"] > 0.5
