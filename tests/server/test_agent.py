import logging
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from assist.events import CallStarted, Event, NudgeDismissed, NudgeExpired, decode
from tests.server.serving import Serving, serving

STARTED = CallStarted(seq=1, call_id="c", at=0, language="en")


@pytest.fixture(scope="module")
def house() -> Iterator[Serving]:
    with serving() as running:
        yield running


def follow(house: Serving, query: str = "", *, token: str | None = None) -> ClientConnection:
    protocols = [Subprotocol("assist"), Subprotocol(token or house.access.token)]
    return connect(house.feed + query, subprotocols=protocols, compression=None)


def nudge(seq: int) -> Event:
    return NudgeExpired(seq=seq, call_id="c", at=seq, id=f"n{seq}")


def close_code(page: ClientConnection) -> int:
    """Read until the server says goodbye, and return how."""
    try:
        while True:
            page.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 1006


def test_a_page_gets_the_call_so_far_and_then_each_event(house: Serving) -> None:
    house.publish(STARTED, nudge(2))
    with follow(house) as page:
        first = [decode(page.recv(timeout=5)) for _ in range(2)]
        house.publish(nudge(3))

        assert first == [STARTED, nudge(2)]
        assert decode(page.recv(timeout=5)) == nudge(3)


def test_a_page_that_comes_back_gets_what_it_missed(house: Serving) -> None:
    house.publish(STARTED, nudge(2), nudge(3))
    with follow(house, "?call=c&since=2") as page:
        assert decode(page.recv(timeout=5)) == nudge(3)


def test_a_command_reaches_the_call(house: Serving) -> None:
    house.asked.clear()
    with follow(house) as page:
        page.send('{"type":"nudge.dismissed","id":"n9"}')

        assert house.asked.wait(5)
    assert house.told[-1] == NudgeDismissed(at=0, id="n9")


def test_without_the_token_nothing_is_told(house: Serving) -> None:
    with follow(house, token="guessed") as page:
        assert close_code(page) == 4401


def test_a_page_of_another_host_is_refused(house: Serving) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        connect(house.feed, origin=Origin("http://evil.example"))


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("hello", 1007),
        ('{"type":"call.ended"}', 1008),
        (b"\x00\x01", 1003),
        ('{"type":"nudge.dismissed","id":"' + "x" * 5000 + '"}', 1009),
    ],
)
def test_nonsense_ends_the_connection(
    house: Serving, sent: str | bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    with follow(house) as page:
        page.send(sent)

        assert close_code(page) == code
    assert not caplog.records


@pytest.mark.parametrize("query", ["?since=x", "?since=-1", "?since=9999999999"])
def test_a_strange_position_ends_the_connection(house: Serving, query: str) -> None:
    with follow(house, query) as page:
        assert close_code(page) == 4400


def test_bytes_that_are_no_text_leave_no_traceback(
    house: Serving, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "uvicorn.error"), follow(house) as page:
        with page.protocol_mutex:
            page.socket.sendall(Frame(Opcode.TEXT, b"\xff\xfe").serialize(mask=True))

        assert close_code(page) == 1007
    assert not [one for one in caplog.records if one.exc_info]


def test_a_page_that_stops_reading_is_dropped_and_costs_little(house: Serving) -> None:
    house.publish(STARTED)
    with follow(house) as lazy:
        lazy.recv(timeout=5)
        for seq in range(2, 20_002):
            house.publish(NudgeExpired(seq=seq, call_id="c", at=seq, id="n" * 400))

        assert close_code(lazy) == 4408
