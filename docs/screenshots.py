"""Draw the pictures of the manual: the three pages in a real Chromium, over the demo calls.

The calls run through the engine, so that the pages show what the golden logs say. Sizes, clock,
language and place are fixed: the same machine draws the same pictures. `make screenshots`.
"""

import logging
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from assist.cues import TABLE
from assist.evaluate.find import find_calls
from assist.evaluate.run import run
from assist.events import (
    CallPaused,
    CueDetected,
    Event,
    Fault,
    NudgeResolved,
    NudgeShown,
    SupervisorNote,
    Tick,
    WordsEvidence,
)
from assist.settings import load_playbook
from assist.speech.bundled import bundled
from tests.evaluate.reviewed import rough
from tests.server.browsing import chromium
from tests.server.reviewing import reviewing
from tests.server.running import running
from tests.server.serving import Serving, serving
from tests.server.watching import Watching, watching

IMAGES = Path(__file__).parent / "images"
NOW, STILL = "2026-11-22T14:03:00+01:00", "2026-11-22T14:03:10+01:00"
"""When a page is opened, and where its clock then stands."""
BEGAN = 1_795_352_580_000
"""When finished calls began, in milliseconds since 1970."""
LARGEST = 60_000
"""Bytes of a picture."""
COLOURS, FIRST, APART = 256, 24, 40
"""Of a palette: at most so many; the first come as they are, surfaces among them, and the others
so far apart, in steps of red, green and blue together."""
FLAGS = ("--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb")

Drawn = dict[str, Image.Image]


def story(name: str, *, until: Callable[[Event], bool] = lambda event: False) -> list[Event]:
    """Return a demo call's events, up to the first that fulfils a condition."""
    ((call, _),) = find_calls([bundled("demo", "calls") / name])
    found: list[Event] = []
    for event in run(call, load_playbook(call.call.language), TABLE):
        found.append(event)
        if until(event):
            break
    return found


def nudged(cue: str) -> Callable[[Event], bool]:
    """Return a condition: a nudge of this cue was shown."""
    return lambda event: isinstance(event, NudgeShown) and event.cue == cue


def at(ms: int) -> Callable[[Event], bool]:
    """Return a condition: so much of the call is over."""
    return lambda event: event.at >= ms


@contextmanager
def visit(
    browser: Browser,
    address: str,
    width: int,
    height: int,
    *,
    scale: int = 1,
    still: bool = True,
    **options: object,
) -> Iterator[Page]:
    """Open a page at a given time; its clock stands still, and calls are as old as the picture."""
    usual: dict[str, object] = {
        "viewport": {"width": width, "height": height},
        "device_scale_factor": scale,
        "locale": "en-GB",
        "timezone_id": "Europe/Berlin",
        "color_scheme": "dark",
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**(usual | options))  # type: ignore[arg-type]  # a table of them
    page = context.new_page()
    page.clock.install(time=NOW)
    page.route(re.compile(r"/api/review/(?!sound)\w+$"), date)
    page.goto(address)
    if still:
        page.clock.pause_at(STILL)
    yield page
    context.close()


def date(route: Route) -> None:
    """Let a finished call have begun at a given time: it was stored while the picture was drawn."""
    answer = route.fetch()
    route.fulfill(
        response=answer, body=re.sub(r'"started_at":\d+', f'"started_at":{BEGAN}', answer.text())
    )


def shot(page: Page) -> Image.Image:
    """Return what the page looks like, once its fonts are there."""
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)
    return Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")


# --- the overlay ----------------------------------------------------------------------------------


def overlay_states() -> dict[str, tuple[list[Event], str]]:
    """Return what each state of the overlay needs to happen, and what then stands in it."""
    interrupted = story("en-rough", until=nudged("agent_interrupted"))
    return {
        "listening": (story("en-rough", until=at(12_000)), "text=Listening…"),
        "wait": (interrupted, "text=Pause – let the customer finish."),
        "done": (
            story("en-rough", until=lambda e: isinstance(e, NudgeResolved) and e.by_agent),
            "nudge-card path[d^='M4.5']",
        ),
        "praise": (story("en-good", until=nudged("mirroring_done")), "text=let them confirm"),
        "private": (
            [*interrupted, CallPaused(at=40_000, call_id="en-rough", reason="card", by="agent")],
            "text=Not listening",
        ),
        "trouble": (
            [*interrupted, Fault(at=32_000, call_id="en-rough", code="tab_ended", text="")],
            "text=No customer audio",
        ),
    }


