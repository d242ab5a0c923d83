"""The overlay over whole calls: the same end as Python's, after a restart, and when it is long."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, CDPSession, Page, expect

from assist.cues import TABLE
from assist.evaluate.find import find_calls
from assist.evaluate.run import run
from assist.events import (
    CHANNELS,
    CallEnded,
    CallStarted,
    CueCleared,
    CueDetected,
    CueSuppressed,
    Event,
    NudgeDismissed,
    NudgeExpired,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    SpeechEnded,
    SpeechStarted,
    StageChanged,
    StageTicked,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
)
from assist.settings import load_playbook
from assist.speech.bundled import bundled
from tests.server.browsing import browsers, chromium, visiting
from tests.server.serving import Serving, serving

pytestmark = browsers("overlay")

CHUNK = 40
"""So many events are published at once: a page whose outbox is full would be sent away."""
HOST = "document.querySelector('assist-overlay')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def house() -> Iterator[Serving]:
    with serving() as running:
        yield running


def golden() -> dict[str, list[Event]]:
    """Return the calls of the golden logs, what went in and what came out."""
    calls = [call for call, _ in find_calls([bundled("demo", "calls")])]
    return {one.call.id: list(run(one, load_playbook(one.call.language), TABLE)) for one in calls}


GOLDEN = golden()


def play(house: Serving, page: Page, events: Sequence[Event]) -> None:
    """Publish events as fast as the page takes them."""
    for at in range(0, len(events), CHUNK):
        chunk = events[at : at + CHUNK]
        house.publish(*chunk)
        page.wait_for_function(f"seq => {HOST}.state.call?.seq === seq", arg=chunk[-1].seq)


def state(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(f"{HOST}.state.call")
    return found


# --- the same as Python concludes -----------------------------------------------------------------

MARKS = {"mirror": "summary"} | {n: n for n in ("empathy", "goal", "agreed", "follow_up")}
PRAISED = {"empathy_given": "empathy", "mirroring_done": "summary"}
ENDS = {NudgeExpired: "expired", NudgeDismissed: "dismissed", NudgeSuperseded: "superseded"}


def folded(events: Sequence[Event]) -> dict[str, Any]:
    """Return the facts of a call as its log tells them."""
    outcomes: dict[str, str] = {}
    heard: dict[str, str] = {}
    spoken = dict.fromkeys(CHANNELS, 0)
    stage = None
    for event in events:
        match event:
            case NudgeShown():
                outcomes[event.id] = "open"
            case NudgeResolved() if outcomes[event.id] == "open":
                outcomes[event.id] = "done" if event.by_agent else "over"
            case NudgeExpired() | NudgeDismissed() | NudgeSuperseded():
                if outcomes[event.id] == "open":
                    outcomes[event.id] = ENDS[type(event)]
            case StageTicked():
                heard[MARKS[event.name]] = "heard"
            case CueDetected() if event.cue in PRAISED and event.confidence >= 0.5:
                sure = event.confidence >= 0.75 or heard.get(PRAISED[event.cue]) == "heard"
                heard[PRAISED[event.cue]] = "heard" if sure else "maybe"
            case SpeechEnded():
                spoken[event.channel] += event.end - event.start
            case StageChanged():
                stage = event.stage
    agent, everybody = spoken["agent"], sum(spoken.values())
    return {
        "seq": events[-1].seq,
        "at": events[-1].at,
        "ended": any(isinstance(event, CallEnded) for event in events),
        "stage": stage,
        "past": list(outcomes.items()),
        "heard": heard,
        "spoken": spoken,
        "share": int(100 * agent / everybody + 0.5) if everybody else None,
    }


@pytest.mark.parametrize("name", GOLDEN)
def test_the_page_folds_a_golden_log_to_what_it_says(
    browser: Browser, house: Serving, name: str
) -> None:
    events = GOLDEN[name]
    with visiting(browser, house.page) as page:
        expect(page.locator("status-line")).to_be_visible()
        play(house, page, events)
        found = state(page)

    facts = folded(events)
    found["past"] = [(one["nudge"]["id"], one["outcome"]) for one in found["past"]]
    assert {fact: found[fact] for fact in facts} == facts
    assert len(facts["past"]) > 0


@pytest.mark.parametrize("name", GOLDEN)
def test_who_comes_at_the_end_sees_what_who_was_there_saw(
    browser: Browser, house: Serving, name: str
) -> None:
    with visiting(browser, house.page) as early:
        expect(early.locator("status-line")).to_be_visible()
        play(house, early, GOLDEN[name])
        with visiting(browser, house.page) as late:
            late.wait_for_function(f"seq => {HOST}.state.call?.seq === seq", arg=len(GOLDEN[name]))

            assert state(late) == state(early)


def test_a_restart_in_the_middle_of_a_call_leaves_no_trace(browser: Browser) -> None:
    events = GOLDEN["en-rough"]
    half, more = len(events) // 2, 2 * len(events) // 3
    with (
        serving() as steady,
        serving() as first,
        visiting(browser, steady.page) as unbroken,
        browser.new_context() as context,  # its console complains of the lost link
    ):
        page = context.new_page()
        page.goto(first.page)
        expect(page.locator("status-line")).to_be_visible()
        play(steady, unbroken, events[:half])
        play(first, page, events[:half])
        first.stop()
        expect(page.get_by_text("Reconnecting")).to_be_visible()

        with serving(port=first.port, access=first.access) as second:
            second.publish(*events[:more])  # what was stored, and what came meanwhile
            page.wait_for_function(f"seq => {HOST}.state.call?.seq === seq", arg=more)
            play(second, page, events[more:])
            play(steady, unbroken, events[half:])

            assert state(page) == state(unbroken)
            assert page.evaluate(f"{HOST}.state.link") == "open"


# --- long and dense -------------------------------------------------------------------------------


def dense(minutes: int) -> list[Event]:
    """Build a call in which both talk at once, all the time, and something is always shown."""
    found: list[Event] = [CallStarted(at=0, language="en", source="test")]
    for beat in range(1, minutes * 120):
        at = 500 * beat
        found.append(Tick(at=at))
        for channel in CHANNELS:
            start = at - at % 3000
            words = tuple(
                Word(text=f"word{i}", start=start + 250 * i, end=start + 250 * i + 250)
                for i in range(1 + (at - start) // 250)
            )
            said = {"utterance": f"{channel}{start}", "channel": channel, "words": words}
            if at % 3000 == 2500:
                found.append(TranscriptFinal(at=at, revision=beat, **said))  # type: ignore[arg-type]  # as named
                found.append(SpeechEnded(at=at, channel=channel, start=start, end=at))
            else:
                found.append(TranscriptPartial(at=at, revision=beat, **said))  # type: ignore[arg-type]  # as named
                if at % 3000 == 0:
                    found.append(SpeechStarted(at=at, channel=channel, start=start))
        if beat % 20 == 0:
            found += _advised(at, f"n{beat}", shown=beat % 40 == 0)
    return [replace(event, seq=seq, call_id="dense") for seq, event in enumerate(found, 1)]


def _advised(at: int, id: str, *, shown: bool) -> list[Event]:
    """Return a cue with its nudge, or the end of the one before."""
    if not shown:
        earlier = f"n{at // 500 - 20}"
        return [
            NudgeResolved(at=at, id=earlier, by_agent=True),
            CueCleared(at=at, cue="venting", id=earlier, reason="cleared"),
        ]
    cue = CueDetected(
        at=at,
        cue="venting",
        id=id,
        channel="customer",
        rule="r",
        playbook="p",
        start=at - 500,
        end=at,
        confidence=0.9,
        evidence=(),
    )
    nudge = NudgeShown(
        at=at,
        id=id,
        cue="venting",
        cue_id=id,
        kind="nudge",
        sign="wait",
        text=f"Let them finish, {id}",
        reason="talking over twice",
        priority=1,
        expires=at + 8000,
        rule="r",
        playbook="p",
        evidence=(),
    )
    return [cue, nudge, CueSuppressed(at=at, cue="off_track", id=f"o{id}", reason="spacing")]


WATCH = """() => {
  const host = document.querySelector("assist-overlay"), costs = (window.costs = []);
  const { get, set } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(host), "state");
  Object.defineProperty(host, "state", {
    get() { return get.call(this); },
    set(next) {
      const before = performance.now();
      set.call(this, next);
      void this.updateComplete.then(() => {
        void document.body.offsetHeight;
        costs.push(performance.now() - before);
      });
    },
  });
}"""
"""Notes what each message costs: rendering and layout, in milliseconds."""


def weighed(page: Page, cdp: CDPSession) -> Counter[str]:
    """Return bytes of the heap, nodes and listeners, after a collection of garbage."""
    page.evaluate("costs.length = 0")
    cdp.send("HeapProfiler.collectGarbage")
    dom = cdp.send("Memory.getDOMCounters")
    heap = cdp.send("Runtime.getHeapUsage")["usedSize"]
    return Counter(heap=int(heap), nodes=dom["nodes"], listeners=dom["jsEventListeners"])


@pytest.mark.parametrize("minutes", [3, pytest.param(30, marks=pytest.mark.slow)])
def test_a_long_and_dense_call_stays_light(browser: Browser, house: Serving, minutes: int) -> None:
    events = dense(minutes)
    third = len(events) // 3
    with visiting(browser, house.page, viewport={"width": 480, "height": 400}) as page:
        expect(page.locator("status-line")).to_be_visible()
        page.evaluate(WATCH)
        cdp = page.context.new_cdp_session(page)
        costs, weights = list[list[float]](), list[Counter[str]]()
        for at in range(0, 3 * third, third):
            play(house, page, events[at : at + third])
            costs.append(sorted(page.evaluate("costs")))
            weights.append(weighed(page, cdp))

    assert [cost[round(0.95 * len(cost)) - 1] < 16 for cost in costs] == [True] * 3, costs
    for earlier, later in pairwise(weights):
        assert later["heap"] - earlier["heap"] < 1_000_000
        assert later["nodes"] - earlier["nodes"] < 100
        assert later["listeners"] - earlier["listeners"] < 20


# --- without colours ------------------------------------------------------------------------------

SIGNS = {"wait": "Wait", "say": "Say", "ask": "Ask", "risk": "Careful", "good": "Good"}
SIGHTS = ("deuteranopia", "protanopia", "tritanopia", "achromatopsia")


def drawn(page: Page) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return where the card's icon is drawn, by its lightness alone."""
    shot = page.locator("nudge-card svg").screenshot()
    with av.open(io.BytesIO(shot)) as picture:
        frame = next(picture.decode(video=0))
    grey = np.asarray(frame.to_ndarray(format="gray"), dtype=np.int16)
    assert grey.max() - grey.min() > 60
    found: np.ndarray[Any, np.dtype[np.bool_]] = abs(grey - grey[0, 0]) > 40
    return found


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_signs_are_told_apart_without_their_colours(
    browser: Browser, house: Serving, sight: str, theme: Any
) -> None:
    icons, words = dict[str, np.ndarray[Any, np.dtype[np.bool_]]](), dict[str, str]()
    with visiting(browser, house.page, color_scheme=theme, reduced_motion="reduce") as page:
        cdp = page.context.new_cdp_session(page)
        cdp.send("Emulation.setEmulatedVisionDeficiency", {"type": sight})
        shown = next(event for event in dense(1) if isinstance(event, NudgeShown))
        house.publish(CallStarted(seq=1, call_id="dense", at=0, language="en"))
        for seq, sign in enumerate(SIGNS, 2):
            house.publish(replace(shown, seq=seq, id=sign, sign=sign))
            expect(page.locator("nudge-card")).to_have_attribute("sign", sign)
            icons[sign] = drawn(page)
            words[sign] = page.get_by_role("status").inner_text().partition(":")[0]

    assert words == SIGNS
    for sign, icon in icons.items():
        others = [np.mean(icon != other) for name, other in icons.items() if name != sign]
        assert min(others) > 0.03, (sign, others)
