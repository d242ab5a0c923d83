"""Option after option is rejected, or refusals and options go round and round."""

from assist.cues.stuck import APART
from tests.script import Stretch, cleared, cues, heard, script, told

CUE = "stuck_no_solution"
OFFERS = ("How about a voucher?", "What if we send a new one?", "I could give you a credit.")
ANGEBOTE = (
    "Wie wäre es mit Freitag?",
    "Ich könnte Ihnen ein Guthaben geben.",
    "Alternativ fliegen Sie Montag.",
)


def rounds(offers: tuple[str, ...], answer: str) -> tuple[list[Stretch], list[Stretch]]:
    """Let each offer be answered alike."""
    agent = [(6000 * i, 6000 * i + 2000, said) for i, said in enumerate(offers)]
    customer = [(6000 * i + 3000, 6000 * i + 5000, answer) for i in range(len(offers))]
    return [*customer], [*agent]


def test_three_rejected_options_are_stuck() -> None:
    customer, agent = rounds(OFFERS, "No, that doesn't help me.")

    (cue,) = cues(script(customer=customer, agent=agent), CUE)

    assert cue.rule == "stuck_no_solution.REJECTED"


def test_three_rejected_german_options_are_stuck() -> None:
    customer, agent = rounds(ANGEBOTE, "Nein, das bringt mir nichts.")

    assert cues(script(customer=customer, agent=agent, language="de"), CUE)


def test_two_rejected_options_are_not() -> None:
    customer, agent = rounds(OFFERS[:2], "No, that doesn't help me.")

    assert not cues(script(customer=customer, agent=agent), CUE)


def test_an_accepted_option_begins_the_count_anew() -> None:
    customer, agent = rounds(OFFERS, "No, that doesn't help me.")
    customer[1] = (9000, 11_000, "That works for me.")

    assert not cues(script(customer=customer, agent=agent), CUE)


def test_options_far_apart_are_no_round() -> None:
    customer, agent = rounds(OFFERS, "No, that doesn't help me.")
    late = APART + 10_000
    customer[2] = (late + 3000, late + 5000, "No, that doesn't help me.")
    agent[2] = (late, late + 2000, OFFERS[2])

    assert not cues(script(customer=customer, agent=agent), CUE)


def test_after_a_threat_a_second_talk_is_the_advice() -> None:
    customer, agent = rounds(OFFERS, "No, that doesn't help me.")
    customer[1] = (9000, 11_000, "No, then I will go to my lawyer.")

    events = told(script(customer=customer, agent=agent))

    assert [e.rule for e in heard(events, CUE)] == ["stuck_no_solution.REJECTED.SECOND_TALK"]


def test_it_ends_when_somebody_is_brought_in() -> None:
    customer, agent = rounds(OFFERS, "No, that doesn't help me.")
    agent.append((22_000, 24_000, "Let me bring in a specialist."))

    assert [e.by for e in cleared(told(script(customer=customer, agent=agent)), CUE)] == ["agent"]
