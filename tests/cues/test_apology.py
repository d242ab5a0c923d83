"""One sorry is enough; the fourth in two minutes is noticed."""

from assist.cues.apology import MOST, MOST_IN_CALL, OWED, WINDOW
from assist.events import NumberEvidence
from tests.script import Stretch, cues, script

CUE = "apology_overuse"
ASKED: Stretch = (0, 2000, "My parcel is late.")


def sorry(count: int, *, every: int = 6000, said: str = "I'm sorry about that.") -> list[Stretch]:
    """Apologise again and again from 4000 on."""
    return [(4000 + every * i, 6000 + every * i, said) for i in range(count)]


def test_one_more_than_three_is_too_many() -> None:
    (cue,) = cues(script(customer=[ASKED], agent=sorry(MOST + 1)), CUE)

    number = cue.evidence[0]
    assert isinstance(number, NumberEvidence)
    assert (number.name, number.value, number.threshold) == ("apologies", MOST + 1, MOST)


def test_three_are_not() -> None:
    assert not cues(script(customer=[ASKED], agent=sorry(MOST)), CUE)


def test_german_apologies_count_however_they_are_worded() -> None:
    said = ["Das tut mir leid.", "Entschuldigung dafür.", "Ich bitte um Verzeihung.", "Verzeihung."]
    agent: list[Stretch] = [(4000 + 6000 * i, 6000 + 6000 * i, s) for i, s in enumerate(said)]

    assert len(cues(script(customer=[ASKED], agent=agent, language="de"), CUE)) == 1


def test_apologies_far_apart_do_not_add_up() -> None:
    assert not cues(script(customer=[ASKED], agent=sorry(MOST + 1, every=WINDOW // 2)), CUE)


def test_seven_in_a_call_are_too_many_however_far_apart() -> None:
    agent = sorry(MOST_IN_CALL + 1, every=WINDOW // 2)

    assert len(cues(script(customer=[ASKED], agent=agent), CUE)) == 1


def test_the_apology_for_a_mistake_is_owed() -> None:
    mistake: Stretch = (22_000, 24_000, "I'm so sorry, that was our mistake.")
    agent = [*sorry(2), (16_000 + OWED, 18_000 + OWED, "Sorry about that."), mistake]

    assert not cues(script(customer=[ASKED], agent=sorted(agent, key=lambda s: s[0])), CUE)
