"""The start page in a real browser: both sides reach the real service, the overlay pops out."""

import os
import shutil
import subprocess
import time
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    Page,
    Playwright,
    WebSocketRoute,
    expect,
    sync_playwright,
)

from assist.core.audio import Samples
from assist.events import AudioGap, CallEnded, CallPaused, CallResumed, CallStarted, Fault
from assist.server.access import Access, Audit, Users
from assist.server.access.passwords import hash_password
from tests.server.browsing import CHROMIUM, browsers, flags, needs_axe, violations
from tests.server.running import QUIET, Running, running

pytestmark = browsers("index")

TONE_HZ = 1_000


class Ear:
    """Keeps what the service hears of one channel; nobody speaks."""

    def __init__(self) -> None:
        self.windows: list[Samples] = []

    def measure(self, window: Samples) -> float:
        self.windows.append(window.copy())
        return -60.0

    def probabilities(self, windows: Sequence[Samples]) -> list[float]:
        return [0.0] * len(windows)

    def strongest(self) -> float:
        """Return the strongest frequency of the last second; 0 in silence."""
        sound = np.concatenate(self.windows[-31:]).astype(float)
        if not sound.any():
            return 0.0
        return float(np.argmax(np.abs(np.fft.rfft(sound))) * 16_000 / len(sound))


class Ears:
    """A speech detector that keeps all sound: agent first, then customer, call by call."""

    def __init__(self) -> None:
        self.all: list[Ear] = []

    def stream(self) -> Ear:
        self.all.append(Ear())
        return self.all[-1]

    def newest(self) -> tuple[Ear, Ear]:
        agent, customer = self.all[-2:]
        return agent, customer


@pytest.fixture(scope="module")
def play() -> Iterator[Playwright]:
    with sync_playwright() as play:
        yield play


def launched(play: Playwright, *more: str, silent: bool = True, **options: Any) -> Browser:
    muted = [] if silent else ["--mute-audio"]
    return play.chromium.launch(
        executable_path=CHROMIUM, args=flags(*more), ignore_default_args=muted, **options
    )


@pytest.fixture(scope="module")
def browser(play: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone, and whatever tab is shared, plays a tone."""
    file = tmp_path_factory.mktemp("sound") / "tone.wav"
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        phase = 2 * np.pi * TONE_HZ * np.arange(48_000) / 48_000
        out.writeframes((8_000 * np.sin(phase)).astype("<i2").tobytes())
    browser = launched(
        play,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={file}",
        "--auto-select-tab-capture-source-by-title=Call Assist",
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def ears() -> Ears:
    return Ears()


@pytest.fixture(scope="module")
def house(ears: Ears) -> Iterator[Running]:
    with running(QUIET, vad=ears) as here:
        yield here


@contextmanager
def visiting(browser: Browser, house: Running, **options: Any) -> Iterator[Page]:
    """Open the page; an error in its console fails the test."""
    usual: dict[str, Any] = {"viewport": {"width": 700, "height": 900}, "locale": "en-GB"}
    context: BrowserContext = browser.new_context(**(usual | options))
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda line: troubles.append(line.text) if is_trouble(line) else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(link(house))
    expect(page.locator(".state")).to_contain_text("No call")
    yield page
    context.close()
    assert not troubles


def is_trouble(line: ConsoleMessage) -> bool:
    """Tell an error; that no page may use a camera Chromium says to whoever shares a tab."""
    return line.type == "error" and "violation: camera" not in line.text


def link(house: Running) -> str:
    return f"http://127.0.0.1:{house.port}/#token={house.access.token}"


@pytest.fixture
def page(browser: Browser, house: Running) -> Iterator[Page]:
    with visiting(browser, house) as page:
        yield page


def begin(page: Page, house: Running) -> str:
    """Open the microphone and begin a call; return the call's id."""
    page.get_by_role("button", name="Open microphone").click()
    expect(page.get_by_text("Open, and heard")).to_be_visible(timeout=30_000)
    before = sum(isinstance(event, CallStarted) for event in house.events)
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".state")).to_contain_text("Live")
    house.until(lambda events: sum(isinstance(e, CallStarted) for e in events) > before)
    return [event.call_id for event in house.events if isinstance(event, CallStarted)][-1]


