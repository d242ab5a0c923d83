"""The overlay behind a log-in, watched, coloured as chosen, and after a call; in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assist.events import (
    CallEnded,
    CueDetected,
    NudgeExpired,
    NudgeShown,
    StageTicked,
    WordsEvidence,
)
from assist.server.access import Users
from assist.server.access.passwords import hash_password
from tests.server.browsing import browsers, chromium, fits, needs_axe, violations, visiting
from tests.server.watching import Watching, watching

pytestmark = browsers("overlay")

PASSWORD = "correct horse battery"
LISTED = f"""
[people.anna]
password = "{hash_password(PASSWORD, log_n=4, lanes=1)}"
roles = ["agent"]
teams = ["north"]

[people.sue]
password = "{hash_password(PASSWORD, log_n=4, lanes=1)}"
roles = ["supervisor"]
teams = ["north"]
"""
PROMISE = WordsEvidence(channel="agent", start=1, end=900, text="I will call you on Tuesday")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Watching]:
    """A server with people."""
    (tmp_path / "users.toml").write_text(LISTED)
    with watching(users=Users(tmp_path / "users.toml")) as running:
        yield running


@pytest.fixture
def own() -> Iterator[Watching]:
    """A server on one's own machine."""
    with watching() as running:
        yield running


def overlay(house: Watching, query: str = "") -> str:
    token = "" if house.access.users else f"#token={house.access.token}"
    return f"{house.origin}/overlay{query}{token}"


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def nudge(at: int, id: str = "n1") -> NudgeShown:
    return NudgeShown(
        at=at,
        id=id,
        cue="refusal_spoken",
        cue_id=f"r-{id}",
        kind="nudge",
        sign="say",
        text="Say what you can do instead.",
        reason="“can't” heard",
        priority=1,
        expires=at + 8000,
        rule="refusal_spoken.cannot",
        playbook="en/support@1",
        evidence=(),
    )


def test_who_is_signed_out_signs_in_without_leaving_the_overlay(
    browser: Browser, house: Watching
) -> None:
    with visiting(browser, overlay(house)) as page:
        expect(page.get_by_text("Sign in again")).to_be_visible()
        page.get_by_role("button", name="Sign in").click()
        sign_in(page, "anna", "a wrong one")
        expect(page.get_by_text("The name or the password is wrong.")).to_be_visible()

        sign_in(page, "anna")

        expect(page.get_by_text("No call")).to_be_visible()
        house.begin("c", agent="anna")
        expect(page.get_by_text("Live")).to_be_visible()


@needs_axe
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_form_fits_the_smallest_window(browser: Browser, house: Watching, theme: str) -> None:
    small = {"width": 280, "height": 170}
    with visiting(browser, overlay(house, f"?theme={theme}"), viewport=small) as page:
        page.get_by_role("button", name="Sign in").click()
        sign_in(page, "anna", "a wrong one")
        expect(page.get_by_text("is wrong")).to_be_visible()

        assert fits(page)
        assert violations(page) == []


def test_the_letters_of_a_password_are_no_commands(browser: Browser, house: Watching) -> None:
    with visiting(browser, overlay(house)) as page:
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Name").press_sequentially("pehnw")

        expect(page.get_by_label("Name")).to_have_value("pehnw")
        expect(page.get_by_role("button", name="Back")).to_have_count(0)


def test_a_session_that_ends_in_a_call_is_begun_again_in_place(
    browser: Browser, house: Watching
) -> None:
    with visiting(browser, overlay(house)) as page:
        page.get_by_role("button", name="Sign in").click()
        sign_in(page, "anna")
        expect(page.get_by_text("No call")).to_be_visible()
        house.begin("c", agent="anna")
        house.say("c", nudge(1000))
        expect(page.get_by_role("status")).to_contain_text("instead")

        page.evaluate("fetch('/api/logout', {method: 'POST'})")
        expect(page.get_by_text("Signed out")).to_be_visible(timeout=10_000)
        page.get_by_role("button", name="Sign in").click()
        sign_in(page, "anna")

        expect(page.get_by_role("status")).to_contain_text("instead")


def test_without_a_log_in_the_printed_link_is_the_way_in(browser: Browser, own: Watching) -> None:
    with visiting(browser, f"{own.origin}/overlay") as page:
        expect(page.get_by_text("open the printed link again")).to_be_visible()
        expect(page.get_by_role("button", name="Sign in")).to_have_count(0)


