import pytest

from assist.core.vocabulary import Vocabulary
from assist.events import WordsEvidence


def said(text: str) -> WordsEvidence:
    return WordsEvidence(channel="customer", start=0, end=300, text=text)


def vocabulary(*words: str, common: frozenset[str] = frozenset()) -> Vocabulary:
    found = Vocabulary(common)
    for word in words:
        found.learn(word.lower(), said(word))
    return found


@pytest.mark.parametrize("word", ["router", "routers", "routerwechsel", "netzrouter"])
def test_a_word_its_forms_and_its_compounds_belong_to_the_issue(word: str) -> None:
    assert vocabulary("router").weight(word) == 1


@pytest.mark.parametrize(("known", "word"), [("bill", "billing"), ("delivery", "delivered")])
def test_an_english_ending_makes_no_other_word(known: str, word: str) -> None:
    assert vocabulary(known).weight(word) == 1


@pytest.mark.parametrize(("known", "word"), [("internet", "interest"), ("car", "carpet")])
def test_a_like_beginning_alone_makes_no_kin(known: str, word: str) -> None:
    assert vocabulary(known).weight(word) == 0


def test_a_word_common_to_all_calls_counts_half() -> None:
    assert vocabulary(common=frozenset({"invoice"})).weight("invoice") == 0.5


def test_a_word_learned_later_is_known_then() -> None:
    words = vocabulary("router")
    before = words.weight("trumpet")

    words.learn("trumpet", said("trumpet"))

    assert (before, words.weight("trumpet")) == (0, 1)


def test_the_topic_is_the_commonest_word_that_all_calls_know() -> None:
    words = vocabulary("garden", "garden", "garden", "router", common=frozenset({"router"}))

    topic = words.topic()

    assert topic is not None
    assert topic.text == "router"


def test_a_name_is_never_the_topic() -> None:
    words = Vocabulary(frozenset())
    for _ in range(3):
        words.learn("miller", said("Miller"), inside=True)

    assert words.topic() is None


def test_a_word_of_the_ticket_that_nobody_said_is_no_topic() -> None:
    words = Vocabulary(frozenset({"router"}))
    words.learn("router")

    assert words.topic() is None


def test_a_word_of_more_than_24_letters_is_no_topic() -> None:
    long = "Telekommunikationsrechnung"

    assert vocabulary(long, common=frozenset({long.lower()})).topic() is None


def at(start: int, text: str) -> WordsEvidence:
    return WordsEvidence(channel="customer", start=start, end=start + 300, text=text)


def test_a_word_that_was_not_said_after_all_is_forgotten() -> None:
    issue = Vocabulary(frozenset())
    issue.learn("router", at(0, "router"))
    assert issue.weight("routers") == 1

    assert issue.forget("router", at(0, "router"))

    assert (len(issue), issue.weight("router"), issue.weight("routers")) == (0, 0, 0)
    assert issue.topic() is None


def test_a_word_that_was_said_elsewhere_too_stays() -> None:
    issue = Vocabulary(frozenset({"router"}))
    issue.learn("router", at(0, "router"))
    issue.learn("router", at(900, "router,"))

    assert issue.forget("router", at(900, "router,"))

    assert issue.weight("router") == 1
    assert issue.topic() == at(0, "router")


def test_a_word_of_the_ticket_stays() -> None:
    issue = Vocabulary(frozenset())
    issue.learn("router")
    issue.learn("router", at(0, "router"))

    assert issue.forget("router", at(0, "router"))

    assert issue.weight("router") == 1


def test_what_was_never_learned_cannot_be_forgotten() -> None:
    issue = Vocabulary(frozenset())
    issue.learn("router", at(0, "router"))

    assert not issue.forget("puppy", at(0, "puppy"))
    assert not issue.forget("router", at(5, "router"))
    assert issue.weight("router") == 1


def test_a_word_that_was_misheard_as_a_name_may_be_the_topic() -> None:
    issue = Vocabulary(frozenset())
    for start, text in ((0, "invoice"), (900, "invoice"), (1800, "Invoice")):
        issue.learn("invoice", at(start, text), inside=True)
    assert issue.topic() is None

    issue.forget("invoice", at(1800, "Invoice"))

    assert issue.topic() == at(900, "invoice")