def windows(page: Page, ear: Ear, count: int) -> None:
    """Wait until the service has heard so many windows of 32 ms."""
    for _ in range(400):
        if len(ear.windows) >= count:
            return
        page.wait_for_timeout(25)  # the page goes on meanwhile; the limit is 10 s
    raise AssertionError(f"{len(ear.windows)} windows came instead of {count}")


def hears(page: Page, ear: Ear, hz: int) -> None:
    """Wait until a second of this tone was heard; a busy machine drops sound now and then."""
    windows(page, ear, 31)
    for _ in range(400):
        if abs(ear.strongest() - hz) < 20:
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"{ear.strongest()} Hz was heard instead of {hz}")


def overlay(page: Page) -> Frame:
    """Return the overlay, opened in the tab."""
    page.get_by_role("button", name="Open in this tab").click()
    expect(page.frame_locator("iframe").locator("status-line")).to_be_visible()
    return next(frame for frame in page.frames if "/overlay" in frame.url)


def test_the_microphone_is_heard_as_the_agent_and_the_missing_tab_is_said(
    page: Page, house: Running, ears: Ears
) -> None:
    call_id = begin(page, house)
    agent, customer = ears.newest()

    hears(page, agent, TONE_HZ)
    assert customer.strongest() == 0.0
    expect(overlay(page).get_by_text("No customer audio")).to_be_visible()

    page.get_by_role("button", name="End call").click()
    expect(page.locator(".state")).to_contain_text("The call has ended")
    ended = house.until_ended(call_id)[-1]
    assert isinstance(ended, CallEnded)
    assert ended.reason == "hangup"


def test_the_shared_tab_is_heard_as_the_customer_and_the_same_sound_twice_is_said(
    page: Page, house: Running, ears: Ears
) -> None:
    page.get_by_role("button", name="Share call tab").click()
    expect(page.get_by_text("✓ Shared")).to_be_visible()

    call_id = begin(page, house)

    agent, customer = ears.newest()
    hears(page, customer, TONE_HZ)
    assert len(agent.windows) == pytest.approx(len(customer.windows), abs=1)
    house.until(lambda events: Fault(at=0, code="same_sound", text="") in map(plain, events))
    page.get_by_role("button", name="End call").click()
    house.until_ended(call_id)


def plain(event: object) -> object:
    """Return a fault without when and what it said."""
    return Fault(at=0, code=event.code, text="") if isinstance(event, Fault) else event


SOFTPHONE = """<title>Softphone</title><script>
  const context = new AudioContext(), tone = context.createOscillator();
  tone.frequency.value = 440; tone.connect(context.destination); tone.start();
</script>"""


