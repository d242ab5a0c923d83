from assist.core.agreement import Agreement, normal
from assist.events import Word


def words(text: str, *, start: int = 0) -> tuple[Word, ...]:
    """Make words of 200 ms each."""
    return tuple(
        Word(text=word, start=start + 200 * i, end=start + 200 * (i + 1))
        for i, word in enumerate(text.split())
    )


def text(found: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in found)


def heard(*hypotheses: str) -> Agreement:
    agreement = Agreement()
    for hypothesis in hypotheses:
        agreement.push(words(hypothesis))
    return agreement


def test_one_hypothesis_makes_nothing_stable() -> None:
    agreement = heard("we can not do that")

    assert agreement.stable == ()
    assert text(agreement.tail) == "we can not do that"


def test_what_two_hypotheses_share_is_stable() -> None:
    agreement = heard("we can not", "we can not do that")

    assert text(agreement.stable) == "we can"
    assert text(agreement.tail) == "not do that"


def test_the_last_word_waits_even_when_both_agree() -> None:
    agreement = heard("we can not", "we can not")

    assert text(agreement.stable) == "we can"


def test_words_well_before_the_end_may_be_trusted_alone() -> None:
    agreement = heard("we can not do that")
    agreement.trust(700)

    assert text(agreement.stable) == "we can not"
    assert text(agreement.tail) == "do that"


def test_the_last_word_is_never_trusted_alone() -> None:
    agreement = heard("we can")
    agreement.trust(9_000)

    assert text(agreement.stable) == "we"


def test_punctuation_and_case_do_not_hinder_agreement() -> None:
    agreement = heard("No. we can't do", "No, We can't do that")

    assert text(agreement.stable) == "No, We can't"


def test_stable_words_stay_when_a_later_hypothesis_differs() -> None:
    agreement = heard("we can not do", "we can not do that", "he can not do that now")

    assert text(agreement.stable) == "we can not do"
    assert text(agreement.tail) == "that now"


def test_a_repeated_word_at_the_seam_is_not_said_twice() -> None:
    agreement = heard("we can not do", "we can not do that")
    late = (Word(text="so", start=0, end=90), *words("not that is", start=550))

    agreement.push(late)

    assert text(agreement.tail) == "that is"


def test_words_that_are_cut_away_are_returned() -> None:
    agreement = heard("one two three four five", "one two three four five six")

    gone = agreement.cut(3)

    assert (text(gone), text(agreement.stable)) == ("one two three", "four")


def test_an_empty_hypothesis_keeps_the_stable_words() -> None:
    agreement = heard("one two three", "one two three four", "")

    assert (text(agreement.stable), agreement.tail) == ("one two", ())


def test_normal_folds_case_and_punctuation() -> None:
    assert [normal(word) for word in ("Straße,", "can't", "—")] == ["strasse", "cant", ""]
