"""The built supervisor's page in a real browser, fed by the real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from assist.cues import TABLE
from assist.evaluate.find import find_calls
from assist.evaluate.run import run
from assist.events import (
    AudioGap,
    CallEnded,
    CallPaused,
    CallStarted,
    CueDetected,
    Event,
    Fault,
    HoldStarted,
    NudgeDismissed,
    NudgeExpired,
    NudgeResolved,
    NudgeShown,
    NudgeSuperseded,
    SpeechEnded,
    StageChanged,
    SupervisorNote,
    Tick,
    TranscriptFinal,
    TranscriptPartial,
    Word,
    WordsEvidence,
)
from assist.server.access import Users
from assist.server.access.passwords import hash_password
from assist.settings import load_playbook
from assist.speech.bundled import bundled
from tests.server.browsing import browsers, chromium, needs_axe, violations
from tests.server.watching import Watching, watching

pytestmark = browsers("supervisor")

WIDTHS = (320, 360, 480, 640, 768, 1000, 1280, 1680)
ADVICE = "Say what you can do instead."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def house() -> Iterator[Watching]:
    with watching() as running:
        yield running


@contextmanager
def visiting(browser: Browser, house: Watching, **options: Any) -> Iterator[Page]:
    """Open the page; an error in its console, or a request elsewhere, fails the test."""
    usual: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"}
    context: BrowserContext = browser.new_context(**(usual | options))
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(house.origin) else troubles.append(asked.url),
    )
    page.goto(house.page)
    expect(page.locator("header .facts")).to_contain_text("●")
    yield page
    context.close()
    assert not troubles


@pytest.fixture
def page(browser: Browser, house: Watching) -> Iterator[Page]:
    with visiting(browser, house) as page:
        yield page


def nudge(at: int, *, id: str = "n1") -> NudgeShown:
    return NudgeShown(
        at=at,
        id=id,
        cue="refusal_spoken",
        cue_id="r1",
        kind="nudge",
        sign="say",
        text=ADVICE,
        reason="“can’t” heard",
        priority=1,
        expires=at + 8000,
        rule="refusal_spoken.cannot",
        playbook="en/support@1",
        evidence=(),
    )


def said(end: int, text: str, *, channel: str = "customer") -> TranscriptFinal:
    words = tuple(
        Word(text=word, start=end - 100 * (i + 1), end=end - 100 * i)
        for i, word in reversed(list(enumerate(reversed(text.split()))))
    )
    final = TranscriptFinal(
        at=end + 500, utterance=f"u{end}", channel="customer", revision=1, words=words
    )
    return final if channel == "customer" else replace(final, channel="agent")


BUSY: tuple[Event, ...] = (
    StageChanged(at=1000, stage="opening", rule="r"),
    SpeechEnded(at=8000, channel="agent", start=0, end=2000),
    SpeechEnded(at=16_000, channel="customer", start=8000, end=14_000),
    said(14_000, "this is ridiculous and nobody calls"),
    StageChanged(at=20_000, stage="venting", rule="r"),
    nudge(21_000),
    NudgeResolved(at=24_000, id="n1", by_agent=True),
    AudioGap(at=25_000, channel="agent", start=23_000, end=24_500, reason="lost"),
    Fault(at=26_000, code="mic_silent", text="The agent is not heard."),
    Tick(at=27_000),
)


THREAT = CueDetected(
    at=9500,
    cue="customer_escalates",
    id="t1",
    channel="customer",
    rule="customer_escalates.threat",
    playbook="en/support@1",
    start=9000,
    end=9400,
    confidence=0.9,
    evidence=(WordsEvidence(channel="customer", start=9000, end=9400, text="I will cancel"),),
)


def busy(house: Watching) -> None:
    """Four calls: one with everything, one paused, one with timing alone, one that is over."""
    house.begin("a", agent="anna")
    house.say("a", *BUSY)
    house.begin("b", agent="ben", team="south")
    house.say("b", said(1000, "a secret"), CallPaused(at=5000, reason="card"))
    house.begin("c", agent="cora")
    house.say("c", Fault(at=0, code="timing_only", text="No speech model."), Tick(at=4000))
    house.begin("d", team="")
    house.say("d", CallEnded(at=65_000))


def row(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text)


def look_into(page: Page, agent: str) -> Locator:
    """Look into a call; return the pane."""
    page.get_by_role("button", name=f"Look into the call of {agent}").click()
    pane = page.get_by_role("complementary")
    expect(pane.get_by_role("heading", name=agent)).to_be_visible()
    return pane


def test_without_calls_the_page_says_so(page: Page) -> None:
    expect(page.get_by_text("No calls right now.")).to_be_visible()


def test_a_line_says_what_is_known_of_a_call(house: Watching, page: Page) -> None:
    busy(house)

    line = row(page, "anna")
    expect(line).to_contain_text("0:27")
    expect(line).to_contain_text("Listening · 0:07")
    expect(line).to_contain_text("rising 2")
    expect(line).to_contain_text("25 %")
    expect(line).to_contain_text(f"Say: {ADVICE} · done")
    expect(line).to_contain_text("Agent not heard")
    expect(row(page, "cora")).to_contain_text("Timing only")
    expect(row(page, "Call d")).to_contain_text("Ended")
    expect(page.get_by_text("3 live · 2 to look at · 1 private")).to_be_visible()


def test_a_line_flags_a_threat_a_long_silence_and_a_hold(house: Watching, page: Page) -> None:
    spoke = SpeechEnded(at=8000, channel="agent", start=0, end=8000)
    house.begin("a", agent="anna")
    house.say("a", THREAT, Tick(at=12_000))
    house.begin("b", agent="ben")
    house.say("b", spoke, Tick(at=50_000))
    house.begin("c", agent="cora")
    house.say("c", spoke, HoldStarted(at=9000, start=8000), Tick(at=50_000))

    expect(row(page, "anna")).to_contain_text("Customer: “I will cancel” 0:09")
    expect(row(page, "ben")).to_contain_text("Silence 0:42")
    expect(row(page, "cora")).to_contain_text("On hold 0:42")
    expect(row(page, "cora")).not_to_contain_text("Silence")
    expect(page.locator("tr.look")).to_have_count(2)


def test_filter_and_search_leave_the_calls_that_were_asked_for(house: Watching, page: Page) -> None:
    busy(house)
    expect(row(page, "Call d")).to_be_visible()

    page.get_by_label("Show").select_option("Needs a look")
    expect(row(page, "ben")).to_have_count(0)
    expect(row(page, "anna")).to_be_visible()
    page.get_by_role("searchbox").fill("BEN")
    expect(page.get_by_text("No call fits what you chose.")).to_be_visible()
    page.get_by_role("button", name="Show all").click()

    expect(page.locator("call-table tbody tr")).to_have_count(4)
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_a_paused_call_shows_no_words_and_no_figures(house: Watching, page: Page) -> None:
    busy(house)
    expect(row(page, "ben")).to_contain_text("Private")

    pane = look_into(page, "ben")

    expect(pane).to_contain_text("Paused for privacy")
    expect(pane.get_by_text("secret")).to_have_count(0)
    expect(row(page, "ben")).not_to_contain_text("%")


def test_calls_stay_in_the_order_in_which_they_began(house: Watching, page: Page) -> None:
    for call_id in ("x", "y", "z"):
        house.begin(call_id, agent=f"desk-{call_id}")
    house.say("z", *BUSY)
    house.say("x", Tick(at=900_000))
    expect(row(page, "desk-z")).to_contain_text("Listening")

    names = page.get_by_role("rowheader").all_inner_texts()

    assert [name.split()[0] for name in names] == ["desk-x", "desk-y", "desk-z"]


def test_the_team_filter_shows_one_team(house: Watching, page: Page) -> None:
    busy(house)
    expect(row(page, "ben")).to_be_visible()

    page.get_by_role("combobox", name="Team").select_option("south")

    expect(row(page, "anna")).to_have_count(0)
    expect(row(page, "ben")).to_be_visible()
    page.get_by_role("combobox", name="Team").select_option("All teams")
    expect(row(page, "anna")).to_be_visible()


def test_the_pane_shows_the_call_as_it_goes_on(house: Watching, page: Page) -> None:
    busy(house)
    pane = look_into(page, "anna")
    expect(pane).to_contain_text("this is ridiculous and nobody calls")
    expect(pane).to_contain_text("Opening")
    expect(pane).to_contain_text("Agent: 1.5 s of audio lost")
    expect(pane.get_by_role("listitem").filter(has_text=ADVICE)).to_contain_text("done")

    house.say(
        "a",
        said(30_000, "let me see", channel="agent"),
        nudge(31_000, id="n2"),
        NudgeDismissed(at=32_000, id="n2"),
    )

    expect(pane).to_contain_text("let me see")
    expect(pane.get_by_role("listitem").filter(has_text="dismissed")).to_contain_text(ADVICE)


@pytest.mark.parametrize("name", ["en-rough", "de-rough"])
def test_a_demo_call_shows_the_nudges_of_its_log_on_both_pages_at_once(
    house: Watching, page: Page, name: str
) -> None:
    told: list[str] = []
    house.begin("a", agent="local")
    pane = look_into(page, "local")
    overlay = page.context.new_page()
    overlay.goto(house.page.replace("/supervisor", "/overlay"))

    log = list(demo(name))
    for event in log:
        house.say("a", event)
        if isinstance(event, NudgeShown):
            told.append(event.text)
            expect(overlay.get_by_role("status")).to_contain_text(event.text)
            expect(pane.locator(".nudges li").first).to_contain_text(event.text)
            expect(page.locator("tbody .nudge-cell")).to_contain_text(event.text)

    listed = pane.locator(".nudges li")
    expect(listed).to_have_count(len(told))
    for line, text, outcome in zip(range(len(told))[::-1], told, became(log), strict=True):
        expect(listed.nth(line)).to_contain_text(text)
        expect(listed.nth(line)).to_contain_text(outcome)


def became(log: list[Event]) -> list[str]:
    """Return what the page must say of each nudge of a log."""
    shown = {event.id: "shown" for event in log if isinstance(event, NudgeShown)}
    for event in log:
        match event:
            case NudgeResolved():
                shown[event.id] = "done" if event.by_agent else "no longer needed"
            case NudgeExpired():
                shown[event.id] = "passed"
            case NudgeSuperseded():
                shown[event.id] = "replaced"
    return list(shown.values())


def demo(name: str) -> Iterator[Event]:
    """Yield what happens in a demo call, but for what merely moves on."""
    ((call, _),) = find_calls([bundled("demo", "calls") / name])
    for event in run(call, load_playbook(call.call.language), TABLE):
        if not isinstance(event, Tick | TranscriptPartial | CallStarted):
            yield event


def test_a_note_reaches_the_call_and_comes_back(house: Watching, page: Page) -> None:
    busy(house)
    pane = look_into(page, "anna")

    pane.get_by_label("Note to the agent").fill("Offer the visit.")
    pane.get_by_role("button", name="Send note").click()

    expect(pane).to_contain_text("Sending…")
    assert house.asked.wait(5)
    note = SupervisorNote(at=0, author="local", text="Offer the visit.")
    assert house.told == [("a", note)]
    house.say("a", replace(note, at=33_000))
    expect(pane.get_by_role("listitem").filter(has_text="Offer the visit.")).to_contain_text("0:33")
    expect(pane.get_by_label("Note to the agent")).to_have_value("")


def test_the_page_works_without_a_mouse(house: Watching, page: Page) -> None:
    busy(house)
    expect(row(page, "Call d")).to_be_visible()
    first = page.get_by_role("button", name="Look into the call of anna")
    first.focus()

    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Look into the call of Call d")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="anna")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.get_by_role("complementary")).to_have_count(0)
    expect(first).to_be_focused()


def test_nothing_takes_the_focus_by_itself(house: Watching, page: Page) -> None:
    busy(house)
    look_into(page, "anna").get_by_label("Note to the agent").focus()

    house.say("a", nudge(40_000, id="n9"), Tick(at=41_000))
    house.begin("e", agent="eva")

    expect(row(page, "eva")).to_be_visible()
    expect(page.get_by_label("Note to the agent")).to_be_focused()


def test_one_polite_region_tells_what_needs_a_look(house: Watching, page: Page) -> None:
    region = page.locator('[aria-live="polite"]')
    expect(region).to_have_count(1)
    assert region.get_attribute("role") == "status"

    busy(house)

    expect(region).to_contain_text("anna: Agent not heard")
    expect(page.locator('[aria-live]:not([aria-live="polite"])')).to_have_count(0)


def test_a_line_without_news_says_so(house: Watching, page: Page) -> None:
    house.begin("a", agent="anna")

    expect(row(page, "anna")).to_contain_text("No news for 3 s", timeout=10_000)

    house.say("a", Tick(at=9000))
    expect(row(page, "anna")).not_to_contain_text("No news")


def test_a_call_that_was_read_stays_when_its_line_is_gone(house: Watching, page: Page) -> None:
    house.begin("a", agent="anna")
    house.say("a", *BUSY)
    pane = look_into(page, "anna")
    expect(pane).to_contain_text("ridiculous")

    assert house.loop is not None
    house.loop.call_soon_threadsafe(house.rooms.forget, "a")

    expect(page.get_by_text("No calls right now.")).to_be_visible()
    expect(pane).to_contain_text("ridiculous")
    expect(pane).to_contain_text("This call has ended.")


def test_a_page_finds_its_server_again_and_reads_on(browser: Browser) -> None:
    with watching() as first:
        first.begin("a", agent="anna")
        first.say("a", said(1000, "hello there"))
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        page.goto(first.page)
        pane = look_into(page, "anna")
        expect(pane).to_contain_text("hello there")
    expect(page.get_by_text("No connection – as of")).to_be_visible()
    expect(row(page, "anna")).to_be_visible()

    with watching(port=first.port, token=first.access.token) as second:
        second.begin("a", agent="anna")
        second.say("a", said(1000, "hello there"), said(5000, "and on it goes"))
        expect(page.get_by_text("Connected")).to_be_visible(timeout=15_000)

        expect(pane).to_contain_text("and on it goes", timeout=15_000)
        expect(pane.get_by_text("hello there")).to_have_count(1)
        context.close()


def test_without_the_token_the_page_says_what_to_do(browser: Browser, house: Watching) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(house.page.partition("#")[0])

    expect(page.get_by_text("den ausgegebenen Link erneut öffnen")).to_be_visible()
    context.close()


def test_who_logs_in_sees_the_calls_of_the_teams(browser: Browser, tmp_path: Path) -> None:
    listed = f"""
    [people.sue]
    password = "{hash_password("a long one")}"
    roles = ["supervisor"]
    teams = ["north"]
    """
    (tmp_path / "users.toml").write_text(listed)
    with watching(users=Users(tmp_path / "users.toml")) as house:
        busy(house)
        context = browser.new_context(locale="en-GB")
        page = context.new_page()
        page.goto(house.page.partition("#")[0])
        page.get_by_label("Name").fill("sue")
        page.get_by_label("Password").fill("a short one")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("The name or the password is wrong.")).to_be_visible()

        page.get_by_label("Password").fill("a long one")
        page.get_by_role("button", name="Sign in").click()

        expect(row(page, "anna")).to_be_visible()
        expect(row(page, "ben")).to_have_count(0)
        look_into(page, "anna").get_by_label("Note to the agent").fill("Well done.")
        page.get_by_role("button", name="Send note").click()
        assert house.asked.wait(5)
        assert house.told == [("a", SupervisorNote(at=0, author="sue", text="Well done."))]
        context.close()


def test_the_agent_finds_the_note_among_the_earlier_nudges(
    browser: Browser, house: Watching
) -> None:
    house.begin("a", agent="local")
    house.say("a", SupervisorNote(at=61_000, author="sue", text="Offer the visit."))
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(house.page.replace("/supervisor", "/overlay"))

    expect(page.get_by_role("status")).to_have_text("Listening…")
    page.get_by_role("button", name="1 earlier").click()

    expect(page.get_by_role("listitem")).to_contain_text("Offer the visit.")
    expect(page.get_by_role("listitem")).to_contain_text("note from sue")
    context.close()


def test_a_german_browser_is_answered_in_german(browser: Browser, house: Watching) -> None:
    busy(house)
    with visiting(browser, house, locale="de-AT") as page:
        expect(page.get_by_role("heading", name="Laufende Gespräche")).to_be_visible()
        expect(row(page, "anna")).to_contain_text("steigend 2")
        assert page.locator("html").get_attribute("lang") == "de"


def test_what_the_start_page_kept_holds_here(page: Page) -> None:
    kept = '{"ui": "de", "theme": "light"}'
    page.evaluate(f"localStorage.setItem('call-assist.start', '{kept}')")
    page.reload()

    expect(page.get_by_role("heading", name="Laufende Gespräche")).to_be_visible()
    assert page.locator("html").get_attribute("data-theme") == "light"


@pytest.mark.parametrize("locale", ["en-GB", "de-DE"])
def test_nothing_is_cut_off_at_any_width(browser: Browser, house: Watching, locale: str) -> None:
    busy(house)
    house.begin("e", agent="desk-with-a-very-long-name.example", team="a-team-with-a-long-name")
    with visiting(browser, house, locale=locale) as page:
        expect(page.locator("call-table tbody tr")).to_have_count(5)

        assert [width for width in WIDTHS if overflowing(page, width)] == []

        page.locator("call-table tbody button").first.click()
        expect(page.get_by_role("complementary")).to_contain_text("ridiculous")
        assert [width for width in WIDTHS if overflowing(page, width)] == []


def overflowing(page: Page, width: int) -> list[str]:
    """Return what is wider than its place: the page, the list, the pane."""
    page.set_viewport_size({"width": width, "height": 700})
    found: list[str] = page.evaluate(
        """() => {
          const root = document.querySelector("supervisor-page").shadowRoot;
          const parts = [document.documentElement, ...root.querySelectorAll(".list, aside")];
          return parts.filter((one) => one.scrollWidth > one.clientWidth)
            .map((one) => one.className || one.localName);
        }"""
    )
    return found


@needs_axe
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing(browser: Browser, house: Watching, scheme: str) -> None:
    with visiting(browser, house, color_scheme=scheme) as page:
        assert violations(page) == []

        busy(house)
        expect(page.locator("call-table tbody tr")).to_have_count(4)
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 700})
            assert violations(page) == []

            for call in range(2):
                page.locator("call-table tbody button").nth(call).click()
                expect(page.get_by_role("complementary")).to_be_visible()
                assert violations(page) == []
                page.keyboard.press("Escape")


def test_with_forced_colours_the_chosen_call_stays_marked(
    browser: Browser, house: Watching
) -> None:
    busy(house)
    with visiting(browser, house, forced_colors="active") as page:
        look_into(page, "anna")

        style = page.locator("tr.looked").evaluate("row => getComputedStyle(row).outlineStyle")

        assert style == "solid"
        assert page.locator("aside").evaluate("one => getComputedStyle(one).borderStyle") == "solid"
        assert page.locator("tr.look").first.evaluate(BAR) == "solid"


BAR = "row => getComputedStyle(row).borderInlineStartStyle"
DEFICIENCIES = ("deuteranopia", "protanopia", "tritanopia", "achromatopsia")


@pytest.mark.parametrize("kind", DEFICIENCIES)
def test_whoever_sees_no_colours_is_told_by_shape_and_word(
    browser: Browser, house: Watching, kind: str
) -> None:
    busy(house)
    house.say("a", THREAT, said(29_000, "let me see", channel="agent"))
    with visiting(browser, house) as page:
        page.context.new_cdp_session(page).send(
            "Emulation.setEmulatedVisionDeficiency", {"type": kind}
        )
        look_into(page, "anna")

        flags = row(page, "anna").locator(".flags span").all_inner_texts()

        assert [flag[0] for flag in flags] == ["△", "◷", "⚠"]
        expect(row(page, "anna").locator(".complaints")).to_contain_text("rising 2")
        expect(row(page, "ben")).to_contain_text("❚❚ Private")
        for side in ("Agent", "Customer"):
            expect(page.locator(".words .side", has_text=side).first).to_be_visible()
        for seen in ("tr.look .said", ".words .agent", ".words .customer", ".nudges .sign"):
            assert contrast(page, page.locator(seen).first) >= 3


CONTRAST = """async (bytes) => {
  const image = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const {data} = canvas.getImageData(0, 0, image.width, image.height);
  const light = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const found = [];
  for (let i = 0; i < data.length; i += 4)
    found.push(0.2126 * light(data[i]) + 0.7152 * light(data[i + 1]) + 0.0722 * light(data[i + 2]));
  return (Math.max(...found) + 0.05) / (Math.min(...found) + 0.05);
}"""


def contrast(page: Page, seen: Locator) -> float:
    """Return how far the lightest and the darkest pixel of something are apart, as WCAG does."""
    found: float = page.evaluate(CONTRAST, list(seen.screenshot()))
    return found


def test_at_twice_the_size_everything_is_still_there(browser: Browser, house: Watching) -> None:
    busy(house)
    with visiting(browser, house, viewport={"width": 640, "height": 400}) as page:
        page.locator("call-table tbody button").first.click()
        expect(page.get_by_role("complementary")).to_contain_text("ridiculous")

        assert overflowing(page, 640) == []
        send = page.get_by_role("button", name="Send note")
        send.scroll_into_view_if_needed()
        expect(send).to_be_in_viewport()


def test_nothing_moves(browser: Browser, house: Watching) -> None:
    busy(house)
    with visiting(browser, house) as page:
        look_into(page, "anna")

        moving = page.evaluate("document.getAnimations().length")

        assert moving == 0


def test_the_reading_order_is_heading_state_filter_table_pane(house: Watching, page: Page) -> None:
    busy(house)
    look_into(page, "anna")

    told = page.locator("supervisor-page").aria_snapshot()

    order = ["Live calls", "Team", "status", "table", "anna", "Transcript", "Nudges", "Note to the"]
    places = [told.find(text) for text in order[:4]]
    pane = told.index("complementary")
    places += [pane + told[pane:].find(text) for text in order[4:]]
    assert -1 not in places
    assert places == sorted(places)