def test_a_supervisor_never_looks_on_unseen(browser: Browser, own: Watching) -> None:
    own.begin("c", agent="local")
    with (
        visiting(browser, overlay(own)) as page,
        visiting(browser, own.page, viewport={"width": 1280, "height": 800}) as desk,
    ):
        expect(page.get_by_text("Live")).to_be_visible()
        expect(page.get_by_text("Shared")).to_have_count(0)

        desk.get_by_role("row").nth(1).click()
        expect(page.get_by_text("Shared")).to_be_visible()
        expect(page.get_by_title("A supervisor has this call open")).to_be_visible()
        page.reload()
        expect(page.get_by_text("Shared")).to_be_visible()

        desk.goto("about:blank")
        expect(page.get_by_text("Shared")).to_have_count(0)


DARK, LIGHT = "rgb(16, 20, 26)", "rgb(255, 255, 255)"


@pytest.mark.parametrize(
    ("query", "system", "ground"),
    [
        ("", "dark", DARK),
        ("", "light", LIGHT),
        ("?theme=dark", "light", DARK),
        ("?theme=light", "dark", LIGHT),
    ],
)
def test_the_colours_are_the_systems_or_the_chosen(
    browser: Browser, own: Watching, query: str, system: str, ground: str
) -> None:
    with visiting(browser, overlay(own, query), color_scheme=system) as page:
        expect(page.get_by_text("No call")).to_be_visible()

        found = page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
        assert found == ground


def test_what_the_start_page_kept_holds_for_an_overlay_opened_by_itself(
    browser: Browser, own: Watching
) -> None:
    with visiting(browser, overlay(own)) as page:
        kept = '{"ui": "de", "theme": "light"}'
        page.evaluate(f"localStorage.setItem('call-assist.start', '{kept}')")
        page.reload()

        expect(page.get_by_text("Kein Gespräch")).to_be_visible()
        assert page.locator("html").get_attribute("data-theme") == "light"


def ended(house: Watching, *, vented: bool = False) -> None:
    """Let a call happen: one nudge that passed, and a promise."""
    house.begin("c", agent="local")
    if vented:
        house.say("c", VENTING)
    house.say("c", nudge(10_000), NudgeExpired(at=18_000, id="n1"))
    house.say("c", StageTicked(at=600_000, name="follow_up", evidence=(PROMISE,)))
    house.say("c", CallEnded(at=760_000))


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


def test_after_a_call_its_facts_are_listed_without_a_score(browser: Browser, own: Watching) -> None:
    ended(own)
    with visiting(browser, overlay(own)) as page:
        facts = page.get_by_role("listitem")

        expect(page.get_by_text("1 nudge, 0 done · 1 promise")).to_be_visible()
        expect(facts.first).to_contain_text("I will call you on Tuesday")
        expect(facts.last).to_contain_text("Say what you can do instead.")
        expect(facts.last).to_contain_text("passed")
        expect(page.get_by_text("Short break?")).to_have_count(0)
        link = page.get_by_role("link", name="Review").get_attribute("href")
        assert link == f"review?call=c#token={own.access.token}"


def test_after_much_venting_a_break_is_asked_about(browser: Browser, own: Watching) -> None:
    ended(own, vented=True)
    with visiting(browser, overlay(own)) as page:
        expect(page.get_by_text("Short break?")).to_be_visible()


@pytest.mark.parametrize("by", ["button", "key", "time"])
def test_the_wrap_up_closes_by_itself_by_button_and_by_key(
    browser: Browser, own: Watching, by: str
) -> None:
    with visiting(browser, overlay(own)) as page:
        page.clock.install()
        page.reload()
        expect(page.get_by_text("No call")).to_be_visible()
        ended(own)
        expect(page.get_by_text("Call ended")).to_be_visible()

        if by == "button":
            page.get_by_role("button", name="Close").click()
        elif by == "key":
            page.keyboard.press("Escape")
        else:
            page.clock.fast_forward(60_000)

        expect(page.get_by_text("No call")).to_be_visible()


@needs_axe
@pytest.mark.parametrize("size", [(280, 170), (360, 180), (480, 320)])
def test_the_wrap_up_fits_and_is_accessible(
    browser: Browser, own: Watching, size: tuple[int, int]
) -> None:
    ended(own, vented=True)
    viewport = {"width": size[0], "height": size[1]}
    with visiting(browser, overlay(own), viewport=viewport) as page:
        expect(page.get_by_text("Short break?")).to_be_visible()

        assert fits(page)
        assert violations(page) == []
