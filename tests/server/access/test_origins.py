import pytest

from assist.server.access.origins import Origins, normal

PUBLIC = "https://assist.example.org"


@pytest.mark.parametrize(
    ("origin", "known"),
    [
        (PUBLIC, True),
        ("https://assist.example.org:443", True),
        ("https://ASSIST.example.org", True),
        ("https://crm.example.org:8443", True),
        ("http://assist.example.org", False),
        ("https://assist.example.org:444", False),
        ("https://assist.example.org.evil.example", False),
        ("https://assist.example.org@evil.example", False),
        ("https://assist.example.org/path", False),
        ("http://127.0.0.1:8765", False),
        ("null", False),
        ("", False),
        ("https://[", False),
        ("https://assist.example.org:99999", False),
    ],
)
def test_only_listed_pages_may_connect(origin: str, known: bool) -> None:
    origins = Origins(public=PUBLIC, others=["https://crm.example.org:8443"])

    assert origins.knows(origin, host="127.0.0.1:8765") == known


@pytest.mark.parametrize(
    ("origin", "host", "known"),
    [
        ("http://127.0.0.1:8765", "127.0.0.1:8765", True),
        ("http://localhost:8765", "localhost:8765", True),
        ("http://[::1]:8765", "[::1]:8765", True),
        ("https://127.0.0.1:8765", "127.0.0.1:8765", True),
        ("http://127.0.0.1:9999", "127.0.0.1:8765", False),
        ("http://evil.example:8765", "evil.example:8765", False),
        ("http://127.0.0.1:8765", "[", False),
        ("null", "127.0.0.1:8765", False),
    ],
)
def test_on_this_machine_alone_a_page_comes_from_where_it_asks(
    origin: str, host: str, known: bool
) -> None:
    assert Origins().knows(origin, host=host) == known


def test_the_service_answers_under_its_own_name_and_this_machines() -> None:
    hosts = ["127.0.0.1", "[::1]", "assist.example.org", "localhost"]

    assert Origins(public=PUBLIC).hosts == hosts
    assert "localhost" in Origins().hosts


def test_an_origin_has_one_form() -> None:
    assert (
        normal("HTTPS://A.example/") == normal("https://a.example:443") == "https://a.example:443"
    )
