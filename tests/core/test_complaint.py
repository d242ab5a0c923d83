from assist.core.complaint import HALF_LIFE, Complaint
from assist.core.conversation import Conversation
from assist.core.lexicon import lexicon
from assist.evaluate.calls import LabelledCall
from assist.evaluate.run import inputs
from assist.events import NumberEvidence
from assist.settings import load_playbook
from tests.script import script


def scores(call: LabelledCall) -> dict[int, tuple[float, float]]:
    """Return the score and its share from words at every event."""
    talk = Conversation(lexicon(load_playbook(call.call.language)))
    complaint = Complaint(talk)
    found = {}
    for event in inputs(call):
        talk.apply(event)
        complaint.apply(event)
        found[event.at] = complaint.score, complaint.words
    return found


def best(call: LabelledCall) -> float:
    return max(words for _, words in scores(call).values())


def test_a_strong_word_gives_two_points_that_halve_in_ten_seconds() -> None:
    found = scores(script(customer=[(0, 400, "ridiculous")], after=20_000))

    points = [words for words in (found[at][1] for at in sorted(found)) if words]
    assert 1.8 < points[0] <= 2
    assert 0.9 < found[HALF_LIFE + 500][1] < 1.1


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
