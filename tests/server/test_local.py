import socket

import pytest

from assist.errors import SettingsError
from assist.server.local import bind


def test_a_taken_port_gives_way_to_the_next() -> None:
    with bind(0) as first:
        port = first.getsockname()[1]
        with bind(port) as second:
            assert port < second.getsockname()[1] < port + 20


def test_only_this_machine_is_served() -> None:
    with bind(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


def test_the_send_buffer_is_small() -> None:
    with bind(0) as listening:
        size = listening.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    assert size <= 2 * 64 * 1024  # Linux doubles it


def test_no_free_port_is_one_sentence() -> None:
    with bind(65535), pytest.raises(SettingsError, match="no free port"):
        bind(65535)
