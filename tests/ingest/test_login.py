"""Who may come in without a user of ours."""

from base64 import b64encode

import pytest

from assist.ingest.login import from_here, knows


def basic(pair: str) -> dict[str, str]:
    return {"authorization": f"Basic {b64encode(pair.encode()).decode()}"}


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_the_machine_itself_is_here(peer: str) -> None:
    assert from_here(peer, {})


@pytest.mark.parametrize("peer", ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "", "testclient"])
def test_nobody_else_is_here(peer: str) -> None:
    assert not from_here(peer, {})


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_whom_a_proxy_on_this_machine_brings_is_not_here(header: str) -> None:
    assert not from_here("127.0.0.1", {header: "192.0.2.1"})


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://localhost.evil.example", "null", "", "http://[", "//"],
)
def test_a_page_of_the_world_in_a_browser_here_is_not_here(origin: str) -> None:
    assert not from_here("127.0.0.1", {"origin": origin})


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1", "https://localhost:8765", "http://[::1]:80", "127.0.0.1"]
)
def test_a_program_may_name_this_machine_as_its_origin(origin: str) -> None:
    assert from_here("127.0.0.1", {"origin": origin})


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_user_with_the_password_comes_in(scheme: str) -> None:
    headers = {"authorization": f"{scheme} {b64encode(b'switch:s3cret:x').decode()}"}

    assert knows(headers, username="switch", password="s3cret:x")


def test_the_password_as_bearer_token_comes_in() -> None:
    assert knows({"authorization": "Bearer s3cret"}, username="switch", password="s3cret")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Basic"},
        {"authorization": "Basic ☎"},
        {"authorization": "Basic \ud800"},
        {"authorization": "Bearer"},
        {"authorization": "Bearer s3cret2"},
        {"authorization": "s3cret"},
        {"authorization": "Digest s3cret"},
        basic("switch:wrong"),
        basic("other:s3cret"),
        basic(":s3cret"),
        basic("s3cret"),
    ],
)
def test_anything_else_stays_outside(headers: dict[str, str]) -> None:
    assert not knows(headers, username="switch", password="s3cret")
