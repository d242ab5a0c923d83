from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tests.tagger import load

TAGGER: Any = load("tagger")
BUCKETS, bucket, features = TAGGER.BUCKETS, TAGGER.bucket, TAGGER.features
ACTS = ("refusal_explicit", "can_do")


@pytest.fixture
def tagger() -> Any:
    """Knows that "can't" refuses and that "can do" offers."""
    weights = np.zeros((BUCKETS, 2), np.float16)
    weights[bucket("=can't"), 0] = weights[bucket("=we can't"), 0] = 10
    weights[bucket("=can do"), 1] = 20
    ones = np.ones(2, np.float32)
    return TAGGER.Tagger(ACTS, weights, -2 * ones, ones, 0 * ones)


def test_acts_come_with_the_words_that_weighed_most(tagger: Any) -> None:
    (act,) = tagger.tag("We can't do that.", "agent")

    assert act.name == "refusal_explicit"
    assert act.evidence == ("we can't",)
    assert act.probability > 0.5


def test_a_clause_may_perform_several_acts(tagger: Any) -> None:
    acts = tagger.tag("we can't but I can do it", "agent")

    assert {act.name for act in acts} == set(ACTS)
    assert [act.probability for act in acts] == sorted(
        (act.probability for act in acts), reverse=True
    )


def test_other_clauses_perform_none(tagger: Any) -> None:
    assert tagger.tag("the router is white", "customer") == ()
    assert tagger.tag("", "agent") == ()


def test_more_is_told_for_less_probability(tagger: Any) -> None:
    assert len(tagger.tag("the router is white", "customer", least=0.01)) == 2


def test_case_punctuation_and_umlauts_are_folded_but_the_question_mark_counts() -> None:
    plain, written = features("das geht nicht", "agent"), features("Das geht nicht?", "agent")

    assert set(written) - set(plain) == {"?"}
    assert features("schön", "agent") == features("Schoen", "agent")


def test_who_speaks_counts() -> None:
    assert "@agent" in features("no", "agent")
    assert set(features("no", "agent")) != set(features("no", "customer"))


def test_words_are_not_mistaken_for_pieces_of_words() -> None:
    assert "=can" in features("can", "agent")
    assert "=can" not in features("scanner", "agent")


def test_each_feature_counts_once() -> None:
    found = features("no no no", "agent")

    assert len(found) == len(set(found))


def test_places_are_the_same_everywhere() -> None:
    assert [bucket(each) for each in ("=no", "=nein")] == [5_425, 7_776]
    assert all(0 <= bucket(a) < BUCKETS for a, _ in combinations(("=a", "b", "äö"), 2))
