"""A summary is told by its phrase and the customer's own words."""

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.core.mirroring import facts, issue_words, mirrors
from assist.events import Channel, TranscriptFinal, Word
from assist.settings import load_playbook


def words_of(text: str, start: int = 0) -> tuple[Word, ...]:
    return tuple(
        Word(text=word, start=start + 300 * i, end=start + 300 * i + 250)
        for i, word in enumerate(text.split())
    )


def clause_of(text: str, channel: Channel = "agent") -> Clause:
    return Clause(channel, "a0", 0, words_of(text, 9000), True)


def heard(text: str, language: str = "en") -> Conversation:
    talk = Conversation(lexicon(load_playbook(language)))
    words = words_of(text)
    talk.apply(
        TranscriptFinal(at=8000, channel="customer", utterance="c0", words=words, revision=1)
    )
    return talk


TALK = "The washing machine leaks and the pump is loud."


def test_a_phrase_and_two_of_the_customers_words_are_a_summary() -> None:
    talk = heard(TALK)

    assert mirrors(clause_of("What I'm hearing is that the pump leaks."), talk) is not None
    assert mirrors(clause_of("What I'm hearing is that the boss sleeps."), talk) is None


def test_a_tag_after_the_customers_words_is_one() -> None:
    assert mirrors(clause_of("The machine leaks, the pump is loud, right?"), heard(TALK))


def test_a_comprehension_check_needs_no_words() -> None:
    assert mirrors(clause_of("Did I get that right?"), heard(TALK)) is not None


def test_the_customer_sums_up_nothing() -> None:
    clause = clause_of("So the machine leaks and the pump is loud, right?", "customer")

    assert mirrors(clause, heard(TALK)) is None


def test_inflected_words_are_the_customers_too() -> None:
    assert issue_words(9000, heard(TALK)).weight("pumps") == 1


def test_listening_is_no_fact() -> None:
    talk = heard(TALK)
    clauses = [clause_of("Yeah, okay.", "customer"), clause_of("It leaks.", "customer")]

    assert facts(clauses, talk) == 2
