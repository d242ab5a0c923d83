import pytest

from assist.server.door import Door, same_host


def test_every_door_has_its_own_token() -> None:
    assert Door().token != Door().token


def test_the_token_opens_among_the_protocols() -> None:
    door = Door()

    assert door.knows(["assist", door.token])
    assert not door.knows(["assist"])
    assert not door.knows(["assist", door.token + "x", "ä"])


def test_the_token_is_not_shown_by_accident() -> None:
    door = Door()

    assert door.token not in repr(door)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("http://127.0.0.1:8765", True),
        ("http://127.0.0.1:9999", False),
        ("http://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_pages_of_this_server_may_ask(origin: str | None, allowed: bool) -> None:
    assert same_host(origin, "127.0.0.1:8765") is allowed
