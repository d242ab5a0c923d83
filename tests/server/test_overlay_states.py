"""Every state of the overlay in both themes and all widths: it fits, and axe finds nothing."""

import gzip
import re
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from assist.events import (
    CallEnded,
    CallPaused,
    CallStarted,
    CueDetected,
    Event,
    Fault,
    HoldStarted,
    NudgeResolved,
    NudgeShown,
    SpeechEnded,
    StageChanged,
    StageTicked,
    SupervisorNote,
    Tick,
    WordsEvidence,
)
from assist.server.app import STATIC
from assist.settings import load_playbook
from tests.server.browsing import AXE, AXE_RUN, RULES, browsers, chromium, needs_axe
from tests.server.serving import Serving, serving

pytestmark = browsers("overlay")

SIZES = ((280, 170), (320, 170), (360, 180), (480, 200))
LONGEST = {
    "en": "Give them time to answer: what do they need?",
    "de": "Fragen Sie nach: Was brauchen Sie jetzt von mir?",
}
SPOKE = SpeechEnded(at=6_000, channel="agent", start=0, end=3_000)
HEARD = SpeechEnded(at=6_000, channel="customer", start=0, end=2_000)
STAGE = StageChanged(at=100, stage="problem_solving", rule="stage.start")
TALK = (STAGE, SPOKE, HEARD, Tick(at=7_000))
PROMISED = StageTicked(
    at=700_000,
    name="follow_up",
    evidence=(WordsEvidence(channel="agent", start=1, end=9, text="I will call you on Tuesday"),),
)
VENTING = CueDetected(
    at=900,
    cue="venting",
    id="v1",
    channel="customer",
    rule="venting.score",
    playbook="en/support@1",
    start=100,
    end=900,
    confidence=0.9,
    evidence=(),
)


def nudge(at: int, *, language: str = "en", sign: Any = "say", id: str = "n1") -> NudgeShown:
    return NudgeShown(
        at=at,
        id=id,
        cue="refusal_spoken",
        cue_id="r1",
        kind="nudge",
        sign=sign,
        text=LONGEST[language],
        reason="talking over twice in 20 s",
        priority=1,
        expires=at + 8_000,
        rule="refusal_spoken.cannot",
        playbook="en/support@1",
        evidence=(),
    )


def fault(code: str) -> Fault:
    return Fault(at=7_100, code=code, text="x")


CALLS: dict[str, tuple[Event, ...]] = {
    "live": TALK,
    "chip": (*TALK, VENTING),
    "wait": (*TALK, nudge(7_200, sign="wait")),
    "say": (*TALK, nudge(7_200)),
    "ask": (*TALK, nudge(7_200, sign="ask")),
    "risk": (*TALK, nudge(7_200, sign="risk")),
    "good": (*TALK, nudge(7_200, sign="good")),
    "done": (*TALK, nudge(7_200), NudgeResolved(at=7_300, id="n1", by_agent=True)),
    "hold": (*TALK, HoldStarted(at=7_200, start=7_000), Tick(at=87_000)),
    "delayed": (*TALK, Tick(at=7_500, behind=4_000)),
    "timing_only": (*TALK, fault("timing_only")),
    "suspended": (*TALK, fault("capture_suspended")),
    "mic_silent": (*TALK, fault("mic_muted")),
    "no_customer": (*TALK, fault("tab_ended")),
    "same_sound": (*TALK, fault("same_sound")),
    "mic_missing": (*TALK, fault("mic_missing")),
    "mic_denied": (*TALK, fault("mic_denied")),
    "trouble_and_nudge": (*TALK, fault("tab_ended"), nudge(7_200)),
    "paused": (*TALK, CallPaused(at=7_200, reason="privacy", by="agent")),
    "note": (*TALK, SupervisorNote(at=7_200, author="sue", text="Offer the visit."), nudge(7_300)),
    "wrap_up": (*TALK, nudge(8_000), PROMISED, CallEnded(at=760_000)),
    "wrap_up_empty": (*TALK, CallEnded(at=760_000)),
}
"""What a call says to bring its overlay into a state."""
PAGES: dict[str, dict[str, object]] = {
    "connecting": {"link": "connecting", "call": None},
    "reconnecting": {"link": "lost", "retry": 2, "stale": True},
    "offline": {"link": "offline", "since": "14:03", "stale": True},
    "signed_out": {"link": "refused"},
    "idle": {"call": None},
    "loading": {"model": "loading 43 %"},
    "model_failed": {"model": "The file cannot be read."},
    "paused_long": {"waited": 130},
    "shared": {"watched": 1},
    "shared_nudge": {"watched": 2},
    "shared_paused": {"watched": 2},
}
"""What of the page's own state is different in a state that the call does not decide."""
UNDER: dict[str, str] = {
    "paused_long": "paused",
    "shared_nudge": "trouble_and_nudge",
    "shared_paused": "paused",
}

