"""Obligations: opened by words, paid by words, due on the call clock; silent without words."""

from collections.abc import Iterator
from typing import ClassVar

from msgspec.structs import replace

from assist.core.clauses import Clause
from assist.core.detector import CueSpec, Scene
from assist.core.engine import Engine
from assist.core.owing import BEHIND, Debt, Obligation
from assist.evaluate.calls import LabelledCall
from assist.evaluate.run import inputs
from assist.events import CueCleared, CueDetected, Event, Tick
from assist.playbooks import PhraseSet, Playbook
from assist.settings import load_playbook
from tests.script import Stretch, otherwise, script

SETS = {"bananas": PhraseSet(match=("bananas",)), "pears": PhraseSet(match=("pears",))}
DUE = 5000


class PearsMissing(Obligation):
    """Who says bananas owes pears within five seconds."""

    cue: ClassVar[str] = "pears_missing"
    lasts: ClassVar[int] = 6000

    def opens(self, event: Event, scene: Scene) -> Iterator[Debt]:
        talk = scene.conversation
        for clause in talk.closed:
            act = talk.says(clause, "bananas")
            if act is not None:
                yield Debt(clause.start, clause.end, act.evidence(), clause)

    def pays(self, clause: Clause, debt: Debt, scene: Scene) -> bool:
        return scene.conversation.says(clause, "pears") is not None

    def due(self, debt: Debt, scene: Scene) -> bool:
        return scene.conversation.now - debt.end >= DUE


SPEC = CueSpec(
    id="pears_missing",
    detector=PearsMissing,
    kind="nudge",
    stages=(),
    who="agent",
    priority=2,
    cooldown_ms=1000,
    ttl_ms=4000,
    tolerance_ms=8000,
)


def book() -> Playbook:
    bundled = load_playbook("en")
    return replace(bundled, phrases=bundled.phrases | SETS)


def run(call: LabelledCall, *extra: Event, behind: int = 0) -> list[Event]:
    engine = Engine(call_id="x", playbook=book(), table=(SPEC,))
    events = sorted([*inputs(call), *extra], key=lambda event: event.at)
    late = (replace(e, behind=behind) if isinstance(e, Tick) else e for e in events)
    return [said for event in late for said in engine.feed(event)]


def agent(*stretches: Stretch, after: int = 16_000) -> LabelledCall:
    return script(agent=stretches, after=after)


def found(events: list[Event]) -> list[CueDetected]:
    return [e for e in events if isinstance(e, CueDetected)]


def ends(events: list[Event]) -> list[CueCleared]:
    return [e for e in events if isinstance(e, CueCleared)]


OWING: Stretch = (1000, 3000, "We only sell bananas.")


def test_what_is_not_said_is_noticed_when_it_is_due() -> None:
    (cue,) = found(run(agent(OWING)))

    assert 3000 + DUE <= cue.at <= 3000 + DUE + 500
    assert cue.rule == "pears_missing.MISSING"


def test_what_is_paid_in_time_is_never_noticed() -> None:
    assert not found(run(agent(OWING, (5000, 6500, "And some pears."))))


def test_paying_late_ends_it() -> None:
    (end,) = ends(run(agent(OWING, (10_000, 11_000, "And some pears."))))

    assert (end.reason, end.by) == ("cleared", "agent")


def test_it_ends_by_itself() -> None:
    (end,) = ends(run(agent(OWING)))

    assert end.reason == "timed_out"


def test_nothing_is_owed_after_the_call() -> None:
    assert not found(run(agent(OWING, after=2000)))


def test_nothing_is_judged_while_words_are_late() -> None:
    assert not found(run(agent(OWING), behind=BEHIND + 500))


def test_nothing_is_judged_when_much_was_said_that_nobody_wrote() -> None:
    assert not found(run(agent(OWING, (3300, 9000))))


def test_a_debt_goes_with_the_words_that_opened_it() -> None:
    call = agent(OWING)

    assert not found(run(call, otherwise(call, "bananas.", "bandanas.", at=5000)))


def test_a_cue_goes_with_the_words_that_opened_it() -> None:
    call = agent(OWING)

    (end,) = ends(run(call, otherwise(call, "bananas.", "bandanas.", at=9000)))

    assert end.reason == "corrected"
