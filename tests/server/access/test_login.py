import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.testclient import TestClient

from assist.server.access import Access, Audit
from assist.settings.access import Oidc
from tests.server.access.house import PASSWORD, PUBLIC, House, house
from tests.server.serving import serving

CHROMIUM = Path("/usr/bin/chromium")


def get(access: Access, path: str, base: str = PUBLIC) -> str:
    with TestClient(Starlette(routes=access.routes), base_url=base) as client:
        answer = client.get(path, follow_redirects=False)
    return answer.headers.get("location") or answer.text


def test_the_page_shows_the_ways_in_that_there_are(tmp_path: Path) -> None:
    oidc = Oidc(issuer="https://id.example.org", client_id="c")
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    both = get(house(tmp_path / "a", oidc=oidc).access, "/login")
    people = get(house(tmp_path / "b").access, "/login")

    assert 'data-provider="yes" data-people="yes"' in both
    assert 'data-provider="no" data-people="yes"' in people


def test_in_local_mode_nobody_has_to_log_in() -> None:
    assert get(Access(audit=Audit(None)), "/login", "http://127.0.0.1:8765") == "/"


def test_the_page_needs_no_script_or_style_of_its_own(tmp_path: Path) -> None:
    text = get(house(tmp_path).access, "/login")

    assert not re.search(r"<style|style=|\son\w+=|https?:", text)
    assert re.findall(r'<script[^>]*src="([^"]*)"></script>', text) == ["/login.js"]


@pytest.mark.parametrize("path", ["/login.css", "/login.js"])
def test_its_files_are_there_and_ask_for_nothing_from_elsewhere(tmp_path: Path, path: str) -> None:
    text = get(house(tmp_path).access, path)

    assert text
    assert "//" not in text.replace("://", "")
    assert "http" not in text


# --- in a real browser ----------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(tmp_path, secure=False)


@pytest.fixture
def page(here: House) -> Iterator[Page]:
    """The page of a real server; its own origin is let in as a further one."""
    if not CHROMIUM.is_file():
        pytest.skip("chromium is not installed")
    flags = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]
    flags += ["--no-sandbox"] if os.getuid() == 0 else []
    with serving(access=here.access) as running, sync_playwright() as play:
        base = f"http://127.0.0.1:{running.port}"
        here.access.origins._known.add(base)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        shown = browser.new_context(locale="de-DE", base_url=base).new_page()
        shown.goto("/login")
        yield shown
        browser.close()


def enter(page: Page, user: str, password: str) -> None:
    page.get_by_label("Name").fill(user)
    page.get_by_label("Kennwort").fill(password)
    page.get_by_role("button", name="Anmelden").press("Enter")


@pytest.mark.browser
def test_a_wrong_password_is_said_and_a_right_one_leads_to_the_own_page(
    page: Page, here: House
) -> None:
    expect(page).to_have_title("Anmelden – Call Assist")
    expect(page.get_by_role("link")).to_be_hidden()

    enter(page, "sue", "wrong")
    expect(page.get_by_role("alert")).to_have_text("Name oder Kennwort stimmt nicht.")

    enter(page, "sue", PASSWORD)
    page.wait_for_url("**/supervisor")
    assert here.kinds[:2] == ["login_failed", "login"]


@pytest.mark.browser
def test_nobody_is_led_to_a_page_of_elsewhere(page: Page) -> None:
    page.goto("/login?next=//evil.example")

    enter(page, "anna", PASSWORD)

    page.wait_for_url("**/overlay")
    assert page.url.startswith("http://127.0.0.1:")
