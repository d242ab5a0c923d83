"""What was recorded of calls: begun where it may be, finished, replaced, given up, erased."""

from pathlib import Path

import pytest

from assist.core.consent import Consents, Purpose, initial
from assist.events import CHANNELS
from assist.store.batches import batch
from assist.store.commands import ConsentMoved
from assist.store.limits import DAY, Limits
from assist.store.spans import Span
from assist.store.store import Store
from tests.store.conftest import FakeClock
from tests.store.told import ADMIN, ended, started

pytestmark = pytest.mark.anyio

GRANTED = Consents({(channel, "record"): "granted" for channel in CHANNELS})


async def opened(store: Store, call: str = "c1", consents: Consents = GRANTED) -> None:
    await store.attach(call, "node", consents=consents)


def recorded(data: Path, start: int, *, call: str = "c1", name: str = "") -> Span:
    """Return a span with its two files."""
    location = f"recordings/{name or f'{call}-{start}'}.ogg"
    (data / "recordings").mkdir(exist_ok=True)
    (data / location).write_text("sound")
    (data / location).with_suffix(".peaks").write_text("peaks")
    return Span(call, start, location, end=start)


def left(data: Path) -> list[str]:
    return sorted(file.name for file in (data / "recordings").iterdir())


async def test_a_span_is_begun_and_finished(store: Store, data: Path) -> None:
    await opened(store)
    span = recorded(data, 40)

    begun = await store.begin_span(span)
    finished = await store.finish_span(Span("c1", 40, span.location, 9_000, "digest"))

    assert (begun, finished) == (True, True)
    assert await store.spans("c1") == [Span("c1", 40, span.location, 9_000, "digest")]


TOLD: tuple[Purpose, ...] = ("assist", "record")


@pytest.mark.parametrize(
    "consents",
    [
        initial(None),
        initial(TOLD),
        Consents({("agent", "record"): "granted"}),
        Consents({("agent", "record"): "granted", ("customer", "record"): "withdrawn"}),
    ],
)
async def test_nothing_begins_unless_both_have_granted_it(
    store: Store, data: Path, consents: Consents
) -> None:
    await opened(store, consents=consents)

    begun = await store.begin_span(recorded(data, 0))

    assert not begun
    assert await store.spans("c1") == []
    assert await store.recordable(["c1"]) == set()


async def test_nothing_begins_in_a_call_that_is_not_known(store: Store, data: Path) -> None:
    assert not await store.begin_span(recorded(data, 0, call="c9"))


async def test_the_calls_that_may_be_recorded_are_told(store: Store) -> None:
    await opened(store, "c1")
    await opened(store, "c2", initial(TOLD))
    await opened(store, "c3")

    assert await store.recordable(["c1", "c2", "c9"]) == {"c1"}


async def test_what_is_recorded_once_more_replaces_what_there_was(store: Store, data: Path) -> None:
    await opened(store)
    for start in (0, 4_000, 8_000):
        await store.begin_span(recorded(data, start))

    await store.begin_span(recorded(data, 4_000, name="again"))

    assert [span.start for span in await store.spans("c1")] == [0, 4_000]
    assert left(data) == ["again.ogg", "again.peaks", "c1-0.ogg", "c1-0.peaks"]


async def test_what_is_given_up_leaves_nothing(store: Store, data: Path) -> None:
    await opened(store)
    span = recorded(data, 0)
    await store.begin_span(span)

    await store.drop_span(span)

    assert await store.spans("c1") == []
    assert left(data) == []


async def test_who_takes_consent_back_takes_both_files(store: Store, data: Path) -> None:
    await opened(store)
    span = recorded(data, 0)
    await store.begin_span(span)
    back = ConsentMoved(
        call_id="c1", channel="customer", purpose="record", state="withdrawn", basis="spoken"
    )

    await store.record(back, ADMIN)

    assert left(data) == []
    assert not await store.finish_span(span)
    assert not await store.begin_span(recorded(data, 9_000))


async def test_erasing_a_call_removes_both_files(store: Store, data: Path) -> None:
    await opened(store)
    await store.begin_span(recorded(data, 0))

    erased = await store.erase(["c1"], ADMIN, reason="asked")

    assert erased.rows["files"] == 1
    assert left(data) == []


async def test_what_is_too_old_loses_both_files(store: Store, data: Path, clock: FakeClock) -> None:
    await opened(store)
    await store.begin_span(recorded(data, 0))
    taken = await store.attach("c1", "node")
    await store.append([batch("c1", taken.epoch, [started(), ended(2)], {})])
    clock.now += 15 * DAY

    purged = await store.purge(Limits(basis=True))

    assert purged.recordings == 1
    assert left(data) == []