OVERFLOWING = """() => {
  const host = document.querySelector("assist-overlay"), found = [];
  const fits = (one, name) => {
    if (one && getComputedStyle(one).display !== "none"
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
      found.push(name);
  };
  fits(document.documentElement, "page");
  const main = host.shadowRoot;
  fits(main.querySelector("main"), "main");
  fits(main.querySelector("footer"), "footer");
  fits(main.querySelector("nudge-card"), "card");
  fits(main.querySelector("status-line").shadowRoot.querySelector(".state"), "status");
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def house() -> Iterator[Serving]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module", params=["en", "de"])
def page(request: pytest.FixtureRequest, browser: Browser, house: Serving) -> Iterator[Page]:
    """One page for all states; its language is the parameter."""
    context = browser.new_context(
        viewport={"width": 360, "height": 180}, locale=request.param, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(house.page.replace("/overlay", f"/overlay?ui={request.param}"))
    if AXE.is_file():
        page.evaluate(AXE.read_text(encoding="utf-8"))
    yield page
    context.close()


def bring(page: Page, house: Serving, state: str) -> None:
    """Bring the page into a state: a call of its own, then what only the page knows."""
    events = CALLS.get(UNDER.get(state, state), TALK)
    language = page.locator("html").get_attribute("lang") or "en"
    call_id = f"{state}-{language}"
    everything = (CallStarted(at=0, language=language, source="test"), *events)
    for seq, event in enumerate(everything, 1):
        if isinstance(event, NudgeShown):
            event = replace(event, text=LONGEST[language])
        house.publish(replace(event, seq=seq, call_id=call_id))
    page.wait_for_function(
        "([id, seq]) => { const call = document.querySelector('assist-overlay').state.call;"
        " return call && call.id === id && call.seq === seq }",
        arg=[call_id, len(everything)],
    )
    page.evaluate(
        "async (more) => { const host = document.querySelector('assist-overlay');"
        " host.state = {...host.state, link: 'open', stale: false, waited: 0, model: '', ...more};"
        " await host.updateComplete; }",
        PAGES.get(state, {}),
    )


@needs_axe
@pytest.mark.parametrize("state", [*CALLS, *PAGES])
def test_a_state_fits_and_is_accessible(page: Page, house: Serving, state: str) -> None:
    bring(page, house, state)

    language = page.locator("html").get_attribute("lang")
    found: dict[str, object] = {}
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if overflowing := page.evaluate(OVERFLOWING):
                found[f"{width} overflows"] = overflowing
            if language == "de" and width > SIZES[0][0]:
                continue  # the same elements, longer words: the narrowest will do
            for problem in page.evaluate(AXE_RUN, RULES):
                found[f"{width} {theme} {problem}"] = state

    assert found == {}


def test_nothing_moves_for_those_who_want_it_so(page: Page, house: Serving) -> None:
    page.emulate_media(reduced_motion="reduce")

    bring(page, house, "say")

    style = "one => getComputedStyle(one).animationName"
    assert page.locator("nudge-card .nudge").evaluate(style) == "none"
    page.emulate_media(reduced_motion="no-preference")
    assert page.locator("nudge-card .nudge").evaluate(style) == "fade"
    page.emulate_media(reduced_motion="reduce")


def test_forced_colours_keep_the_bar_and_the_words(page: Page, house: Serving) -> None:
    page.emulate_media(forced_colors="active")

    bring(page, house, "say")

    bar = page.locator("nudge-card .bar").evaluate("one => getComputedStyle(one).backgroundColor")
    ground = page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
    assert bar != ground
    expect(page.get_by_role("status")).to_be_visible()
    page.emulate_media(forced_colors="none")


def test_the_live_region_is_never_made_anew(page: Page, house: Serving) -> None:
    bring(page, house, "live")
    page.get_by_role("status").evaluate("one => { one.dataset.kept = 'yes' }")

    for state in ("say", "paused", "offline", "wrap_up"):
        bring(page, house, state)

    expect(page.get_by_role("status")).to_have_count(1)
    assert page.get_by_role("status").get_attribute("data-kept") == "yes"
    assert page.locator("[aria-live]").count() == 1
    assert page.get_by_role("status").get_attribute("aria-live") == "polite"


def test_it_is_read_in_the_order_of_sight(page: Page, house: Serving) -> None:
    bring(page, house, "note")
    if page.locator("html").get_attribute("lang") == "de":
        pytest.skip("one language is enough")

    expect(page.locator("main")).to_match_aria_snapshot("""
        - heading "Call Assist" [level=1]
        - text: Live · Solving You
        - meter "Your share of the talking"
        - text: 60 %
        - status: /Say/
        - paragraph: talking over twice in 20 s
        - button "Dismiss"
        - 'img "Heard: nothing yet"'
        - button "note 1 earlier"
        - button "Pause"
    """)


def advised(language: str) -> list[str]:
    """Return every text that a playbook of ours may put on the card."""
    books = [load_playbook(f"{language}/{name}") for name in ("support", "sales")]
    advice = [one for book in books for one in book.advice.values()]
    return sorted({text for one in advice for text in (one.text, *one.variants.values())})


@pytest.mark.parametrize(("width", "height"), [(360, 180), (280, 170)])
def test_every_advice_of_the_playbooks_fits_the_card(
    page: Page, house: Serving, width: int, height: int
) -> None:
    bring(page, house, "say")
    page.set_viewport_size({"width": width, "height": height})
    texts = advised(page.locator("html").get_attribute("lang") or "en")

    overflowing = page.evaluate(
        """async (texts) => {
          const host = document.querySelector("assist-overlay"), found = [];
          const card = host.shadowRoot.querySelector("nudge-card");
          for (const text of texts) {
            const { call } = host.state;
            host.state = {...host.state, call: {...call, card: {...call.card, text}}};
            await host.updateComplete;
            await card.updateComplete;
            if (card.scrollHeight > card.clientHeight + 1) found.push(text);
          }
          return found;
        }""",
        texts,
    )

    assert len(texts) > 30
    assert overflowing == []


def test_what_the_first_sight_needs_is_small() -> None:
    page = (STATIC / "overlay.html").read_text(encoding="utf-8")
    scripts = re.findall(r"assets/[\w.-]+\.js", page)

    sizes = [len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in scripts]

    assert len(sizes) == 1
    assert sizes[0] <= 15_000


def test_a_nudge_is_painted_soon_after_it_left_the_server(page: Page, house: Serving) -> None:
    bring(page, house, "live")
    page.evaluate(
        """() => {
          window.painted = [];
          const host = document.querySelector("assist-overlay");
          const card = host.shadowRoot.querySelector("nudge-card");
          const text = card.shadowRoot.querySelector(".text");
          new MutationObserver(() => requestAnimationFrame(() => setTimeout(
            () => window.painted.push([text.textContent, Date.now()])))
          ).observe(text, {childList: true, characterData: true, subtree: true});
        }"""
    )
    call_id = page.evaluate("document.querySelector('assist-overlay').state.call.id")
    sent: dict[str, float] = {}

    for seq in range(100, 130):
        text = f"Advice number {seq}"
        sent[text] = page.evaluate("Date.now()")
        event = nudge(10_000 + seq, id=f"n{seq}")
        house.publish(replace(event, seq=seq, call_id=call_id, text=text))
        page.wait_for_function("text => painted.some(([seen]) => seen.includes(text))", arg=text)

    painted = {one: at for shown, at in page.evaluate("painted") for one in sent if one in shown}
    delays = sorted(painted[text] - sent[text] for text in sent)
    assert delays[round(0.95 * len(delays)) - 1] <= 100, delays