@contextmanager
def sound_server(folder: Path) -> Iterator[dict[str, str]]:
    """Run a sound server whose microphone plays a tone; yield the environment that leads to it."""
    socket = folder / "sound.socket"
    command = [
        *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no"),
        f"--load=module-native-protocol-unix auth-anonymous=1 socket={socket}",
        "--load=module-null-sink sink_name=out",
        f"--load=module-sine-source source_name=mic frequency={TONE_HZ}",
    ]
    own = os.environ | {"XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    process = subprocess.Popen(
        command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    there = own | {"PULSE_SERVER": f"unix:{socket}"}
    try:
        select = ["pactl", "set-default-source", "mic"]
        deadline = time.monotonic() + 10
        while subprocess.run(select, env=there, capture_output=True).returncode:
            assert time.monotonic() < deadline, "the sound server does not answer"
        yield there
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.skipif(not shutil.which("pulseaudio"), reason="pulseaudio is not installed")
def test_microphone_and_tab_arrive_each_on_its_own_channel(
    play: Playwright, house: Running, ears: Ears, tmp_path: Path
) -> None:
    with sound_server(tmp_path) as environment:
        browser = launched(
            play,
            "--auto-select-tab-capture-source-by-title=Softphone",
            "--autoplay-policy=no-user-gesture-required",
            silent=False,
            env=environment,
        )
        with visiting(browser, house) as page:
            page.context.grant_permissions(["microphone"])
            phone = page.context.new_page()
            phone.set_content(SOFTPHONE)
            page.bring_to_front()
            page.get_by_role("button", name="Share call tab").click()
            expect(page.get_by_text("✓ Shared")).to_be_visible()

            call_id = begin(page, house)
            agent, customer = ears.newest()
            hears(page, agent, TONE_HZ)
            hears(page, customer, 440)

            phone.close()
            expect(page.get_by_text("No longer shared")).to_be_visible()
            house.until(lambda events: Fault(at=0, code="tab_ended", text="") in map(plain, events))
            page.get_by_role("button", name="End call").click()
            house.until_ended(call_id)
        browser.close()


def test_a_pause_in_the_overlay_stops_the_capture_and_its_resume_goes_on(
    page: Page, house: Running, ears: Ears
) -> None:
    call_id = begin(page, house)
    agent, _ = ears.newest()
    windows(page, agent, 20)
    shown = overlay(page)

    shown.get_by_role("button", name="Pause").click()

    expect(page.locator(".state")).to_contain_text("Paused for privacy")
    expect(shown.get_by_text("Not listening, not recording")).to_be_visible()
    heard = len(agent.windows)
    page.wait_for_timeout(600)
    assert len(agent.windows) <= heard + 1

    shown.get_by_role("button", name="Resume").click()
    expect(page.locator(".state")).to_contain_text("Live")
    windows(page, agent, heard + 20)
    page.get_by_role("button", name="End call").click()
    events = house.until_ended(call_id)
    assert sum(isinstance(event, CallPaused) for event in events) == 1
    resumed = [event for event in events if isinstance(event, CallResumed)]
    assert [event.skipped >= 500 for event in resumed] == [True]


def test_a_line_that_is_cut_comes_back_and_nothing_is_missing(
    page: Page, house: Running, ears: Ears
) -> None:
    lines: list[WebSocketRoute] = []

    def carry(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    page.route_web_socket("**/ingest/audio", carry)
    call_id = begin(page, house)
    agent, _ = ears.newest()
    windows(page, agent, 30)

    lines[0].close(code=1012)
    for _ in range(400):
        if len(lines) > 1:
            break
        page.wait_for_timeout(25)
    windows(page, agent, 90)
    page.get_by_role("button", name="End call").click()

    events = house.until_ended(call_id)
    assert len(lines) == 2
    assert not [event for event in events if isinstance(event, AudioGap)]
    assert abs(events[-1].at - 32 * len(agent.windows)) < 100


def test_a_refused_microphone_says_what_to_do(play: Playwright, house: Running) -> None:
    browser = launched(play, "--use-fake-device-for-media-stream")
    with visiting(browser, house) as page:
        page.get_by_role("button", name="Open microphone").click()

        expect(page.get_by_text("Blocked. Click the microphone sign")).to_be_visible()
        expect(page.get_by_role("button", name="Start call")).to_be_disabled()
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
    browser.close()


def test_the_overlay_pops_out_follows_the_call_and_comes_back(
    browser: Browser, house: Running
) -> None:
    with visiting(browser, house, viewport=None, no_viewport=True) as page:
        call_id = begin(page, house)
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="Open overlay").click()
        window = opened.value
        shown = window.frame_locator("iframe")

        expect(shown.get_by_text("No customer audio")).to_be_visible()
        expect(page.get_by_text("stands in a window of its own")).to_be_visible()
        size = window.evaluate("[innerWidth, innerHeight]")
        ground = shown.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
        assert size == [360, 180]
        assert ground != "rgba(0, 0, 0, 0)"
        page.get_by_role("button", name="End call").click()
        expect(shown.get_by_text("Call ended")).to_be_visible()
        house.until_ended(call_id)

        window.evaluate("window.close()")
        expect(page.get_by_text("The overlay’s window was closed")).to_be_visible()
        expect(page.get_by_role("button", name="Pop out again")).to_be_visible()
        expect(page.frame_locator("iframe").get_by_text("Call ended")).to_be_visible()


def test_without_such_windows_the_overlay_stands_in_the_tab(page: Page) -> None:
    page.add_init_script("delete window.documentPictureInPicture")
    page.reload()

    expect(page.get_by_text("no window that stays above others")).to_be_visible()
    expect(page.get_by_role("button", name="Open overlay")).to_have_count(0)
    expect(overlay(page).get_by_role("status")).to_be_visible()


def test_what_was_chosen_is_kept(page: Page) -> None:
    page.get_by_text("Settings").click()
    page.get_by_label("Language of the pages").select_option("de")
    expect(page.get_by_role("heading", name="Gespräch beginnen")).to_be_visible()

    page.reload()

    expect(page.get_by_role("heading", name="Gespräch beginnen")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "de"


@needs_axe
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_page_fits_and_is_accessible(page: Page, language: str) -> None:
    page.evaluate(f"localStorage.setItem('call-assist.start', '{{\"ui\": \"{language}\"}}')")
    page.reload()
    page.locator("sound-source button").first.click()
    expect(page.get_by_role("meter")).to_be_visible()

    found: dict[str, object] = {}
    for theme in ("dark", "light"):
        page.emulate_media(color_scheme=theme)
        for width in (320, 700, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found[f"{width} overflows"] = theme
            for problem in violations(page):
                found[f"{width} {theme} {problem}"] = language

    assert found == {}


def test_what_was_chosen_for_the_call_reaches_it(page: Page, house: Running) -> None:
    page.get_by_label("Language of the call").select_option("de")
    page.get_by_label("Kind of call").select_option("sales")
    page.get_by_label("How much help").select_option("1")

    call_id = begin(page, house)
    page.get_by_role("button", name="End call").click()

    started = house.until_ended(call_id)[0]
    assert isinstance(started, CallStarted)
    assert started.settings.playbook.startswith("de/sales@")
    assert started.settings.help_level == 1


PASSWORD = "correct horse battery"
LISTED = f"""
[people.anna]
password = "{hash_password(PASSWORD, log_n=4, lanes=1)}"
roles = ["agent"]
teams = ["north"]
"""


@pytest.fixture
def guarded(tmp_path: Path, ears: Ears) -> Iterator[Running]:
    """The service behind a log-in."""
    (tmp_path / "users.toml").write_text(LISTED)
    access = Access(users=Users(tmp_path / "users.toml"), audit=Audit(None))
    with running(QUIET, vad=ears, access=access) as here:
        yield here


def test_an_agent_signs_in_on_the_page_and_sends_the_own_call(
    browser: Browser, guarded: Running, ears: Ears
) -> None:
    context = browser.new_context(viewport={"width": 700, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{guarded.port}/")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign in")).to_have_count(0)

    call_id = begin(page, guarded)
    hears(page, ears.newest()[0], TONE_HZ)
    expect(overlay(page).get_by_text("No customer audio")).to_be_visible()
    page.get_by_role("button", name="End call").click()

    started = guarded.until_ended(call_id)[0]
    assert isinstance(started, CallStarted)
    assert started.agent == "anna"
    context.close()


def test_who_is_signed_out_meanwhile_is_asked_again_on_the_page(
    browser: Browser, guarded: Running
) -> None:
    context = browser.new_context(viewport={"width": 700, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{guarded.port}/")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Open microphone").click()
    expect(page.get_by_text("Open, and heard")).to_be_visible(timeout=30_000)
    page.evaluate("fetch('/api/logout', {method: 'POST'})")
    page.context.clear_cookies()

    page.get_by_role("button", name="Start").click()

    expect(page.get_by_text("You are signed out.")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("theme", "ground"), [("dark", "16, 20, 26"), ("light", "255, 255, 255")])
def test_the_colours_can_be_chosen_and_stay(page: Page, theme: str, ground: str) -> None:
    page.get_by_text("Settings").click()
    page.get_by_label("Colours").select_option(theme)

    page.reload()

    found = page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
    assert found == f"rgb({ground})"
    shown = overlay(page).locator("body")
    assert shown.evaluate("one => getComputedStyle(one).backgroundColor") == f"rgb({ground})"
