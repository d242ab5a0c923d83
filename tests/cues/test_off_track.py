"""When talk is off the issue, and what stays on it."""

from assist.cues.off_track import BREATH, CUE, LONG
from assist.evaluate.calls import LabelledCall
from assist.events import NudgeShown, NumberEvidence, WordsEvidence
from tests.script import Stretch, cleared, cues, heard, otherwise, script, stages, told

ISSUE = "my router is broken and the internet connection drops every evening since the update."
ASKS = "Which router do you have in the house, and which lights are on?"
ANSWER = "the router is the white one with four green lights."
DOGS = (
    "we took the puppies to the meadow and the little brown puppy chased butterflies while grandma "
    "cooked noodles for the village festival and uncle Walter played the trumpet until midnight "
    "and the children danced around the bonfire with their painted lanterns and silly wooden masks"
)
HOME = (
    "I am working from home because the line is down and without the connection the laptop cannot "
    "reach the server so the router blinks red all evening and the internet is gone again and my "
    "phone shows the same error with the network as the router in the kitchen"
)
START: list[Stretch] = [(3000, 8000, ISSUE), (12_500, 15_500, ANSWER)]
AGENT: list[Stretch] = [(0, 2500, "Hello, how can I help?"), (8600, 12_000, ASKS)]


def call_of(*customer: Stretch, agent: tuple[Stretch, ...] = (), lag: int = 600) -> LabelledCall:
    return script(customer=[*START, *customer], agent=[*AGENT, *agent], lag=lag)


def test_fifteen_seconds_of_something_else_are_off_the_track() -> None:
    events = told(call_of((24_000, 40_000, DOGS)))

    assert stages(events)[-1].stage == "problem_solving"
    found = cues(call_of((24_000, 40_000, DOGS)), CUE)
    assert len(found) == 1
    assert 31_000 <= found[0].at <= 39_000


def test_a_marker_halves_what_must_be_heard_before_a_breath() -> None:
    short = " ".join(DOGS.split()[:18])
    marked = cues(call_of((24_000, 31_000, "that reminds me. " + short)), CUE)

    assert cues(call_of((24_000, 30_000, short)), CUE) == []
    assert [cue.rule for cue in marked] == ["off_track.MARKED"]


def test_while_the_customer_goes_on_it_waits_until_somebody_could_bridge() -> None:
    (going_on,) = cues(call_of((24_000, 40_000, DOGS)), CUE)
    (paused,) = cues(call_of((24_000, 34_000, " ".join(DOGS.split()[:30]))), CUE)

    assert going_on.at - 24_000 >= LONG
    assert paused.at - 24_000 < LONG + 1000
    assert paused.at >= 34_000 + BREATH


def test_who_asks_for_something_is_on_the_issue() -> None:
    asks = "can you send somebody round on saturday " + " ".join(DOGS.split()[:30])

    assert cues(call_of((24_000, 40_000, asks)), CUE) == []


def test_a_marked_tale_may_hold_a_word_of_the_issue() -> None:
    words = DOGS.split()
    tale = " ".join(
        [*words[:6], "router", *words[6:14], "connection", *words[14:20], "update", *words[20:32]]
    )

    assert cues(call_of((24_000, 35_000, tale)), CUE) == []
    assert len(cues(call_of((24_000, 36_000, "that reminds me. " + tale)), CUE)) == 1


def test_the_first_words_of_the_evidence_are_the_topic() -> None:
    cue = cues(call_of((24_000, 40_000, DOGS)), CUE)[0]

    quoted = [item.text for item in cue.evidence if isinstance(item, WordsEvidence)]
    assert quoted[0].lower().strip(",.") == "router"
    assert len(quoted) == 2


def test_the_numbers_of_the_evidence_stay_on_their_side_of_the_threshold() -> None:
    cue = cues(call_of((24_000, 40_000, DOGS)), CUE)[0]

    found = {i.name: (i.value, i.threshold) for i in cue.evidence if isinstance(i, NumberEvidence)}
    relevance, words = found["relevance"], found["off_words"]
    assert relevance[0] < relevance[1]
    assert words[0] > 0


