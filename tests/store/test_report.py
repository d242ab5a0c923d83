"""Figures of many calls: of groups alone, never of a person."""

from collections.abc import Sequence

import pytest

from assist.events import (
    CallEnded,
    CueDetected,
    Event,
    Kind,
    NudgeDismissed,
    NudgeExpired,
    NudgeFeedback,
    NudgeResolved,
    NudgeShown,
    Stage,
    StageChanged,
)
from assist.store.commands import Actor, Card, Feedback, Verdict
from assist.store.report import ENOUGH, Report, Which
from assist.store.store import Store
from tests.store.conftest import FakeClock
from tests.store.told import REVIEWER, put, started

pytestmark = pytest.mark.anyio


def cue(at: int, name: str) -> Event:
    return CueDetected(
        at=at, id=f"{name}-{at}", cue=name, channel="agent", rule="r", playbook="en@1", start=at,
        end=at, confidence=1.0, evidence=(),
    )  # fmt: skip


def nudge(at: int, name: str, kind: Kind = "nudge") -> Event:
    return NudgeShown(
        at=at, id=f"n-{at}", cue=name, cue_id=f"{name}-{at}", kind=kind, sign="say", priority=2,
        text="Say so.", reason="", rule="r", playbook="en@1", expires=at + 9000, evidence=(),
    )  # fmt: skip


def stage(at: int, name: Stage, previous: Stage | None = None) -> Event:
    return StageChanged(at=at, stage=name, previous=previous, rule="r", evidence=())


async def keep(
    store: Store,
    number: int,
    events: Sequence[Event],
    *,
    agent: str,
    team: str = "",
    at: int = 9000,
) -> None:
    """Store a finished call of an agent."""
    call = f"c{number}"
    taken = await store.attach(call, "node-1", team=team)
    every = [started(call, agent=agent), *events, CallEnded(at=at)]
    numbered = [
        type(one)(
            **{f: getattr(one, f) for f in one.__struct_fields__} | {"seq": n, "call_id": call}
        )
        for n, one in enumerate(every, 1)
    ]
    await put(store, numbered, attached=taken)


async def fill(
    store: Store, events: Sequence[Event], *, calls: int = ENOUGH, team: str = ""
) -> None:
    for number in range(calls):
        await keep(store, number, events, agent=f"desk-{number}", team=team)


async def told(store: Store, **which: object) -> Report:
    return await store.report(Which(**which))  # type: ignore[arg-type]  # what a test says


async def test_fewer_calls_or_agents_than_enough_tell_nothing(store: Store) -> None:
    await fill(store, [cue(1000, "rude")], calls=ENOUGH - 1)
    assert await told(store) == Report(0, 0)

    await keep(store, 90, [cue(1000, "rude")], agent="desk-0")
    await keep(store, 91, [cue(1000, "rude")], agent="")
    assert await told(store) == Report(0, 0)

    await keep(store, 92, [cue(1000, "rude")], agent="desk-92")
    assert (await told(store)).calls == ENOUGH + 2


async def test_a_cue_of_too_few_calls_or_agents_is_left_out(store: Store) -> None:
    await fill(store, [cue(1000, "rude"), cue(2000, "rude")])
    await keep(store, 50, [cue(1000, "empathy_missing")], agent="desk-50")
    for number in range(60, 60 + 2 * ENOUGH):
        await keep(store, number, [cue(1000, "long_silence")], agent="desk-1")

    found = (await told(store)).cues

    assert [(one.name, one.calls, one.counts["times"]) for one in found] == [
        ("rude", ENOUGH, 2 * ENOUGH)
    ]


async def test_what_became_of_nudges_is_counted_by_cue(store: Store) -> None:
    ends: list[Event] = [
        NudgeResolved(at=1500, id="n-1000", by_agent=True),
        NudgeDismissed(at=2500, id="n-2000"),
        NudgeExpired(at=3500, id="n-3000"),
        NudgeFeedback(at=3600, id="n-1000", verdict="helpful"),
    ]
    await fill(store, [*(nudge(at, "rude") for at in (1000, 2000, 3000, 4000)), *ends])
    for author in ("one", "two"):
        wrong = Feedback(call_id="c0", nudge_id="n-2000", verdict="wrong")
        await store.record(wrong, Actor(author, "agent"))

    (found,) = (await told(store)).nudges

    counts = {key: count for key, count in found.counts.items() if count}
    each = dict.fromkeys(("resolved", "dismissed", "expired", "shown", "helpful"), ENOUGH)
    assert counts == {"times": 4 * ENOUGH, **each, "wrong": 2}


async def test_reviewers_verdicts_are_counted_and_count_no_cue_twice(store: Store) -> None:
    await fill(store, [cue(1000, "rude")])
    for author in ("one", "two"):
        verdict = Verdict(call_id="c0", cue_id="rude-1000", verdict="wrong")
        await store.record(verdict, Actor(author, "reviewer"))
    await store.record(Verdict(call_id="c1", cue_id="rude-1000", verdict="late"), REVIEWER)

    (found,) = (await told(store)).cues

    assert found.counts == {"times": ENOUGH, "right": 0, "wrong": 2, "late": 1}


async def test_a_stage_is_told_with_its_time_its_trouble_and_the_calls_that_ended_there(
    store: Store,
) -> None:
    call = [
        stage(1000, "opening"),
        nudge(1500, "rude"),
        stage(3000, "venting", "opening"),
        nudge(3000, "rude"),
        nudge(4000, "rude"),
        nudge(5000, "empathy_good", "praise"),
    ]
    await fill(store, call)

    found = (await told(store)).stages

    assert [(one.name, one.counts) for one in found] == [
        ("opening", {"ms": 2000 * ENOUGH, "times": ENOUGH, "last": 0}),
        ("venting", {"ms": 6000 * ENOUGH, "times": 2 * ENOUGH, "last": ENOUGH}),
    ]


async def test_calls_are_chosen_by_date_and_team(store: Store, clock: FakeClock) -> None:
    begun = clock.now
    await fill(store, [cue(1000, "rude")], team="north")
    clock.now += 1000

    assert (await told(store, team="north")).calls == ENOUGH
    assert (await told(store, team="south")).calls == 0
    assert (await told(store, since=begun, until=begun + 1)).calls == ENOUGH
    assert (await told(store, since=begun + 1)).calls == 0
    assert (await told(store, until=begun)).calls == 0


async def test_a_running_call_is_not_counted(store: Store) -> None:
    await fill(store, [cue(1000, "rude")])
    await put(store, [started("c77", agent="desk-77")])

    report = await told(store)

    assert (report.calls, report.duration) == (ENOUGH, 9000 * ENOUGH)


def test_no_condition_names_a_person() -> None:
    names = [str(one) for one in Which(since=1, until=2, team="north").conditions()]

    assert len(names) == 4
    assert not any("agent" in one for one in names)


async def test_what_calls_were_about_is_counted_where_it_is_often_enough(store: Store) -> None:
    await fill(store, [stage(0, "opening")])
    for number in range(ENOUGH):
        rare = Card(call_id=f"c{number}", cause="billing" if number else "promise")
        wanted = Card(call_id=f"c{number}", request="refund", sort="both" if number else "neither")
        await store.record(rare, REVIEWER)
        await store.record(wanted, Actor("u-other", "reviewer"))

    told = await store.report(Which())

    assert not told.causes
    (refund,) = told.requests
    assert (refund.name, refund.calls) == ("refund", ENOUGH)
    assert refund.counts == {
        "times": ENOUGH, "both": ENOUGH - 1, "only_reasonable": 0, "only_possible": 0, "neither": 1,
    }  # fmt: skip
