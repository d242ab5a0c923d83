"""What a clause does: phrases behind guards, no quotes, and the tagger where phrases are silent."""

from dataclasses import dataclass

from msgspec.structs import replace

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.lexicon import Lexicon
from assist.events import Channel, NumberEvidence, TranscriptFinal, Word, WordsEvidence
from assist.playbooks import PhraseSet, Playbook
from assist.playbooks.schema import Mandatory, Place
from assist.settings import load_playbook

SETS = {
    "sorry": PhraseSet(
        match=("sorry", "i apologise"), guard=("sorry what",), act="apology", least=0.8
    ),
    "quote": PhraseSet(match=("told you",), guard=("i told you",)),
    "regret": PhraseSet(any_of=("sorry",)),
    "mandatory": PhraseSet(match=("the terms say",)),
}


@dataclass(frozen=True)
class Likely:
    name: str
    probability: float


@dataclass(frozen=True)
class Sure:
    """A tagger that holds everything for an apology, with one probability."""

    probability: float

    def tag(self, words: object, channel: Channel, **more: object) -> tuple[Likely, ...]:
        return (Likely("apology", self.probability),)

    def weightiest(self, words: object, channel: Channel, act: str) -> tuple[int, int]:
        return (0, 2)

    def knows(self, act: str, channel: Channel) -> bool:
        return act == "apology"


def book(tagger: object = None) -> Playbook:
    return replace(load_playbook("en"), phrases=SETS, tagger=tagger)


def find(
    text: str, *, probability: float = 1.0, tagger: object = None, channel: Channel = "agent"
) -> Act | None:
    words = tuple(
        Word(text=word, start=300 * i, end=300 * i + 250, probability=probability)
        for i, word in enumerate(text.split())
    )
    clause = Clause(channel, "a0", 0, words, True)
    return Conversation(Lexicon(book(tagger))).says(clause, "sorry")


def test_a_phrase_is_found_with_its_words() -> None:
    act = find("Well, I apologise for that.")

    assert act is not None
    assert act.rule == "SORRY"
    assert act.evidence() == (
        WordsEvidence(channel="agent", start=300, end=850, text="I apologise"),
    )


def test_words_under_a_guard_are_not_looked_at() -> None:
    assert find("Sorry, what was that?") is None


def test_a_guard_hides_only_what_it_covers() -> None:
    assert find("Sorry, what? Oh, I apologise.") is not None


def test_quoted_words_are_not_the_agents_own() -> None:
    assert find("So they told you sorry.") is None


def test_what_only_looks_like_a_quote_hides_nothing() -> None:
    assert find("I told you I'm sorry.") is not None


def test_what_must_be_read_out_is_not_looked_at() -> None:
    assert find("The terms say we are sorry.") is None


def test_a_mandatory_text_is_not_looked_at_but_what_follows_is() -> None:
    terms = "We are sorry to say that all tickets are final and no money is returned."
    known = replace(book(), mandatory=(Mandatory(name="terms", text=terms),))

    def says(text: str, name: str) -> Act | None:
        words = tuple(Word(text=w, start=i, end=i + 1) for i, w in enumerate(text.split()))
        return Conversation(Lexicon(known)).says(Clause("agent", "a0", 0, words, True), name)

    assert says(terms, "sorry") is None
    assert says(terms, "mandatory") is not None
    assert says("We are sorry to hear that.", "sorry") is not None
    assert says(f"{terms} And I apologise.", "sorry") is not None


def test_a_single_word_needs_a_recogniser_that_is_sure() -> None:
    assert find("Sorry.", probability=0.4) is None
    assert find("I apologise.", probability=0.4) is not None


def test_the_tagger_decides_where_phrases_are_silent() -> None:
    act = find("My bad entirely.", tagger=Sure(0.9))

    assert act is not None
    assert act.rule == "SORRY_LIKELY"
    assert NumberEvidence(name="likely", value=0.9, threshold=0.8) in act.evidence()


def test_an_unsure_tagger_decides_nothing() -> None:
    assert find("My bad entirely.", tagger=Sure(0.7)) is None


def test_the_tagger_is_not_asked_about_quotes() -> None:
    assert find("They told you it was their bad.", tagger=Sure(0.9)) is None


def test_a_set_made_of_others_means_each_of_them_behind_their_own_guards() -> None:
    def regrets(text: str) -> Act | None:
        words = tuple(
            Word(text=word, start=300 * i, end=300 * i + 250) for i, word in enumerate(text.split())
        )
        talk = Conversation(Lexicon(book()))
        return talk.says(Clause("agent", "a0", 0, words, True), "regret")

    act = regrets("I apologise for that.")

    assert act is not None
    assert act.name == "sorry"
    assert regrets("Sorry what?") is None


def test_the_tagger_does_not_believe_a_phrase_that_it_holds_for_unlikely() -> None:
    said = "I'm sorry about that."

    assert find(said, tagger=Sure(0.2)) is not None
    assert find(said, tagger=Sure(0.05)) is None


def test_a_clause_remembers_what_it_answers() -> None:
    seen: list[Place] = []

    class Looking(Sure):
        def tag(self, words: object, channel: Channel, **more: object) -> tuple[Likely, ...]:
            place = more["place"]
            assert isinstance(place, Place)
            seen.append(place)
            return super().tag(words, channel)

    talk = Conversation(Lexicon(book(Looking(0.9))))
    turns: tuple[tuple[int, Channel], ...] = ((0, "customer"), (5000, "agent"))
    for at, channel in turns:
        word = Word(text="Hello.", start=at, end=at + 300, probability=1.0)
        talk.apply(
            TranscriptFinal(
                at=at + 1000, utterance=f"u{at}", channel=channel, words=(word,), revision=1
            )
        )
        talk.tags(talk.closed[0])

    assert [place.answers for place in seen] == [(), ("apology",)]
    assert [place.heard for place in seen] == [0, 1]