def draw_overlay(browser: Browser) -> Drawn:
    """Draw the overlay over a call, and a sheet of its states."""
    with serving() as house:
        show(house, story("en-rough", until=nudged("refusal_spoken")))
        with visit(browser, house.page, 520, 330, scale=2) as page:
            expect(page.get_by_role("status")).to_contain_text("Say what you can do instead.")
            picture = shot(page)
        tiles = [tile for theme in ("dark", "light") for tile in draw_states(browser, house, theme)]
    return {"overlay": picture, "overlay-states": sheet(tiles, columns=3)}


def draw_states(browser: Browser, house: Serving, theme: str) -> Iterator[Image.Image]:
    """Draw each state of the overlay, in its usual size."""
    for events, sought in overlay_states().values():
        show(house, events)
        with visit(browser, house.page, 360, 180, color_scheme=theme) as page:
            expect(page.locator(sought).first).to_be_attached()
            yield shot(page)


def show(house: Serving, events: list[Event]) -> None:
    """Play a call before a page asks for it: one that reads slowly would be sent away."""
    house.publish(*(replace(event, seq=number) for number, event in enumerate(events, 1)))


def sheet(tiles: list[Image.Image], *, columns: int, gap: int = 12) -> Image.Image:
    """Put pictures of one size side by side."""
    width, height = tiles[0].size
    rows = -(-len(tiles) // columns)
    whole = Image.new(
        "RGB", (columns * (width + gap) + gap, rows * (height + gap) + gap), (128, 134, 144)
    )
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        whole.paste(tile, (gap + column * (width + gap), gap + row * (height + gap)))
    return whole


def draw_start(browser: Browser) -> Drawn:
    """Draw the start page, before anything is open."""
    with running() as house:
        address = f"http://127.0.0.1:{house.port}{house.access.link('/')}"
        with visit(browser, address, 640, 900) as page:
            expect(page.get_by_role("button", name="Open microphone")).to_be_visible()
            return {"start": shot(page)}


# --- the supervisor's page ------------------------------------------------------------------------


def calls(house: Watching) -> None:
    """Begin the calls that the table shows."""
    rise = story("en-rough", until=at(76_000))
    house.open("call-0411", agent="Mara K.")
    house.say(
        "call-0411", *rise, CANCEL, SupervisorNote(at=72_000, author="sue", text="Offer the visit.")
    )
    house.open("call-0412", agent="Jo P.")
    house.say("call-0412", *story("en-good", until=at(66_000)))
    house.open("call-0413", agent="Ali R.", team="south")
    house.say(
        "call-0413", *story("de-good", until=at(40_000)), CallPaused(at=41_000, reason="card")
    )
    house.open("call-0414", agent="Nele B.", team="south")
    house.say("call-0414", *story("de-rough", until=at(40_000)))
    house.open("call-0415", agent="Tom W.")
    house.say("call-0415", *story("en-good", until=at(20_000)), MUTED)
    house.open("call-0416", agent="Ida S.", team="south")
    house.say("call-0416", *story("de-good"))


LIVE = ("call-0411", "call-0412", "call-0414", "call-0415")
CANCEL = CueDetected(
    at=74_000,
    cue="customer_escalates",
    id="t1",
    channel="customer",
    rule="customer_escalates.threat",
    playbook="en/support@1",
    start=73_000,
    end=74_000,
    confidence=0.9,
    evidence=(WordsEvidence(channel="customer", start=73_000, end=74_000, text="I'll cancel"),),
)
MUTED = Fault(at=20_500, code="mic_muted", text="")


def draw_supervisor(browser: Browser) -> Drawn:
    """Draw the table, a call beside it in both themes, and a narrow window."""
    found: Drawn = {}
    with watching() as house:
        calls(house)
        with visit(browser, house.page, 1280, 420) as page:
            found["supervisor"] = settled(house, page)
        for theme in ("dark", "light"):
            with visit(browser, house.page, 1280, 720, color_scheme=theme) as page:
                settled(house, page)
                page.get_by_role("button", name="Look into the call of Mara K.").click()
                expect(page.get_by_role("complementary")).to_contain_text("Offer the visit.")
                page.mouse.click(2, 2)
                found[f"supervisor-call-{theme}"] = shot(page)
        with visit(browser, house.page, 360, 720) as page:
            found["supervisor-narrow"] = settled(house, page)
    return found


def settled(house: Watching, page: Page) -> Image.Image:
    """Return the table with all its lines, each with news since the clock stands still."""
    expect(page.locator("call-table tbody tr")).to_have_count(6)
    for call_id in LIVE:
        house.say(call_id, Tick(at=0))
    expect(page.get_by_text("No news")).to_have_count(0)
    expect(page.locator(".flags .said")).to_be_visible()
    return shot(page)


# --- the review page ------------------------------------------------------------------------------


def draw_review(browser: Browser) -> Drawn:
    """Draw the list of calls, and a call with its sound and a reason, in both themes."""
    found: Drawn = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        reviewing(
            Path(folder) / "data",
            rough("call-0407", name="en-good"),
            rough("call-0408", name="de-rough", agent="ben"),
            heard=rough("call-0412"),
        ) as house,
    ):
        with visit(browser, house.page(), 1280, 420) as page:
            expect(page.get_by_role("button", name="Read call call-0412")).to_be_visible()
            found["review-list"] = shot(page)
        for theme in ("dark", "light"):
            address = house.page("?call=call-0412&t=60")
            with visit(browser, address, 1280, 900, still=False, color_scheme=theme) as page:
                page.get_by_role("button", name="Say what you can do instead").first.click()
                expect(page.locator("review-why")).to_contain_text("not possible")
                expect(page.locator("review-wave canvas").first).to_be_attached()
                page.mouse.click(640, 22)
                found[f"review-{theme}"] = shot(page)
    return found


