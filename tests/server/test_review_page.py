"""The built review page in a real browser, with calls in a real store."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from assist.audio.files import Recording
from assist.replay import run
from assist.server.access import Users
from assist.server.access.passwords import hash_password
from assist.server.importing import Playing
from assist.server.review_import import Wanted
from assist.speech.pool import Inline
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad, coded, say
from assist.store.commands import Actor
from tests.audio.sound import write
from tests.evaluate.reviewed import rough
from tests.server.browsing import browsers, chromium, needs_axe, violations
from tests.server.reviewing import SPLIT_MS, Reviewing, reviewing

pytestmark = browsers("review")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewing]:
    data = tmp_path_factory.mktemp("review") / "data"
    german = rough("kunde-1", agent="ben", name="de-rough")
    with reviewing(
        data, rough("call-1"), german, without=rough("call-2"), heard=rough("call-8"), play=play
    ) as running:
        yield running


def play(path: Path, call_id: str, wanted: Wanted) -> Playing:
    """Hear a recording: what was said in it is known."""
    begin = 200
    pool = Inline(ScriptedRecogniser(say("my order never came", start=begin + 100)))
    recording = Recording(path)
    events = run(
        recording,
        vad=ScriptedVad([(begin, 1_800)]),
        pool=pool,
        language=wanted.language,
        call_id=call_id,
        agent=wanted.agent,
    )
    return recording.duration, events


@contextmanager
def visiting(browser: Browser, house: Reviewing, query: str = "", **options: Any) -> Iterator[Page]:
    """Open the page; an error in its console, or a request elsewhere, fails the test."""
    usual: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}
    context = browser.new_context(**(usual | options))
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda line: troubles.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((house.origin, f"blob:{house.origin}"))
            else troubles.append(asked.url)
        ),
    )
    page.goto(house.page(query))
    yield page
    context.close()
    assert not troubles


def read_call(page: Page, call: str = "call-1") -> Locator:
    """Read a call; return where its reasons stand."""
    page.get_by_role("button", name=f"Read call {call}", exact=True).click()
    expect(page.get_by_role("heading", name=f"Call {call}")).to_be_focused()
    return page.locator("review-why")


def test_calls_are_listed_filtered_and_searched(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house) as page:
        status = page.get_by_role("status")
        expect(status).to_have_text("Calls: 4")
        expect(page.get_by_role("row").filter(has_text="call-1")).to_contain_text("1:38")

        page.get_by_label("Cue").select_option("words against the customer")
        page.get_by_role("button", name="Find").click()
        expect(page.get_by_text("No finished call fits.")).to_be_visible()
        page.get_by_label("Cue").select_option("Any")
        page.get_by_label("From").fill("2020-01-01")
        page.get_by_label("Until").fill("2020-01-02")
        page.get_by_role("button", name="Find").click()
        expect(page.get_by_text("No finished call fits.")).to_be_visible()
        page.get_by_label("From").fill("")
        page.get_by_label("Until").fill("")

        page.get_by_label("Words said").fill("ridiculous")
        page.get_by_label("Words said").press("Enter")
        expect(status).to_have_text("Places found: 2")
        page.get_by_role("button", name="Read call call-1 at 0:05").click()

        expect(page.get_by_text("0:05 of 1:38")).to_be_visible()
        expect(page.locator("review-transcript li.now")).to_contain_text("This is ridiculous.")


def test_one_call_is_understood_judged_and_noted(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house) as page:
        why = read_call(page)
        nudges = page.get_by_role("group", name="Nudges").get_by_role("button")
        expect(nudges).to_have_count(4)

        nudge = nudges.filter(has_text="Say what you can do instead.")
        expect(nudge).to_have_accessible_name(
            "0:59 nudge Say: Say what you can do instead., passed"
        )
        nudge.click()

        expect(why).to_contain_text("“no” spoken")
        expect(why).to_contain_text("Agent 55.")
        expect(why).to_contain_text("“not possible”")
        expect(why).to_contain_text("refusal_spoken")
        expect(why).to_contain_text("2.5 s after the last word")
        expect(page.locator("mark")).to_have_text(["not", "possible"])
        page.get_by_role("button", name="0:05 cue: complaint goes on").click()
        expect(why).to_contain_text(re.compile(r"score: \d\.\d \(threshold 4\)"))
        expect(why).to_contain_text("floor: 9.5 s (threshold 8.0 s)")

        cues = page.get_by_role("group", name="Cues").get_by_role("button")
        shown = cues.count()
        page.get_by_label("Show cues that were not shown").check()
        expect(cues).to_have_count(14)
        assert shown < 14
        page.get_by_role("button", name="not shown: “no” spoken").first.click()
        expect(why).to_contain_text("another cue said the same")

        page.get_by_role("button", name="0:05 cue: complaint goes on").click()
        why.get_by_role("button", name="Right").click()
        why.get_by_role("button", name="Too late").click()
        expect(why.get_by_role("button", name="Too late")).to_have_attribute("aria-pressed", "true")
        expect(why.get_by_role("button", name="Right")).to_have_attribute("aria-pressed", "false")
        expect(page.get_by_role("status")).to_have_text("Saved")
        why.get_by_label("Note on this cue").fill("Well noticed, but late.")
        why.get_by_role("button", name="Save note").click()
        expect(why.get_by_role("listitem").filter(has_text="Well noticed")).to_contain_text("local")
        expect(why.get_by_label("Note on this cue")).to_have_value("")

        page.reload()
        page.get_by_role("button", name="0:05 cue: complaint goes on").click()
        expect(why.get_by_role("button", name="Too late")).to_have_attribute("aria-pressed", "true")
        expect(why).to_contain_text("Well noticed, but late.")

        page.get_by_label("With the playbook").select_option("en/support")
        page.get_by_role("button", name="Try").click()
        expect(page.get_by_text("would have shown the same nudges as")).to_be_visible(
            timeout=30_000
        )
    stored = house.on_store(lambda store: store.open("call-1"))
    assert [(row["cue_id"], row["verdict"]) for row in stored.verdicts] == [
        ("venting-c5033", "late")
    ]


def test_a_link_leads_to_a_moment_and_keys_lead_on(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house, "?call=call-1&t=20") as page:
        moment = page.get_by_label("Moment of the call")
        expect(moment).to_have_attribute("aria-valuetext", "0:20 of 1:38")

        page.keyboard.press("ArrowRight")
        expect(moment).to_have_attribute("aria-valuetext", "0:25 of 1:38")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        expect(moment).to_have_attribute("aria-valuetext", "0:15 of 1:38")
        page.keyboard.press("]")
        expect(page.locator("review-why")).to_contain_text("Great listening")
        page.keyboard.press("]")
        expect(page.locator("review-why")).to_contain_text("talking over")
        page.keyboard.press("[")
        expect(page.locator("review-why")).to_contain_text("Great listening")
        page.wait_for_url("**/review?call=call-1&t=23*")

        note = page.get_by_role("textbox", name="Note on this cue")
        note.fill("[x]")
        note.press("ArrowLeft")
        note.press("[")
        expect(note).to_have_value("[x[]")
        expect(moment).to_have_attribute("aria-valuetext", "0:23 of 1:38")
        page.get_by_role("button", name="Go to 1:01").click()
        expect(moment).to_have_attribute("aria-valuetext", "1:01 of 1:38")
        page.get_by_text("Good", exact=True).first.click()
        expect(moment).to_have_attribute("aria-valuetext", "0:01 of 1:38")
        page.keyboard.press("Escape")
        expect(page.get_by_role("heading", name="Call call-1")).to_have_count(0)


def test_a_call_is_saved_in_every_format(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house, "?call=call-1") as page:
        for button, name, text in (
            ("Report", "call-call-1.html", "<h1>Call call-1</h1>"),
            ("JSON", "call-call-1.json", '"type": "review"'),
            ("CSV", "call-call-1.csv", "start_ms,"),
            ("WebVTT", "call-call-1.vtt", "WEBVTT"),
            ("Labelled call", "call-call-1.calls.jsonl", '{"call":{"id":"call-1"'),
        ):
            with page.expect_download() as saving:
                page.get_by_role("button", name=button, exact=True).click()

            assert saving.value.suggested_filename == name
            assert text in Path(saving.value.path()).read_text(encoding="utf-8")


def test_words_whose_review_was_refused_are_not_shown(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house) as page:
        why = read_call(page, "call-2")

        expect(page.get_by_text("Somebody did not agree to the review")).to_be_visible()
        expect(page.get_by_text("No words")).to_be_visible()
        page.get_by_role("button", name="0:05 cue: complaint goes on").click()
        expect(why).to_contain_text("words that are not shown")
        expect(why.get_by_role("button", name="Right")).to_have_count(0)
        assert "ridiculous" not in page.content()


def at(page: Page) -> float:
    """Return the moment that the page looks at, in milliseconds."""
    return float(page.get_by_label("Moment of the call").input_value())


def wait_until(page: Page, moment: int) -> None:
    """Wait until the moment is reached."""
    slider = 'document.querySelector("review-page").shadowRoot.querySelector("review-call")'
    page.wait_for_function(
        f"least => {slider}.shadowRoot.querySelector('#at').valueAsNumber >= least", arg=moment
    )


def test_playing_moves_the_moment_and_the_transcript(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house, "?call=call-8&t=3") as page:
        answers: list[tuple[int, str]] = []
        page.on("response", lambda answer: answers.append((answer.status, answer.url)))
        expect(page.locator("review-wave canvas").first).to_be_attached()
        expect(page.get_by_text("There is no sound of this call")).to_have_count(0)
        expect(page.locator("review-transcript li.now")).to_contain_text("Good afternoon")

        page.get_by_label("Speed").select_option("2×")
        page.get_by_role("button", name="Play").click()
        expect(page.locator("review-transcript li.now")).to_contain_text("This is the third time")
        wait_until(page, 6_500)
        before = page.locator(".inner > .cursor").bounding_box()
        wait_until(page, 8_000)
        after = page.locator(".inner > .cursor").bounding_box()
        page.get_by_role("button", name="Pause", exact=True).click()
        rested = at(page)

        expect(page.get_by_role("button", name="Play")).to_be_visible()
        assert before is not None
        assert after is not None
        assert before["x"] < after["x"]
        assert at(page) == rested
        assert {status for status, url in answers if url.endswith("/sound")} == {200, 206}


def test_a_click_anywhere_goes_on_playing_from_there(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house, "?call=call-8") as page:
        page.get_by_role("button", name="Play").click()
        wait_until(page, 300)

        page.get_by_role("button", name="Go to 1:01").click()
        wait_until(page, 61_500)
        page.get_by_role("button", name="nudge Say: Say what you can do").click()
        expect(page.get_by_text("0:59 of 1:38")).to_be_visible()
        wait_until(page, 60_000)
        page.locator("svg.speech").first.click(position={"x": 10, "y": 10})
        expect(page.get_by_text("0:01 of 1:38")).to_be_visible()
        wait_until(page, 1_800)
        assert at(page) < 30_000


def test_sound_that_breaks_off_goes_on_where_it_comes_back(
    browser: Browser, house: Reviewing
) -> None:
    with visiting(browser, house, "?call=call-8&t=39") as page:
        page.get_by_label("Speed").select_option("2×")
        page.get_by_role("button", name="Play").click()

        wait_until(page, SPLIT_MS + 1_500)

        expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


def test_a_recording_is_played_by_keys_alone(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house, "?call=call-8&t=20") as page:
        expect(page.get_by_role("button", name="Play")).to_be_visible()
        expect(page.get_by_role("heading", name="Call call-8")).to_be_focused()

        page.keyboard.press("l")
        assert at(page) == 30_000
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert at(page) == 10_000
        page.keyboard.press("Space")
        wait_until(page, 10_800)
        page.keyboard.press("k")
        expect(page.get_by_role("button", name="Play")).to_be_visible()
        page.keyboard.press("]")
        expect(page.locator("review-why")).not_to_contain_text("Choose a cue")
        page.keyboard.press("Shift+Tab")
        expect(page.get_by_role("button", name="All calls")).to_be_focused()
        page.keyboard.press("Space")
        expect(page.get_by_role("heading", name="Call call-8")).to_have_count(0)


def test_sides_have_a_volume_of_their_own(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house, "?call=call-8&t=5") as page:
        page.get_by_label("Agent’s volume").fill("0")
        page.get_by_role("button", name="Play").click()

        wait_until(page, 6_000)

        expect(page.get_by_label("Agent’s volume")).to_have_value("0")
        expect(page.get_by_label("Customer’s volume")).to_have_value("1")


def test_silence_is_passed_over_where_that_is_wanted(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house, "?call=call-8&t=21") as page:
        gap = house.on_store(lambda store: store.open("call-8"))
        assert gap.call["last_at"] > 90_000
        page.get_by_label("Skip silence").check()
        page.get_by_role("button", name="Play").click()

        wait_until(page, 24_000)


def test_what_draws_is_loaded_only_where_there_is_sound(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        read_call(page)
        expect(page.get_by_text("There is no sound of this call")).to_be_visible()
        assert not [url for url in asked if "waveform" in url]
        page.keyboard.press("Escape")

        read_call(page, "call-8")

        expect(page.locator("review-wave canvas").first).to_be_attached()
        assert [url for url in asked if "waveform" in url]


def test_a_recording_that_is_added_ends_on_its_page(
    browser: Browser, house: Reviewing, tmp_path: Path
) -> None:
    file = tmp_path / "recording.wav"
    write(file, coded(0, 3_000).reshape(-1, 1), codec="pcm_s16le", rate=16_000)
    with visiting(browser, house) as page:
        page.get_by_text("Add a recording").click()
        page.get_by_label("Recording", exact=True).set_input_files(file)
        page.get_by_label("Why its words may be kept").fill("contract")
        page.get_by_role("button", name="Add", exact=True).click()

        expect(page.get_by_role("heading", name="Call import-")).to_be_focused(timeout=20_000)
        expect(page.locator("review-transcript")).to_contain_text("my order never came")
        page.keyboard.press("Escape")
        expect(page.get_by_text("Done: call import-")).to_be_visible()

        broken = tmp_path / "broken.mp3"
        broken.write_bytes(b"no sound at all")
        page.get_by_label("Recording", exact=True).set_input_files(broken)
        page.get_by_label("Why its words may be kept").fill("contract")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text("Not added: the recording is no recording")).to_be_visible(
            timeout=20_000
        )
    ids = [row["id"] for row in house.on_store(lambda store: store.calls()).rows]
    (added,) = [one for one in ids if one.startswith("import-")]
    house.on_store(lambda store: store.erase([added], Actor("root", "admin")))


def _add(page: Page, file: Path) -> None:
    """Choose a recording, say why its words may be kept, and add it."""
    page.get_by_text("Add a recording").click()
    page.get_by_label("Recording", exact=True).set_input_files(file)
    page.get_by_label("Why its words may be kept").fill("contract")
    page.get_by_role("button", name="Add", exact=True).click()


def test_a_recording_is_followed_through_a_lost_answer_to_the_servers_own_words(
    browser: Browser, house: Reviewing, tmp_path: Path
) -> None:
    file = tmp_path / "recording.wav"
    write(file, coded(0, 3_000).reshape(-1, 1), codec="pcm_s16le", rate=16_000)
    page = browser.new_context(locale="en-GB").new_page()
    page.route("**/api/recording/*", lambda route: route.continue_(post_data="short"))
    page.route("**/api/review/brought", lambda route: route.abort(), times=1)
    page.goto(house.page())

    _add(page, file)

    expect(page.get_by_text("Not added: the recording is not as long as was said.")).to_be_visible()
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_enabled()
    page.context.close()


def test_a_recording_that_the_server_no_longer_knows_can_be_added_anew(
    browser: Browser, house: Reviewing, tmp_path: Path
) -> None:
    file = tmp_path / "recording.wav"
    file.write_bytes(b"sound")
    page = browser.new_context(locale="en-GB").new_page()
    forgotten = '{"id": "of a server before its restart"}'
    page.route("**/api/review/brought", lambda route: route.continue_(post_data=forgotten))
    page.goto(house.page())

    _add(page, file)

    expect(page.get_by_text("Not added")).to_be_visible()
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_enabled()
    page.context.close()


def test_sound_stops_when_the_session_is_over(browser: Browser, house: Reviewing) -> None:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(house.page("?call=call-8"))
    page.evaluate(
        """() => {
          const { play } = HTMLMediaElement.prototype;
          HTMLMediaElement.prototype.play = function () {
            window.sound = this;
            return play.call(this);
          };
        }"""
    )
    page.get_by_role("button", name="Play").click()
    wait_until(page, 300)

    page.route("**/api/review/card", lambda route: route.fulfill(status=401))
    page.get_by_role("combobox", name="What the customer wanted", exact=True).select_option(
        "money back"
    )

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    page.wait_for_function("sound.paused")
    page.context.close()


def test_what_the_start_page_kept_holds_here(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house) as page:
        kept = '{"ui": "de", "theme": "light"}'
        page.evaluate(f"localStorage.setItem('call-assist.start', '{kept}')")
        page.reload()

        expect(page.get_by_role("heading", name="Beendete Gespräche")).to_be_visible()
        assert page.locator("html").get_attribute("data-theme") == "light"


def test_what_a_call_was_about_is_said_once(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house, "?call=call-1") as page:
        for name, said in (
            ("What the trouble came from", "a promise that was not kept"),
            ("What the customer wanted", "money back"),
            ("That was", "reasonable, but not possible"),
        ):
            with page.expect_response("**/api/review/card"):
                page.get_by_role("combobox", name=name, exact=True).select_option(said)
            expect(page.get_by_role("status")).to_have_text("Saved")

        page.reload()

        cause = page.get_by_role("combobox", name="What the trouble came from", exact=True)
        expect(cause).to_have_value("promise")
        expect(page.get_by_role("combobox", name="That was", exact=True)).to_have_value(
            "only_reasonable"
        )


@needs_axe
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_page_is_accessible_and_fits_in_every_width(
    browser: Browser, house: Reviewing, scheme: str
) -> None:
    with visiting(browser, house, color_scheme=scheme) as page:
        expect(page.get_by_role("status")).to_have_text(re.compile(r"Calls: \d"))
        page.get_by_text("Add a recording").click()
        assert violations(page) == []
        read_call(page, "call-8")
        expect(page.locator("review-wave canvas").first).to_be_attached()
        page.get_by_label("Show cues that were not shown").check()
        page.get_by_role("button", name="0:05 cue: complaint goes on").click()
        page.get_by_role("combobox", name="What the customer wanted", exact=True).select_option(
            "money back"
        )
        expect(page.get_by_label("With the playbook")).to_be_visible()
        assert violations(page) == []
        for width in (320, 480, 768, 1000, 1680):
            page.set_viewport_size({"width": width, "height": 800})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, f"{width}: {over} px too wide"
        assert violations(page) == []
        assert page.evaluate("document.getAnimations().length") == 0


def test_no_mark_covers_another_and_each_is_large_enough(
    browser: Browser, house: Reviewing
) -> None:
    with visiting(browser, house, "?call=call-1") as page:
        page.get_by_label("Show cues that were not shown").check()
        expect(page.get_by_role("group", name="Cues").get_by_role("button")).to_have_count(14)

        boxes: list[list[float]] = page.locator(".lane button").evaluate_all(
            """all => all.map(one => one.getBoundingClientRect())
              .map(box => [box.x, box.y, box.width, box.height])"""
        )

        assert min(min(width, height) for _, _, width, height in boxes) >= 28
        covered = [
            (one, other)
            for n, one in enumerate(boxes)
            for other in boxes[:n]
            if one[0] < other[0] + other[2]
            and other[0] < one[0] + one[2]
            and one[1] < other[1] + other[3]
            and other[1] < one[1] + one[3]
        ]
        assert covered == []


def test_the_page_speaks_german(browser: Browser, house: Reviewing) -> None:
    with visiting(browser, house, "?call=kunde-1", locale="de-DE") as page:
        expect(page.get_by_role("heading", name="Gespräch kunde-1")).to_be_visible()
        expect(page.get_by_role("group", name="Hinweise")).to_be_visible()
        expect(page.locator("review-lanes")).to_contain_text("Lösung kam zuerst")
        assert page.evaluate("document.documentElement.lang") == "de"


def log_in(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("a long one")
    page.get_by_role("button", name="Sign in").click()
    return page


def test_an_agent_reads_own_calls_and_a_reviewer_says_why(browser: Browser, tmp_path: Path) -> None:
    password = hash_password("a long one")
    (tmp_path / "users.toml").write_text(
        f"""
        [people.anna]
        password = "{password}"
        roles = ["agent"]
        [people.rita]
        password = "{password}"
        roles = ["reviewer"]
        [people.sue]
        password = "{password}"
        roles = ["supervisor"]
        teams = ["north"]
        """
    )
    users = Users(tmp_path / "users.toml")
    calls = (rough("call-1"), rough("call-3", agent="bob"))
    with reviewing(tmp_path / "data", *calls, samples=("call-3",), users=users) as house:
        page = log_in(browser, f"{house.origin}/review", "anna")
        expect(page.get_by_role("status")).to_have_text("Calls: 1")
        read_call(page)
        page.goto(f"{house.origin}/review?call=call-3")
        expect(page.get_by_text("There is no such call, or it is not for you")).to_be_visible()
        page.context.close()

        page = log_in(browser, f"{house.origin}/review", "sue")
        expect(page.get_by_role("button", name="Read call call-1")).to_have_count(0)
        page.get_by_label("Assign calls to").fill("rita")
        page.get_by_role("button", name="Assign call call-1 to rita").click()
        expect(page.get_by_role("button", name="Take call call-1 back from rita")).to_be_visible()
        page.context.close()

        page = log_in(browser, f"{house.origin}/review?call=call-3&t=20", "rita")
        expect(page.get_by_role("status")).to_have_text("Calls: 2")
        page.get_by_label("Why you read these calls").fill("weekly sample")
        page.get_by_role("button", name="Find").click()
        expect(page.get_by_text("0:20 of 1:38")).to_be_visible()
        page.context.close()
