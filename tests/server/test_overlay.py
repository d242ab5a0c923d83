"""The built page in a real browser, fed by the real server."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from assist.events import (
    CallEnded,
    CallPaused,
    CallResumed,
    CallStarted,
    CueDetected,
    Event,
    Fault,
    NudgeDismissed,
    NudgeFeedback,
    NudgeResolved,
    NudgeShown,
    SpeechEnded,
    SpeechStarted,
    StageChanged,
    SupervisorNote,
    Tick,
    TranscriptFinal,
    Word,
)
from tests.server.browsing import browsers, chromium, visiting
from tests.server.serving import Serving, serving

pytestmark = browsers("overlay")

ADVICE = "Say what you can do instead."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def house() -> Iterator[Serving]:
    with serving() as running:
        yield running


@pytest.fixture
def page(browser: Browser, house: Serving) -> Iterator[Page]:
    """The overlay, connected; an error in its console fails the test."""
    with visiting(browser, house.page) as page:
        expect(page.get_by_text("No call")).to_be_visible()
        yield page


def log(*events: Event) -> tuple[Event, ...]:
    """Number events as the engine does."""
    return tuple(replace(event, seq=seq, call_id="c") for seq, event in enumerate(events, 1))


def nudge(at: int, *, id: str = "n1") -> NudgeShown:
    return NudgeShown(
        at=at,
        id=id,
        cue="refusal_spoken",
        cue_id="refusal_spoken-a1",
        kind="nudge",
        sign="say",
        text=ADVICE,
        reason="“can't” heard",
        priority=1,
        expires=at + 8000,
        rule="refusal_spoken.cannot",
        playbook="en/support@1",
        evidence=(),
    )


def said(at: int, text: str) -> TranscriptFinal:
    words = tuple(
        Word(text=word, start=at - 2000 + 100 * i, end=at - 1900 + 100 * i)
        for i, word in enumerate(text.split())
    )
    return TranscriptFinal(at=at, utterance=f"u{at}", channel="agent", revision=1, words=words)


STARTED = CallStarted(at=0, language="en", source="demo")


def test_a_nudge_appears_is_done_and_leaves_the_card(house: Serving, page: Page) -> None:
    events = log(
        STARTED,
        StageChanged(at=100, stage="problem_solving", rule="stage.start"),
        nudge(1000),
        NudgeResolved(at=3000, id="n1", by_agent=True),
        Tick(at=4000),
    )
    card = page.get_by_role("status")

    house.publish(*events[:3])
    expect(page.get_by_text("Live · Solving")).to_be_visible()
    expect(card).to_have_text("Say: " + ADVICE)

    house.publish(*events[3:])
    expect(card).to_have_text("Listening…")
    expect(page.get_by_role("button", name="1 earlier")).to_be_visible()


def test_dismissing_hides_at_once_and_tells_the_call(house: Serving, page: Page) -> None:
    house.publish(*log(STARTED, nudge(1000)))
    expect(page.get_by_role("status")).to_contain_text(ADVICE)

    page.get_by_role("button", name="Dismiss").click()

    expect(page.get_by_role("status")).to_have_text("Listening…")
    assert house.asked.wait(5)
    assert house.told == [NudgeDismissed(at=0, id="n1")]


@pytest.mark.parametrize("by", ["button", "key"])
def test_a_pause_is_asked_for(house: Serving, page: Page, by: str) -> None:
    house.publish(*log(STARTED))
    expect(page.get_by_text("Live")).to_be_visible()

    if by == "key":
        page.keyboard.press("p")
    else:
        page.get_by_role("button", name="Pause").click()

    assert house.asked.wait(5)
    assert house.told == [CallPaused(at=0, reason="privacy", by="agent")]


def test_only_a_person_ends_a_pause(house: Serving, page: Page) -> None:
    paused = CallPaused(at=500, reason="card", by="agent")
    house.publish(*log(STARTED, nudge(100), paused, Tick(at=600)))
    expect(page.get_by_role("status")).to_have_text("Not listening, not recording")

    page.get_by_role("button", name="Resume").click()

    assert house.asked.wait(5)
    assert house.told == [CallResumed(at=0, skipped=0)]
    expect(page.get_by_text("Paused for privacy")).to_be_visible()


def test_a_verdict_is_told_by_key_and_seen_once_the_call_has_it(house: Serving, page: Page) -> None:
    events = log(STARTED, nudge(1000), NudgeFeedback(at=2000, id="n1", verdict="helpful"))
    house.publish(*events[:2])
    expect(page.get_by_role("status")).to_contain_text(ADVICE)

    page.keyboard.press("h")

    assert house.asked.wait(5)
    assert house.told == [NudgeFeedback(at=0, id="n1", verdict="helpful")]
    house.publish(events[2])
    expect(page.get_by_text("✓ helpful")).to_be_visible()


def test_a_verdict_on_an_earlier_nudge_is_told_by_mouse(house: Serving, page: Page) -> None:
    house.publish(*log(STARTED, nudge(1000), NudgeDismissed(at=2000, id="n1")))
    page.get_by_role("button", name="1 earlier").click()

    page.get_by_role("button", name="wrong").click()

    assert house.asked.wait(5)
    assert house.told == [NudgeFeedback(at=0, id="n1", verdict="wrong")]


def test_single_keys_can_be_switched_off(house: Serving, page: Page) -> None:
    page.goto(house.page.replace("/overlay", "/overlay?keys=off"))
    house.publish(*log(STARTED, nudge(1000)))
    expect(page.get_by_role("status")).to_contain_text(ADVICE)

    page.keyboard.press("p")
    page.keyboard.press("w")
    page.keyboard.press("Escape")

    assert house.asked.wait(5)
    assert house.told == [NudgeDismissed(at=0, id="n1")]


def test_a_supervisors_note_stands_among_what_was_earlier(house: Serving, page: Page) -> None:
    note = SupervisorNote(at=9000, author="sue", text="Offer the visit.")
    house.publish(*log(STARTED, note))
    expect(page.get_by_role("status")).to_have_text("Listening…")

    page.get_by_role("button", name="note 1 earlier").click()

    expect(page.get_by_role("listitem")).to_contain_text("Offer the visit.")
    expect(page.get_by_role("listitem")).to_contain_text("note from sue")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("button", name="1 earlier", exact=True)).to_be_visible()


def test_a_model_that_loads_is_waited_for(browser: Browser, house: Serving) -> None:
    house.awaited = "loading 43 %"
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(house.page)
    house.publish(*log(STARTED))
    expect(page.get_by_text("Loading 43 %")).to_be_visible()

    house.awaited = ""

    expect(page.get_by_text("Live")).to_be_visible()
    context.close()


def test_earlier_nudges_open_in_place(house: Serving, page: Page) -> None:
    house.publish(*log(STARTED, nudge(61_000), NudgeResolved(at=62_000, id="n1", by_agent=False)))

    page.get_by_role("button", name="1 earlier").click()

    expect(page.get_by_role("listitem")).to_contain_text("1:01")
    expect(page.get_by_role("listitem")).to_contain_text(ADVICE)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listitem")).to_have_count(0)


def test_the_last_words_show_where_there_is_room(house: Serving, page: Page) -> None:
    house.publish(*log(STARTED, said(3000, "we can't do that")))
    words = page.get_by_text("we can't do that")
    expect(words).to_be_hidden()

    page.set_viewport_size({"width": 600, "height": 400})

    expect(words).to_be_visible()


def test_a_german_call_is_shown_in_german(house: Serving, page: Page) -> None:
    house.publish(*log(CallStarted(at=0, language="de", source="demo")))

    expect(page.get_by_text("Höre zu …")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "de"


def test_timing_alone_is_said(house: Serving, page: Page) -> None:
    house.publish(*log(STARTED, Fault(at=0, code="timing_only", text="no model")))

    expect(page.get_by_text("Limited")).to_be_visible()
    expect(page.get_by_text("only timing cues right now")).to_be_visible()


def test_venting_shows_as_a_chip(house: Serving, page: Page) -> None:
    cue = CueDetected(
        at=900,
        cue="venting",
        id="venting-c100",
        channel="customer",
        rule="venting.score",
        playbook="en/support@1",
        start=100,
        end=900,
        confidence=0.9,
        evidence=(),
    )
    house.publish(*log(STARTED, cue))

    expect(page.get_by_text("◇ Listen – let it all out")).to_be_visible()


def test_the_end_of_a_call_is_summed_up(house: Serving, page: Page) -> None:
    house.publish(
        *log(
            STARTED,
            SpeechStarted(at=500, channel="agent", start=300),
            SpeechEnded(at=9000, channel="agent", start=300, end=8300),
            nudge(20_000),
            NudgeResolved(at=21_000, id="n1", by_agent=True),
            CallEnded(at=80_000),
        )
    )

    expect(page.get_by_text("1:20 · you spoke 100 %")).to_be_visible()
    expect(page.get_by_text("1 nudge, 1 done")).to_be_visible()


def test_a_page_finds_its_server_again(browser: Browser) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    with serving() as first:
        page.goto(first.page)
        expect(page.get_by_text("No call")).to_be_visible()
        first.publish(*log(STARTED, nudge(1000)))
        expect(page.get_by_role("status")).to_contain_text(ADVICE)
    expect(page.get_by_text("Reconnecting")).to_be_visible()
    expect(page.get_by_text("Coaching paused – call not affected")).to_be_visible()

    with serving(port=first.port, access=first.access) as second:
        second.publish(*log(STARTED, nudge(1000)))
        expect(page.get_by_text("Live")).to_be_visible(timeout=10_000)
    context.close()


def test_without_the_token_the_page_says_what_to_do(browser: Browser, house: Serving) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(house.page.partition("#")[0])

    expect(page.get_by_text("den ausgegebenen Link erneut öffnen")).to_be_visible()
    context.close()
