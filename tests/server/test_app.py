import http.client
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assist import __version__
from tests.server.serving import Serving, serving


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    static = tmp_path_factory.mktemp("static")
    (static / "assets").mkdir()
    (static / "overlay.html").write_text("<!doctype html><title>Call Assist</title>")
    (static / "assets" / "overlay-1234.js").write_text("export {}")
    (static / "mark.svg").write_text("<svg/>")
    return static


@pytest.fixture(scope="module")
def house(built: Path) -> Iterator[Serving]:
    with serving(static=built) as running:
        yield running


def get(
    house: Serving, path: str, *, host: str = "127.0.0.1"
) -> tuple[http.client.HTTPResponse, str]:
    link = http.client.HTTPConnection("127.0.0.1", house.port, timeout=5)
    try:
        link.request("GET", path, headers={"host": f"{host}:{house.port}"})
        answer = link.getresponse()
        return answer, answer.read().decode()
    finally:
        link.close()


def test_the_overlay_is_served_with_its_guards(house: Serving) -> None:
    answer, text = get(house, "/overlay")

    assert answer.status == 200
    assert "<title>Call Assist</title>" in text
    assert "default-src 'self'" in str(answer.getheader("content-security-policy"))
    assert "unsafe" not in str(answer.getheader("content-security-policy"))
    assert answer.getheader("x-content-type-options") == "nosniff"
    assert answer.getheader("cache-control") == "no-cache"
    assert answer.getheader("server") is None


def test_assets_may_be_kept_for_ever(house: Serving) -> None:
    answer, _ = get(house, "/assets/overlay-1234.js")

    assert answer.status == 200
    assert "immutable" in str(answer.getheader("cache-control"))
    assert "javascript" in str(answer.getheader("content-type"))


@pytest.mark.parametrize(
    "path", ["/nothing", "/assets/nothing.js", "/assets/../app.py", "/assets/%2e%2e/%2e%2e/app.py"]
)
def test_what_is_not_there_is_not_found(house: Serving, path: str) -> None:
    answer, _ = get(house, path)

    assert answer.status == 404
    assert answer.getheader("cache-control") == "no-cache"


def test_the_root_leads_to_the_overlay(house: Serving) -> None:
    answer, _ = get(house, "/")

    assert (answer.status, answer.getheader("location")) == (307, "/overlay")


def test_health_says_what_runs(house: Serving) -> None:
    _, text = get(house, "/health")

    assert json.loads(text) == {"status": "ok", "version": __version__}


def test_it_is_ready_when_words_are_heard(house: Serving) -> None:
    answer, text = get(house, "/ready")

    assert (answer.status, json.loads(text)) == (200, {"ready": True})


@pytest.mark.parametrize("awaited", ["loading 43 %", "The speech model cannot be loaded."])
def test_it_is_not_ready_while_the_model_is_not(awaited: str) -> None:
    with serving() as here:
        here.awaited = awaited
        answer, text = get(here, "/ready")
        well, _ = get(here, "/health")

    assert (answer.status, json.loads(text)) == (503, {"ready": False, "model": awaited})
    assert well.status == 200


def test_another_name_for_this_machine_is_refused(house: Serving) -> None:
    answer, _ = get(house, "/health", host="rebound.example")

    assert answer.status == 400


def test_without_the_built_pages_it_says_what_to_do(tmp_path: Path) -> None:
    with serving(static=tmp_path) as bare:
        answer, text = get(bare, "/overlay")

    assert answer.status == 503
    assert "npm run build" in text
