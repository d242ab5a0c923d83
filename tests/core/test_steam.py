"""Venting, as long as it matters, and the empathy that answered it."""

from assist.core.conversation import Conversation
from assist.core.lexicon import Lexicon
from assist.core.steam import Steam
from assist.events import CueCleared, CueDetected, Tick
from assist.settings import load_playbook


def venting(at: int = 20_000) -> CueDetected:
    return CueDetected(
        at=at,
        cue="venting",
        id="venting-c1",
        channel="customer",
        rule="venting.SCORE",
        playbook="en/support@1",
        start=at - 10_000,
        end=at,
        confidence=0.85,
        evidence=(),
    )


def over(at: int, reason: str) -> CueCleared:
    return CueCleared(at=at, cue="venting", id="venting-c1", reason=reason)  # type: ignore[arg-type]  # str


def steam(*events: CueDetected | CueCleared) -> Steam:
    followed, talk = Steam(), Conversation(Lexicon(load_playbook("en")))
    for event in events:
        talk.apply(Tick(at=event.at))
        followed.observe(event, talk)
    return followed


def test_before_any_venting_nothing_rises() -> None:
    assert not steam().rises(5000, 8000)


def test_it_rises_from_the_beginning_of_the_venting() -> None:
    followed = steam(venting(20_000))

    assert not followed.rises(9000, 8000)
    assert followed.rises(30_000, 8000)


def test_it_rises_for_a_while_after_the_end() -> None:
    followed = steam(venting(20_000), over(24_000, "cleared"))

    assert followed.rises(32_000, 8000)
    assert not followed.rises(32_001, 8000)


def test_venting_that_was_taken_back_was_none() -> None:
    assert steam(venting(20_000), over(24_000, "retracted")).venting is None