# --- files ----------------------------------------------------------------------------------------


def small(picture: Image.Image) -> bytes:
    """Return a picture as a small PNG: with a palette, since a page has few colours."""
    pixels = np.asarray(picture)
    found, places, counts = np.unique(
        pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True
    )
    kept = palette(found[np.argsort(-counts, kind="stable")].astype(int))
    nearest = [int(np.abs(kept - one).sum(axis=1).argmin()) for one in found.astype(int)]
    paletted = Image.fromarray(np.array(nearest, np.uint8)[places].reshape(pixels.shape[:2]), "P")
    paletted.putpalette(kept.astype(np.uint8).tobytes())
    file = BytesIO()
    paletted.save(file, "PNG", optimize=True)
    return file.getvalue()


def palette(colours: np.ndarray) -> np.ndarray:
    """Return the most frequent colours that are told apart; the commonest come first."""
    kept = colours[:FIRST]
    for colour in colours[FIRST:]:
        if len(kept) < COLOURS and np.abs(kept - colour).sum(axis=1).min() >= APART:
            kept = np.vstack([kept, colour])
    return kept


def draw() -> Iterator[tuple[str, Image.Image]]:
    """Draw all pictures."""
    with chromium(*FLAGS) as browser:
        for part in (draw_supervisor, draw_overlay, draw_review, draw_start):
            yield from part(browser).items()


def main() -> int:
    """Write the pictures; one that is too large is said, and not written."""
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # a page that is closed hears no more
    large = 0
    for name, picture in draw():
        content = small(picture)
        large += len(content) > LARGEST
        print(f"{name}.png {picture.width} × {picture.height}, {len(content)} bytes")  # noqa: T201  # a tool's report
        if len(content) <= LARGEST:
            (IMAGES / f"{name}.png").write_bytes(content)
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
