"""A real Chromium, and what the tests of all pages ask of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from assist.server.app import STATIC

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parents[2] / "client" / "node_modules" / "axe-core" / "axe.min.js"
AXE_RUN = """async (tags) => {
  const report = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return report.violations.map((one) => `${one.id}: ${one.nodes[0].html}`);
}"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

needs_axe = pytest.mark.skipif(
    not AXE.is_file(), reason="the client's tools are not installed (npm ci in client/)"
)


def browsers(page: str) -> list[pytest.MarkDecorator]:
    """Return the marks of tests that look at a built page."""
    built = (STATIC / f"{page}.html").is_file()
    return [
        pytest.mark.browser,
        pytest.mark.skipif(not CHROMIUM.is_file(), reason="chromium is not installed"),
        pytest.mark.skipif(not built, reason="the pages are not built (npm run build)"),
    ]


def flags(*more: str) -> list[str]:
    """Return how Chromium is started: without a screen, alone, and asking nobody anything."""
    usual = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    usual += ["--disable-background-networking", "--disable-component-update", *more]
    return [*usual, "--no-sandbox"] if os.getuid() == 0 else usual


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Run a browser until the block ends."""
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=CHROMIUM, args=flags(*more))
        yield running
        running.close()


@contextmanager
def visiting(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Open a page; an error in its console fails the test."""
    usual: dict[str, Any] = {"viewport": {"width": 360, "height": 180}, "locale": "en-GB"}
    context = browser.new_context(**(usual | options))
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert not [one for one in troubles if "401" not in one]  # a wrong password is no trouble


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(AXE_RUN, RULES)
    return found


def fits(page: Page) -> bool:
    """Tell whether everything of the page is within its window."""
    found: bool = page.locator("main").evaluate(
        "one => one.scrollWidth <= one.clientWidth && one.scrollHeight <= one.clientHeight"
        " && document.documentElement.scrollWidth <= innerWidth"
    )
    return found
