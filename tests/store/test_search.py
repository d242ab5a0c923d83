"""Words are found in English and German, page by page, within reach."""

import pytest

from assist.errors import StoreError
from assist.store.reading import Filters, Page, Reach
from assist.store.search import fts5, tsquery
from assist.store.store import Store
from tests.store.conftest import FakeClock
from tests.store.told import final, put, started, upset

pytestmark = pytest.mark.anyio


def texts(page: Page) -> list[str]:
    return [row["text"] for row in page.rows]


async def say(store: Store, *said: str, call: str = "c1", agent: str = "", team: str = "") -> None:
    taken = await store.attach(call, "node-1", team=team)
    events = [final(n, text, call=call) for n, text in enumerate(said, 2)]
    await put(store, [started(call, agent=agent), *events], attached=taken)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kündigung", True),
        ("KUENDIGUNG", True),
        ("Straße", True),
        ("strasse", True),
        ("kuendig*", True),
        ("kündig", False),
        ("router kündigung", True),
        ("router refund", False),
        ("café", True),
        ("12,50", True),
    ],
)
async def test_words_are_found_however_they_are_written(
    store: Store, query: str, found: bool
) -> None:
    await say(store, "Die Kündigung für den Router in der Straße, Cafe, kostet 12,50 Euro.")

    assert bool(texts(await store.search(query))) is found


@pytest.mark.parametrize(
    "query", ["router AND", "NEAR(a b)", "rou' OR '1'='1", "folded:router", "a & !b", "router | x"]
)
async def test_no_text_is_taken_as_syntax(store: Store, query: str) -> None:
    await say(store, "the router is broken")

    assert texts(await store.search(query)) == []


@pytest.mark.parametrize("query", ["", '"', "(", "- *", "\0", "_"])
async def test_a_query_without_a_word_is_refused(store: Store, query: str) -> None:
    with pytest.raises(StoreError, match="no word to search for"):
        await store.search(query)


async def test_pages_follow_each_other_in_a_stable_order(store: Store) -> None:
    await say(store, *(f"number {n}" for n in range(7)))

    first = await store.search("number", limit=3)
    await say(store, "number new", call="c2")  # comes in between
    second = await store.search("number", limit=3, after=first.after)
    third = await store.search("number", limit=3, after=second.after)

    assert texts(first) + texts(second) + texts(third) == [f"number {n}" for n in range(6, -1, -1)]
    assert third.after == ""


async def test_only_what_is_within_reach_is_found(store: Store) -> None:
    await say(store, "mine", call="a", agent="desk-1", team="blue")
    await say(store, "mine too", call="b", agent="desk-2", team="blue")
    await say(store, "mine not", call="c", agent="", team="")

    assert texts(await store.search("mine", Reach(agents=["desk-1"]))) == ["mine"]
    assert texts(await store.search("mine", Reach(teams=["blue"]))) == ["mine too", "mine"]
    assert texts(await store.search("mine", Reach(agents=[""], teams=[""]))) == []
    assert texts(await store.search("mine", Reach(calls=["c"]))) == ["mine not"]
    assert texts(await store.search("mine", Reach())) == []
    assert len(texts(await store.search("mine"))) == 3


async def test_calls_are_filtered_by_what_happened_in_them(store: Store, clock: FakeClock) -> None:
    await put(store, upset("upset"))
    clock.now += 10_000
    await say(store, "the router is fine", call="calm")

    async def ids(**wanted: object) -> list[str]:
        page = await store.calls(filters=Filters(**wanted))  # type: ignore[arg-type]  # by name
        return [row["id"] for row in page.rows]

    assert await ids() == ["calm", "upset"]
    assert await ids(cue="venting") == ["upset"]
    assert await ids(cue="rude") == []
    assert await ids(stage="opening") == ["upset"]
    assert await ids(outcome="shown") + await ids(outcome="expired") != []
    assert await ids(since=clock.now) == ["calm"]
    assert await ids(until=clock.now) == ["upset"]
    assert await ids(shortest=20_000) == ["upset"]
    assert await ids(longest=20_000) == ["calm"]
    assert texts(await store.search("router", filters=Filters(cue="venting"))) != []


async def test_calls_are_listed_page_by_page(store: Store, clock: FakeClock) -> None:
    for number in range(5):
        clock.now += number % 2  # two pairs begin in the same millisecond
        await say(store, "hello", call=f"c{number}")

    seen, after = [], ""
    while True:
        page = await store.calls(limit=2, after=after)
        seen += [row["id"] for row in page.rows]
        after = page.after
        if not after:
            break

    assert seen == ["c4", "c3", "c2", "c1", "c0"]


@pytest.mark.parametrize("after", ["x", "-1", "1;", "9" * 40, "²"])
async def test_a_page_that_nobody_named_is_refused(store: Store, after: str) -> None:
    with pytest.raises(StoreError, match="go on from"):
        await store.search("hello", after=after)
    with pytest.raises(StoreError, match="go on from"):
        await store.calls(after=after)


def test_words_are_quoted() -> None:
    assert fts5(["router", "kuendig*"]) == '"router" "kuendig"*'
    assert tsquery(["router", "kuendig*"]) == "'router' & 'kuendig':*"
