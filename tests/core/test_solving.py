"""What is a solution, and when it was left to stand."""

import pytest

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.core.solving import FirstSolution, left_standing, solves
from assist.events import Channel, TranscriptFinal, Word
from assist.settings import load_playbook


def talk_in(language: str) -> Conversation:
    return Conversation(lexicon(load_playbook(language)))


def words_of(text: str) -> tuple[Word, ...]:
    return tuple(
        Word(text=word, start=300 * i, end=300 * i + 250) for i, word in enumerate(text.split())
    )


def clause_of(text: str, channel: Channel = "agent") -> Clause:
    return Clause(channel, "a0", 0, words_of(text), True)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I'd suggest we swap the router."),
        ("en", "I'll send you a replacement today."),
        ("en", "You just need to restart it."),
        ("en", "So we'd fit you a new screen."),
        ("de", "Ich schlage vor, wir tauschen den Router."),
        ("de", "Da muss die ganze Anlage getauscht werden."),
        ("de", "Ziehen Sie bitte einmal den Stecker."),
    ],
)
def test_what_is_suggested_done_or_asked_to_be_done_is_a_solution(language: str, text: str) -> None:
    assert solves(clause_of(text), talk_in(language)) is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "That's because the cable is loose."),
        ("en", "So it's gonna be stuck at the hub."),
        ("de", "Das liegt am alten Kabel."),
        ("de", "Dann ist Ihre App veraltet."),
    ],
)
def test_a_stated_cause_counts_only_where_it_is_asked_for(language: str, text: str) -> None:
    talk = talk_in(language)

    assert solves(clause_of(text), talk, cause=True) is not None
    assert solves(clause_of(text), talk) is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "What would you like us to do?"),
        ("en", "When did it start?"),
        ("en", "That must have been annoying."),
        ("en", "If I understand you correctly, the router failed."),
        ("en", "Is it because the cable is loose?"),
        ("de", "Was wünschen Sie sich?"),
        ("de", "Wenn ich Sie richtig verstehe, blinkt er."),
        ("de", "Das schreibe ich mir kurz auf."),
    ],
)
def test_questions_kindness_and_summaries_are_none(language: str, text: str) -> None:
    assert solves(clause_of(text), talk_in(language), cause=True) is None


def test_the_customer_offers_no_solution() -> None:
    assert solves(clause_of("I'd suggest you swap it.", "customer"), talk_in("en")) is None


def test_the_first_solution_is_told_once() -> None:
    talk, first = talk_in("en"), FirstSolution()
    told = []
    for i, text in enumerate(["I'll send you a new one.", "I'd suggest an engineer."]):
        talk.apply(
            TranscriptFinal(
                at=5000 * (i + 1),
                channel="agent",
                utterance=f"a{i}",
                words=words_of(text),
                revision=1,
            )
        )
        told += list(first.look(talk))

    assert [act.clause.text for act in told] == ["I'll send you a new one."]


def test_an_endless_clause_is_not_waited_for() -> None:
    talk = talk_in("en")
    talk.now = 9000

    assert left_standing(None, 3000, talk)
    assert not left_standing(None, 4000, talk)