def test_the_bridge_names_the_topic_once_the_floor_is_free() -> None:
    events = told(call_of((24_000, 40_000, DOGS)))

    texts = [e.text for e in events if isinstance(e, NudgeShown) and e.cue == CUE]
    assert texts[-1] == "Steer back to: router."


def test_talk_about_the_consequences_of_the_issue_is_on_it() -> None:
    assert cues(call_of((24_000, 40_000, HOME)), CUE) == []


def test_the_agent_may_talk_about_anything() -> None:
    call = call_of(agent=((24_000, 40_000, DOGS),))

    assert cues(call, CUE) == []


def test_small_talk_while_the_system_loads_is_no_drift() -> None:
    call = call_of((24_000, 40_000, DOGS), agent=((17_000, 18_500, "One moment please."),))

    assert cues(call, CUE) == []


def test_a_compound_of_an_issue_word_is_on_the_issue() -> None:
    call = script(
        language="de",
        agent=[
            (0, 2500, "Guten Tag, wie kann ich helfen?"),
            (8600, 12_000, "Welchen Router haben Sie denn?"),
        ],
        customer=[
            (
                3000,
                8000,
                "Mein Router ist kaputt und die Rechnung stimmt seit dem Umzug nicht mehr.",
            ),
            (24_000, 40_000, "Routerwechsel Routertausch Routerfehler Rechnungskorrektur " * 8),
        ],
    )

    assert cues(call, CUE) == []


def test_an_answer_to_a_question_is_on_the_issue_and_teaches_its_words() -> None:
    call = call_of(
        (12_500, 22_000, "well the puppy chewed the cable under the sofa near the trumpet")
    )

    assert cues(call, CUE) == []


def test_venting_is_not_interrupted_by_a_bridge() -> None:
    rant = (
        "this is ridiculous I am fed up this is unacceptable and outrageous you people are useless"
    )

    assert cues(call_of((24_000, 34_000, rant)), CUE) == []


def test_a_question_of_the_agent_brings_the_talk_back() -> None:
    events = told(
        call_of((24_000, 40_000, DOGS), agent=((40_500, 43_000, "And which router is it?"),))
    )

    ends = cleared(events, CUE)

    assert [(end.reason, end.by) for end in ends] == [("cleared", "agent")]


def test_a_tangent_that_was_misheard_is_cleared() -> None:
    call = call_of((24_000, 40_000, DOGS))
    misheard = " ".join(DOGS.split()[:30])
    issue = " ".join(HOME.split()[:30])

    events = told(call, extra=[otherwise(call, misheard, issue, at=41_500)])

    assert "corrected" in [e.reason for e in cleared(events, CUE)]


def test_a_tangent_stands_when_one_word_of_it_changes() -> None:
    call = call_of((24_000, 40_000, DOGS))

    events = told(call, extra=[otherwise(call, "puppies", "guppies", at=41_500)])

    assert len(heard(events, CUE)) == 1
    assert "corrected" not in [e.reason for e in cleared(events, CUE)]


def test_words_of_the_issue_that_were_misheard_are_forgotten() -> None:
    call = call_of((24_000, 40_000, DOGS))
    misheard, right = "puppies do you have in the meadow,", "router do you have in the house,"
    asks = ASKS.replace(right, misheard)
    wrong = script(
        customer=[*START, (24_000, 40_000, DOGS)], agent=[AGENT[0], (8600, 12_000, asks)]
    )

    events = told(wrong, extra=[otherwise(wrong, misheard, right, at=14_000)])

    (expected,) = cues(call, CUE)
    assert cues(wrong, CUE)[0].at > expected.at
    assert [cue.at for cue in heard(events, CUE)] == [expected.at]
