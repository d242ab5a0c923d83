import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from assist.errors import SettingsError
from assist.events import CallStarted, SpeechStarted
from assist.server.entrances import secret
from assist.settings.doors import AsteriskDoor, AudioSocketDoor, Ingest, NativeDoor, TwilioDoor
from tests.server.running import QUIET, Running, running

DOORS = Ingest(
    native=NativeDoor(enabled=False),
    asterisk=AsteriskDoor(enabled=True),
    audiosocket=AudioSocketDoor(enabled=True, port=0),
)


@pytest.fixture(scope="module")
def house() -> Iterator[Running]:
    with running(replace(QUIET, ingest=DOORS)) as here:
        yield here


def announce(house: Running, body: object, *, token: str | None = None) -> tuple[int, str]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{house.port}/api/calls",
        data=data,
        headers={"authorization": f"Bearer {token or house.access.token}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def leg(house: Running, name: str) -> ClientConnection:
    return connect(
        f"{house.base}/ingest/asterisk", subprotocols=[Subprotocol("media")], close_timeout=1
    )


def started(name: str) -> str:
    fields = {
        "event": "MEDIA_START",
        "connection_id": "x",
        "channel": "WebSocket/1",
        "channel_id": name,
        "format": "slin16",
        "optimal_frame_size": 640,
        "ptime": 20,
        "channel_variables": {},
    }
    return json.dumps(fields)


def test_an_announced_pair_of_streams_is_one_call(house: Running) -> None:
    streams = {"stream-a": "agent", "stream-c": "customer"}
    status, _ = announce(house, {"call_id": "call-0001", "agent": "anna", "streams": streams})
    with leg(house, "stream-a") as mine, leg(house, "stream-c") as theirs:
        mine.send(started("stream-a"))
        theirs.send(started("stream-c"))
        for _ in range(50):
            for wire in (mine, theirs):
                wire.send(np.zeros(320, "<i2").tobytes())
    events = house.until_ended("call-0001", seconds=30)

    assert status == 201
    assert isinstance(events[0], CallStarted)
    assert (events[0].agent, events[0].channels) == ("anna", ("agent", "customer"))
    assert not any(isinstance(event, SpeechStarted) for event in events)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        ({"call_id": "short", "streams": {"a": "agent"}}, 400),
        ({"call_id": "call-0009", "streams": {"a": "agent", "b": "agent"}}, 400),
        (b" " * 20_000, 400),
    ],
)
def test_a_bad_announcement_is_refused_in_one_sentence(
    house: Running, body: object, status: int
) -> None:
    code, text = announce(house, body)

    assert code == status
    assert set(json.loads(text)) == {"error"}


def test_a_call_is_announced_once(house: Running) -> None:
    told = {"call_id": "call-0002", "streams": {"stream-2": "agent"}}

    assert announce(house, told)[0] == 201
    assert announce(house, told)[0] == 400


def test_a_stranger_announces_nothing(house: Running) -> None:
    assert announce(house, {}, token="guessed")[0] == 401


@pytest.mark.parametrize("path", ["audio", "twilio", "audiohook", "freeswitch", "nothing"])
def test_a_door_that_was_not_opened_is_not_there(house: Running, path: str) -> None:
    with pytest.raises(InvalidStatus, match="403"), connect(f"{house.base}/ingest/{path}"):
        pass


def test_a_secret_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("s3cret\n")

    assert secret(str(file)) == "s3cret"
    assert secret("") == ""


@pytest.mark.parametrize("content", [None, "", "  \n"])
def test_a_secret_that_is_not_there_is_said_at_the_start(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_text(content)
    door = TwilioDoor(enabled=True, auth_token_file=str(file))

    with pytest.raises(SettingsError, match="secret"):
        secret(door.auth_token_file)
