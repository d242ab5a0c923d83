"""How soon the overlay is there, and how soon a nudge is on it: `results/paint.json` and `.md`.

    python -m benchmarks.paint [--loads 20] [--nudges 200]

The built page in Chromium, fed by the real web application on this machine. *First paint* is what
the browser itself calls first contentful paint, counted from the navigation, each time in a new
context with an empty cache. *Nudge to pixels* begins when the event is handed to the server's
loop and ends in the task after the next frame of the page, which shows the text.
"""

import argparse
import json
from typing import Any

from msgspec.structs import replace
from playwright.sync_api import Browser, Page

from assist.events import CallStarted, NudgeShown
from benchmarks.metrics import percentile
from benchmarks.record import write
from benchmarks.tables import table
from tests.server.browsing import chromium
from tests.server.serving import Serving, serving

SIZE: Any = {"width": 360, "height": 180}
PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const one of list.getEntriesByName("first-contentful-paint")) done(one.startTime);
}).observe({ type: "paint", buffered: true }))"""
WATCH = """() => {
  window.painted = {};
  const card = document.querySelector("assist-overlay").shadowRoot.querySelector("nudge-card");
  const text = card.shadowRoot.querySelector(".text");
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => {
    const said = text.textContent.trim();
    window.painted[said] ??= performance.timeOrigin + performance.now();
  }))).observe(text, { childList: true, characterData: true, subtree: true });
}"""
SEEN = "said => Object.keys(painted).some((one) => one.endsWith(said))"
WHEN = "said => Object.entries(painted).find(([one]) => one.endsWith(said))[1]"
NUDGE = NudgeShown(
    at=0,
    id="",
    cue="refusal_spoken",
    cue_id="r1",
    kind="nudge",
    sign="say",
    text="",
    reason="“can’t” heard",
    priority=1,
    expires=1_000_000,
    rule="refusal_spoken.cannot",
    playbook="en/support@1",
    evidence=(),
)


def first_paints(browser: Browser, house: Serving, loads: int) -> list[float]:
    """Return milliseconds from the navigation to the first paint; the first load warms up."""
    found = []
    for _ in range(loads + 1):
        context = browser.new_context(viewport=SIZE)
        page = context.new_page()
        page.goto(house.page)
        found.append(float(page.evaluate(PAINT)))
        context.close()
    return found[1:]


def delays(page: Page, house: Serving, nudges: int) -> list[float]:
    """Return milliseconds from the server's loop to the painted text; the first warms up."""
    page.goto(house.page)
    house.publish(CallStarted(seq=1, call_id="paint", at=0, language="en"))
    page.get_by_text("Listening…").wait_for()
    page.evaluate(WATCH)
    found = []
    for seq in range(2, nudges + 3):
        said = f"advice {seq}."
        event = replace(NUDGE, seq=seq, call_id="paint", at=100 * seq, id=f"n{seq}", text=said)
        sent = house.access.clock.wall()
        house.publish(event)
        page.wait_for_function(SEEN, arg=said)
        found.append(float(page.evaluate(WHEN, said)) - 1000 * sent)
    return found[1:]


def summary(values: list[float], limit: float, share: float) -> dict[str, Any]:
    """Return how the values lie, and whether enough of them keep the limit."""
    return {
        "count": len(values),
        "median_ms": round(percentile(values, 0.5), 1),
        "p95_ms": round(percentile(values, 0.95), 1),
        "slowest_ms": round(max(values), 1),
        "limit_ms": limit,
        "kept": percentile(values, share) <= limit,
    }


def page_of(result: dict[str, Any]) -> str:
    """Return the result for people."""
    place = result["machine"]
    rows = [
        [name, one["count"], one["median_ms"], one["p95_ms"], one["slowest_ms"], one["limit_ms"]]
        for name, one in result["measured"].items()
    ]
    head = ["what", "times", "median ms", "p95 ms", "slowest ms", "limit ms"]
    return (
        f"# First paint, and a nudge's way to the screen\n\n    {result['command']}\n\n"
        f"{place['processor']}, {place['cores']} cores, {place['memory_gib']} GiB, "
        f"{place['system']}, Python {place['python']}; {result['browser']} without a screen or a "
        f"graphics card; {result['date']}, commit {result['commit']}.\n\n"
        "The overlay of 360 × 180 pixels, fed by the real web application on the same machine. The "
        "limit of the first paint is for the slowest, that of a nudge for 95 of 100.\n\n"
        f"{table(head, rows)}\n"
    )


def main() -> None:
    """Measure and write down."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--loads", type=int, default=20, help="of the page")
    asked.add_argument("--nudges", type=int, default=200, help="that are shown")
    said = asked.parse_args()
    with serving() as house, chromium() as browser:
        paints = first_paints(browser, house, said.loads)
        context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
        nudges = delays(context.new_page(), house, said.nudges)
        name = f"Chromium {browser.version}"
    measured = {
        "first paint": summary(paints, 300, 1.0),
        "nudge to pixels": summary(nudges, 100, 0.95),
    }
    file = write("paint", {"browser": name, "measured": measured})
    file.with_suffix(".md").write_text(page_of(json.loads(file.read_text())), encoding="utf-8")


if __name__ == "__main__":
    main()
