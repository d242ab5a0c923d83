"""A cue that words set off: once for each event, withdrawn in time, taken back with its words."""

from collections.abc import Iterator
from typing import ClassVar

from msgspec.structs import replace

from assist.core.detector import CueSpec
from assist.core.engine import Engine
from assist.core.spotting import CHAIN, Spotting
from assist.evaluate.calls import LabelledCall
from assist.evaluate.run import inputs
from assist.events import CueCleared, CueDetected, CueSuppressed, Event
from assist.playbooks import PhraseSet, Playbook
from assist.settings import load_playbook
from tests.script import Stretch, otherwise, script

TRIGGERS = {"bananas": PhraseSet(match=("bananas",)), "pears": PhraseSet(match=("pears",))}


class AtOnce(Spotting):
    cue: ClassVar[str] = "fruit"
    acts: ClassVar[tuple[str, ...]] = ("bananas",)
    ends: ClassVar[tuple[str, ...]] = ("pears",)
    lasts: ClassVar[int] = 8000


class Patient(AtOnce):
    waits: ClassVar[bool] = True
    corrects: ClassVar[tuple[str, ...]] = ("pears",)


class Early(AtOnce):
    early: ClassVar[bool] = True


def spec(detector: type[Spotting]) -> CueSpec:
    return CueSpec(
        id="fruit",
        detector=detector,
        kind="nudge",
        stages=(),
        who="agent",
        priority=2,
        cooldown_ms=1000,
        ttl_ms=4000,
        tolerance_ms=3000,
    )


def book() -> Playbook:
    bundled = load_playbook("en")
    return replace(bundled, phrases=bundled.phrases | TRIGGERS)


def run(call: LabelledCall, detector: type[Spotting] = AtOnce, *extra: Event) -> Iterator[Event]:
    engine = Engine(call_id="x", playbook=book(), table=(spec(detector),))
    for event in sorted([*inputs(call), *extra], key=lambda event: event.at):
        yield from engine.feed(event)


def agent(*stretches: Stretch, after: int = 12_000) -> LabelledCall:
    return script(agent=stretches, after=after)


def found(events: Iterator[Event]) -> list[CueDetected]:
    return [e for e in events if isinstance(e, CueDetected)]


def ends(events: Iterator[Event]) -> list[CueCleared]:
    return [e for e in events if isinstance(e, CueCleared)]


def test_the_words_are_the_evidence() -> None:
    (cue,) = found(run(agent((1000, 3000, "We only sell bananas."))))

    assert cue.rule == "fruit.BANANAS"
    assert [e.text for e in cue.evidence] == ["bananas."]  # type: ignore[union-attr]  # words


def test_the_other_side_sets_nothing_off() -> None:
    assert not found(run(script(customer=[(1000, 3000, "I want bananas.")])))


def test_the_same_said_twice_in_a_row_is_one_event() -> None:
    twice = agent((1000, 2000, "Bananas."), (2500, 3500, "Yes, bananas."))

    assert len(found(run(twice))) == 1


def test_the_same_said_again_later_is_another_event() -> None:
    later = 3500 + CHAIN
    twice = agent((1000, 2000, "Bananas."), (later, later + 1000, "Yes, bananas."))

    assert len(found(run(twice))) == 2


def test_it_ends_with_what_ends_it() -> None:
    (end,) = ends(run(agent((1000, 2000, "Bananas."), (4000, 5000, "Or pears."))))

    assert (end.reason, end.by) == ("cleared", "agent")


def test_it_ends_after_its_time() -> None:
    (end,) = ends(run(agent((1000, 2000, "Bananas."))))

    assert (end.reason, end.by) == ("timed_out", None)


def test_one_that_waits_is_withdrawn_by_its_correction() -> None:
    events = list(run(agent((1000, 2000, "Bananas."), (3000, 4000, "No, pears.")), Patient))

    (gone,) = [e for e in events if isinstance(e, CueSuppressed)]
    assert gone.reason == "self_corrected"
    assert not found(iter(events))


def test_one_that_waits_stands_after_its_time() -> None:
    (cue,) = found(run(agent((1000, 2000, "Bananas.")), Patient))

    assert cue.at >= 4500


def test_it_goes_with_words_that_the_recogniser_takes_back() -> None:
    call = agent((1000, 3000, "We only sell bananas."))

    (end,) = ends(run(call, AtOnce, otherwise(call, "bananas.", "bandanas.", at=6000)))

    assert end.reason == "corrected"


def test_words_that_come_to_light_late_still_count_for_a_while() -> None:
    call = agent((1000, 3000, "We only sell bandanas."))

    assert found(run(call, AtOnce, otherwise(call, "bandanas.", "bananas.", at=6000)))
    assert not found(run(call, AtOnce, otherwise(call, "bandanas.", "bananas.", at=12_000)))


def test_an_early_cue_does_not_wait_for_the_end_of_the_clause() -> None:
    call = agent((0, 8000, "We have bananas and so many other things that I could tell you of."))

    (late,) = [e for e in run(call) if isinstance(e, CueDetected)]
    (early,) = [e for e in run(call, Early) if isinstance(e, CueDetected)]

    assert early.at < 5000 < 8000 < late.at


def test_an_early_cue_waits_until_the_words_after_the_phrase_tell() -> None:
    call = agent((0, 2000, "We have bananas."))

    (cue,) = [e for e in run(call, Early) if isinstance(e, CueDetected)]

    assert cue.at > 2000
