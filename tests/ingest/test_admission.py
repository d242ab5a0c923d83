"""Telephone systems at the doors of a service that runs: who comes in, and what they begin."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from assist.events import CallEnded, CallStarted
from assist.ingest.freeswitch import SUBPROTOCOLS
from assist.ingest.twilio import signature
from assist.server.local import bind
from tests.ingest.callers import audio_fork, audio_stream, media, start, stop, tone
from tests.ingest.service import Serving, events, serving

TOKEN, PASSWORD = "0123456789abcdef0123456789abcdef", "s3cret"
TWILIO, FREESWITCH = "/ingest/twilio", "/ingest/freeswitch"
BASIC = {"Authorization": f"Basic {b64encode(b'switch:s3cret').decode()}"}
RATE = 16_000
MS = 400
"""Sound that the service takes at once: it comes less than half a second ahead of its time."""
LOW, HIGH = tone(440, ms=MS, rate=RATE), tone(880, ms=MS, rate=RATE)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder: Path = tmp_path_factory.mktemp("service")
    (folder / "token").write_text(f"{TOKEN}\n")
    (folder / "password").write_text(f"{PASSWORD}\n")
    with bind(0) as free:
        port = free.getsockname()[1]
    settings = f"""
        [serve]
        public_url = "http://127.0.0.1:{port}"
        [ingest.twilio]
        enabled = true
        auth_token_file = "{folder / "token"}"
        [ingest.freeswitch]
        enabled = true
        username = "switch"
        password_file = "{folder / "password"}"
    """
    with serving(folder, settings, port=port) as running:
        yield running


def called(
    service: Serving, path: str, headers: dict[str, str], *, protocols: tuple[str, ...] = ()
) -> ClientConnection:
    spoken = [Subprotocol(name) for name in protocols] or None
    return connect(
        service.at(path), additional_headers=headers, subprotocols=spoken, compression=None
    )


def code_of(line: ClientConnection) -> int:
    """Return the code with which the service hangs up, without having said anything."""
    with pytest.raises(ConnectionClosed) as closed:
        line.recv(timeout=30)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def signed(service: Serving, *, token: str = TOKEN) -> dict[str, str]:
    return {"X-Twilio-Signature": signature(token, service.at(TWILIO).replace("ws:", "wss:"))}


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (TWILIO, {}),
        (
            TWILIO,
            {"X-Twilio-Signature": signature(TOKEN, "wss://assist.example.org/ingest/twilio")},
        ),
        (TWILIO, BASIC),
        (FREESWITCH, {}),
        (FREESWITCH, {"Authorization": "Bearer x"}),
    ],
)
def test_a_stranger_is_refused_before_the_handshake(
    service: Serving, path: str, headers: dict[str, str]
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        called(service, path, headers)

    assert refused.value.response.status_code == 403


def test_another_token_does_not_sign(service: Serving) -> None:
    with pytest.raises(InvalidStatus):
        called(service, TWILIO, signed(service, token="another"))


def test_twilio_comes_in_by_its_signature_and_is_heard(service: Serving) -> None:
    with called(service, TWILIO, signed(service)) as line:
        line.send(start(agentId="signed"))
        line.send(media("inbound", 0, LOW[::2]))
        line.send(media("outbound", 0, HIGH[::2]))
        line.send(stop())
        code = code_of(line)

    begun, *_, ended = events(service, "signed")
    assert code == 1000
    assert isinstance(begun, CallStarted)
    assert (begun.call_id, begun.source) == ("CA0123456789", "twilio")
    assert isinstance(ended, CallEnded)
    assert ended.reason == "hangup"
    assert ended.at == pytest.approx(MS, abs=20)


def test_audio_fork_comes_in_with_its_password_and_is_heard(service: Serving) -> None:
    metadata = {"call_id": "fork-0001", "agent": "fork", "rate": RATE}

    with called(service, FREESWITCH, BASIC, protocols=SUBPROTOCOLS) as line:
        spoken = line.subprotocol
        for sent in audio_fork(LOW, HIGH, rate=RATE, metadata=metadata, sizes=(1_279, 1_281)):
            line.send(sent.data)

    begun, *_, ended = events(service, "fork")
    assert spoken == "audio.drachtio.org"
    assert isinstance(begun, CallStarted)
    assert (begun.call_id, begun.source) == ("fork-0001", "freeswitch")
    assert isinstance(ended, CallEnded)
    assert ended.reason == "hangup"
    assert ended.at == pytest.approx(MS, abs=20)


def test_audio_stream_comes_in_with_its_token_and_is_heard(service: Serving) -> None:
    headers = {"Authorization": f"Bearer {PASSWORD}"}

    with called(service, FREESWITCH, headers) as line:
        for sent in audio_stream(LOW, HIGH, rate=RATE, metadata={"agent": "stream"}, buffer_ms=100):
            line.send(sent.data)

    begun, *_, ended = events(service, "stream")
    assert isinstance(begun, CallStarted)
    assert len(begun.call_id) >= 8
    assert line.subprotocol is None
    assert ended.at == pytest.approx(MS, abs=20)


@pytest.mark.parametrize(
    ("message", "code"),
    [("nonsense", 1007), (b"\0", 1003), ("x" * 65_537, 1009), (start(rate=16_000), 4415)],
)
def test_twilio_is_told_what_was_wrong(service: Serving, message: str | bytes, code: int) -> None:
    with called(service, TWILIO, signed(service)) as line:
        line.send(message)

        assert code_of(line) == code


@pytest.mark.parametrize(
    ("message", "code"), [(json.dumps({"call_id": "x"}), 4400), (bytes(131_073), 1009)]
)
def test_freeswitch_is_told_what_was_wrong(
    service: Serving, message: str | bytes, code: int
) -> None:
    with called(service, FREESWITCH, BASIC) as line:
        line.send(message)

        assert code_of(line) == code
