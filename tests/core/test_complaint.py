from assist.core.complaint import FRESH, HALF_LIFE, Complaint
from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.evaluate.calls import LabelledCall
from assist.evaluate.run import inputs
from assist.events import Event, NumberEvidence, TranscriptFinal, TranscriptPartial, Word
from assist.settings import load_playbook
from tests.script import Stretch, otherwise, script


def scores(call: LabelledCall, *extra: Event) -> dict[int, tuple[float, float]]:
    """Return the score and its share from words at every event."""
    talk = Conversation(lexicon(load_playbook(call.call.language)))
    complaint = Complaint(talk)
    found = {}
    for event in sorted((*inputs(call), *extra), key=lambda event: event.at):
        talk.apply(event)
        complaint.apply(event)
        found[event.at] = complaint.score, complaint.words
    return found


def best(call: LabelledCall) -> float:
    return max(words for _, words in scores(call).values())


def test_a_strong_word_gives_two_points_that_halve_in_ten_seconds_once_they_are_old() -> None:
    found = scores(script(customer=[(0, 400, "ridiculous")], after=20_000))

    points = [words for words in (found[at][1] for at in sorted(found)) if words]
    assert points[0] == 2 == found[FRESH][1]
    assert 0.9 < found[FRESH + HALF_LIFE + 500][1] < 1.1


def test_recurrence_and_blame_give_one_point_each() -> None:
    assert 0.9 < best(script(customer=[(0, 2000, "this is the third time")])) <= 1
    assert 0.9 < best(script(customer=[(0, 2000, "you people")])) <= 1


def test_one_absolutist_word_counts_nothing_two_count_one() -> None:
    assert best(script(customer=[(0, 2000, "that always rings")])) == 0
    assert best(script(customer=[(0, 2000, "that always rings and never stops")])) == 1


def test_complaint_words_count_by_their_density() -> None:
    dense = "it is broken and wrong and I am disappointed"
    thin = dense + " because " + "the green lamp in my hall went on at noon " * 7

    assert best(script(customer=[(0, 3000, dense)])) == 2
    assert scores(script(customer=[(0, 25_000, thin)]))[25_500][1] < 2


def test_holding_the_floor_gives_points_without_words() -> None:
    found = scores(script(customer=[(0, 30_000)]))

    assert (found[11_500][0], found[12_500][0], found[20_500][0]) == (0, 1, 2)


def test_two_thanks_take_two_points_off() -> None:
    found = scores(script(customer=[(0, 3000, "thank you so much thank you again")]))

    assert min(score for score, _ in found.values()) == -2


def test_a_calm_answer_to_an_open_question_takes_two_points_off() -> None:
    call = script(
        agent=[(0, 1500, "What happened?")], customer=[(2000, 18_000, "the line went down " * 8)]
    )

    assert scores(call)[17_500][0] < 0


def test_an_answer_in_strong_words_is_not_calm() -> None:
    call = script(
        agent=[(0, 1500, "What happened?")], customer=[(2000, 6000, "this is ridiculous")]
    )

    assert scores(call)[7000][0] > 1


def test_the_same_words_after_twenty_seconds_are_a_repetition() -> None:
    said = "green engine whistles loudly"
    call = script(customer=[(0, 2000, said), (25_000, 27_000, said)])

    assert best(call) > 0.9


def test_the_agents_words_never_count() -> None:
    assert best(script(agent=[(0, 3000, "ridiculous unacceptable you people")])) == 0


def test_the_evidence_begins_with_score_and_floor() -> None:
    talk = Conversation(lexicon(load_playbook("en")))

    names = [e.name for e in Complaint(talk).evidence() if isinstance(e, NumberEvidence)]

    assert names == ["score", "floor_ms"]


# --- words are taken back ---------------------------------------------------------------------


def heard(*said: tuple[int, str, bool]) -> Complaint:
    """Let the customer's only utterance be recognised step by step: (at, words, final)."""
    talk = Conversation(lexicon(load_playbook("en")))
    complaint = Complaint(talk)
    for number, (at, text, final) in enumerate(said, 1):
        words = tuple(
            Word(text=w, start=300 * i, end=300 * i + 250) for i, w in enumerate(text.split())
        )
        kind = TranscriptFinal if final else TranscriptPartial
        event = kind(at=at, utterance="c1", channel="customer", revision=number, words=words)
        talk.apply(event)
        complaint.apply(event)
    return complaint


def test_a_hit_that_rests_on_words_taken_back_counts_no_more() -> None:
    complaint = heard(
        (2000, "this is ridiculous you people", False), (2500, "this is about you people", True)
    )

    assert complaint.words == heard((2500, "this is about you people", True)).words == 1


def test_a_final_that_says_less_takes_the_hit_back() -> None:
    assert heard((2000, "so this is ridiculous", False), (2500, "so this is", True)).words == 0


def test_a_hit_stays_when_words_after_it_change() -> None:
    first, final = (2000, "ridiculous you said", False), (2000, "ridiculous you sad", True)

    assert heard(first, final).words == heard(final).words > 1.5


def test_a_correction_takes_its_points_back_and_gives_others() -> None:
    call = script(customer=[(0, 2000, "this is ridiculous"), (9000, 11_000, "you people")])
    calm = otherwise(call, "ridiculous", "remarkable", at=12_000)
    call_again = script(customer=[(0, 2000, "this is remarkable"), (9000, 11_000, "you people")])

    assert scores(call)[12_500][1] > scores(call, calm)[12_500][1]
    assert scores(call, calm)[12_500] == scores(call_again)[12_500]


def test_a_repetition_that_was_misheard_counts_no_more() -> None:
    said = "kitchen window curtain"
    call = script(customer=[(0, 2000, said), (30_000, 32_000, said)], after=9000)
    assert scores(call)[33_500][1] > 0.9

    calm = otherwise(call, said, "garden hose leaked", at=33_400)  # the first time

    assert scores(call, calm)[33_500][1] == 0


TOLD = "the kitchen sink overflowed and the carpet and sofa were soaked near the window"
TOLD_ANEW = "my sofa and carpet near that sink overflowed window"


def told_twice(second: str) -> LabelledCall:
    return script(customer=[(0, 5000, TOLD), (30_000, 34_000, second)], after=3000)


def test_a_turn_told_again_in_other_order_counts_one_point() -> None:
    other = "we always liked mountains rivers forests and little villages there"

    assert scores(told_twice(TOLD_ANEW))[34_600][1] - scores(told_twice(other))[34_600][1] > 0.9


def test_shared_laughter_takes_two_points() -> None:
    said: list[Stretch] = [(0, 3000, "this is ridiculous"), (4000, 5500)]
    alone = scores(script(customer=said, after=4000))
    together = scores(script(customer=said, agent=[(4000, 5500)], after=4000))

    assert alone[8000][0] - together[8000][0] == 2
