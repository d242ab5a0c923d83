"""What people ask to be kept is there when the answer comes."""

import pytest

from assist.errors import ProtocolError, StoreError
from assist.store.batches import Committed
from assist.store.commands import Assigned, Card, ConsentMoved, Feedback, Note, Verdict
from assist.store.reading import Reach
from assist.store.store import Store
from tests.store.told import ADMIN, REVIEWER, final, put, started

pytestmark = pytest.mark.anyio


async def test_feedback_notes_and_verdicts_are_there_when_record_returns(store: Store) -> None:
    await put(store, [started(), final(2, "hello there")])

    await store.record(Feedback(call_id="c1", nudge_id="n1", verdict="wrong"), REVIEWER)
    await store.record(Verdict(call_id="c1", cue_id="q1", verdict="right"), REVIEWER)
    for _ in range(2):  # sent twice, kept once
        await store.record(Note(call_id="c1", id="1", text="well done"), REVIEWER)

    call = await store.open("c1")
    assert [row["verdict"] for row in (*call.feedback, *call.verdicts)] == ["wrong", "right"]
    assert [row["text"] for row in call.notes] == ["well done"]


async def test_what_a_call_was_about_is_said_once_by_each_and_can_be_taken_back(
    store: Store,
) -> None:
    await put(store, [started()])

    await store.record(Card(call_id="c1", cause="billing", sort="both"), REVIEWER)
    await store.record(Card(call_id="c1", request="refund", sort="only_possible"), ADMIN)
    await store.record(Card(call_id="c1", cause="promise"), REVIEWER)

    told = [
        (c["author"], c["cause"], c["request"], c["sort"]) for c in (await store.open("c1")).cards
    ]
    assert sorted(told) == [
        (ADMIN.id, "", "refund", "only_possible"),
        (REVIEWER.id, "promise", "", ""),
    ]
    await store.record(Card(call_id="c1"), REVIEWER)
    assert [card["author"] for card in (await store.open("c1")).cards] == [ADMIN.id]


async def test_a_reviewer_finds_what_was_assigned_until_it_is_taken_back(store: Store) -> None:
    await put(store, [started()])
    await put(store, [started("c2")])
    rita = Reach(reviewer="rita")

    for _ in range(2):
        await store.record(Assigned(call_id="c1", reviewer="rita"), ADMIN)

    assert await store.assigned(["c1", "c2"]) == {"c1": ["rita"]}
    assert [row["id"] for row in (await store.calls(rita)).rows] == ["c1"]
    assert not (await store.calls(Reach(reviewer="sam"))).rows
    await store.record(Assigned(call_id="c1", reviewer="rita", on=False), ADMIN)
    assert not (await store.calls(rita)).rows


async def test_what_belongs_to_no_call_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no call c9"):
        await store.record(Feedback(call_id="c9", nudge_id="n1", verdict="wrong"), REVIEWER)
    with pytest.raises(StoreError, match="there is no call c9"):
        await store.open("c9")


async def test_consent_moves_only_as_the_table_says(store: Store) -> None:
    await put(store, [started()])
    told = ConsentMoved(
        call_id="c1", channel="customer", purpose="record", state="informed", basis="spoken"
    )

    await store.record(told, ADMIN)
    await store.record(told, ADMIN)  # said twice is no move

    assert (await store.consents("c1")).of("customer", "record") == "informed"
    withdrawn = ConsentMoved(
        call_id="c1", channel="customer", purpose="record", state="withdrawn", basis="spoken"
    )
    with pytest.raises(ProtocolError, match="from informed to withdrawn"):
        await store.record(withdrawn, ADMIN)


async def test_who_refuses_loses_the_words_at_once_and_for_the_rest_of_the_call(
    store: Store,
) -> None:
    taken = await store.attach("c1", "node-1")
    await put(store, [started(), final(2, "secret words")], attached=taken)
    for state in ("informed", "refused"):
        moved = ConsentMoved(
            call_id="c1",
            channel="customer",
            purpose="transcript",
            state=state,
            basis="spoken",
        )
        await store.record(moved, ADMIN)

    later = await put(store, [final(3, "more secrets")], attached=taken, at=5)

    assert later == Committed("c1", 1, 3, {"agent": 5, "customer": 5})
    assert await store.read("c1") == []
    assert not (await store.open("c1")).utterances
    with pytest.raises(StoreError, match="notes are words"):
        await store.record(Note(call_id="c1", id="1", text="secret"), REVIEWER)
