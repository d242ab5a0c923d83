"""Which addresses may connect."""

import pytest

from assist.errors import SettingsError
from assist.ingest.peers import Networks, private


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::ffff:10.1.9.9", "fd00::1"])
def test_addresses_of_the_list_may_come(address: str) -> None:
    assert address in Networks(("127.0.0.1", "10.1.0.0/16", "fd00::/8"))


@pytest.mark.parametrize(
    "address", ["10.2.0.1", "::1", "", "localhost", "10.1.2.3/8", "testclient"]
)
def test_nobody_else_may_come(address: str) -> None:
    assert address not in Networks(("127.0.0.1", "10.1.0.0/16", "fd00::/8"))


def test_an_entry_that_is_no_network_is_an_error_of_the_settings() -> None:
    with pytest.raises(SettingsError, match="pbx"):
        Networks(("127.0.0.1", "pbx"))


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("192.168.1.9", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("8.8.8.8", False),
        ("pbx.example", False),
    ],
)
def test_a_port_is_opened_on_private_addresses_alone(host: str, allowed: bool) -> None:
    assert private(host) is allowed
