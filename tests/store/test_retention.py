"""What is too old goes, and nothing before."""

from dataclasses import replace

import pytest

from assist.core.consent import initial
from assist.errors import StoreError
from assist.store.commands import ConsentMoved, Hold
from assist.store.limits import DAY, SECOND, Limits
from assist.store.store import Store
from tests.store.conftest import FakeClock
from tests.store.told import ADMIN, ended, final, numbers, put, started, ticks, upset

pytestmark = pytest.mark.anyio

BASIS = Limits(basis=True)


async def finished(store: Store, call: str = "c1") -> None:
    await put(store, [started(call), final(2, "private words", call=call), ended(3, call)])


async def test_without_a_basis_words_live_five_minutes_longer_than_their_call(
    store: Store, clock: FakeClock
) -> None:
    await finished(store)
    clock.now += 300 * SECOND
    assert (await store.purge(Limits())).words == 0

    clock.now += 1
    purged = await store.purge(Limits())

    assert (purged.words, purged.calls) == (1, 0)
    assert await store.read("c1") == []
    assert not (await store.search("private")).rows
    assert (await store.calls()).rows[0]["id"] == "c1"


async def test_with_a_basis_words_live_thirty_days(store: Store, clock: FakeClock) -> None:
    await finished(store)
    clock.now += 30 * DAY
    assert (await store.purge(BASIS)).words == 0

    clock.now += 1

    assert (await store.purge(BASIS)).words == 1
    assert (await store.purge(BASIS)).words == 0


async def test_an_imported_call_whose_basis_was_stated_lives_thirty_days_too(
    store: Store, clock: FakeClock
) -> None:
    agreed = initial(["assist", "transcript"])
    await store.attach("c1", "node-1", consents=agreed, basis="works agreement")
    await store.attach("c2", "node-1", consents=agreed)
    await finished(store, "c1")
    await finished(store, "c2")
    clock.now += 301 * SECOND
    assert (await store.purge(Limits())).words == 1
    assert await store.read("c1")
    clock.now += 30 * DAY

    assert (await store.purge(Limits())).words == 1
    assert {row["basis"] for row in (await store.open("c1")).consents} == {"works agreement"}


async def test_a_stated_basis_does_not_outweigh_a_refusal(store: Store, clock: FakeClock) -> None:
    agreed = initial(["assist", "transcript"])
    await store.attach("c1", "node-1", consents=agreed, basis="works agreement")
    await finished(store)
    refused = ConsentMoved(
        call_id="c1", channel="customer", purpose="assist", state="refused", basis="spoken"
    )
    await store.record(refused, ADMIN)

    assert await store.read("c1") == []


async def test_cues_and_nudges_outlive_the_words_and_hold_none(
    store: Store, clock: FakeClock
) -> None:
    await put(store, upset())
    clock.now += 301 * SECOND

    await store.purge(Limits())

    call = await store.open("c1")
    assert call.cues
    assert call.nudges
    assert {row["text"] for row in call.nudges} == {""}


async def test_after_ninety_days_nothing_but_consent_and_audit_is_left(
    store: Store, clock: FakeClock
) -> None:
    await store.attach("c1", "node-1", consents=initial(["assist"]))
    await finished(store)
    clock.now += 90 * DAY + 1

    assert (await store.purge(BASIS)).calls == 1

    assert (await store.calls()).rows == []
    assert (await store.consents("c1")).of("agent", "assist") == "informed"
    clock.now += 3 * 365 * DAY
    purged = await store.purge(BASIS)
    assert (purged.consents, purged.audit) == (2, 1)
    assert (await store.consents("c1")).of("agent", "assist") == "unknown"
    assert [finding for finding in await store.check() if finding.text] == []


async def test_a_legal_hold_keeps_a_call(store: Store, clock: FakeClock) -> None:
    await finished(store)
    await store.record(Hold(call_id="c1", on=True), ADMIN)
    clock.now += 400 * DAY

    await store.purge(Limits())

    assert numbers(await store.read("c1")) == [1, 2, 3]


async def test_a_call_that_runs_keeps_its_words(store: Store, clock: FakeClock) -> None:
    await put(store, [started(), final(2, "still talking")])
    clock.now += 299 * SECOND

    await store.purge(Limits())

    assert numbers(await store.read("c1")) == [1, 2]


async def test_a_call_whose_source_never_comes_back_ends(store: Store, clock: FakeClock) -> None:
    taken = await store.attach("c1", "node-1")
    await put(store, [started(), *ticks(2, 5)], attached=taken)
    clock.now += 301 * SECOND

    purged = await store.purge(replace(Limits(), unkept=300 * SECOND, basis=True))

    assert purged.ended == 1
    call = (await store.open("c1")).call
    assert (call["end_reason"], call["ended_at"], call["epoch"]) == ("lost", clock.now, 2)
    assert numbers(await store.read("c1")) == [1, 2, 3, 4, 5, 6]
    with pytest.raises(StoreError, match="has ended"):
        await store.attach("c1", "node-1")


async def test_who_refused_is_forgotten_after_five_minutes_whatever_the_basis(
    store: Store, clock: FakeClock
) -> None:
    for call in ("c1", "c2"):
        await store.attach(call, "node-1", consents=initial(["assist", "transcript"]))
        await finished(store, call)
    moved = ConsentMoved(
        call_id="c1", channel="agent", purpose="transcript", state="refused", basis="spoken"
    )
    await store.record(moved, ADMIN)
    clock.now += 301 * SECOND

    await store.purge(BASIS)

    assert await store.read("c1") == []
    assert numbers(await store.read("c2")) == [1, 2, 3]
