"""Our own Genesys client against `assist serve`, both real: sound of a demo call, words back."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
from numpy.typing import NDArray
from websockets.exceptions import ConnectionClosedOK
from websockets.sync.client import ClientConnection, connect

from assist.audio import mulaw
from assist.audio.files import Recording
from assist.core.audio import Samples
from assist.events import CallStarted, TranscriptFinal
from assist.ingest.items import Send
from tests.ingest.exchange import (
    KEY,
    SECRET,
    SESSION,
    Client,
    interleaved,
    opening,
    signed,
    time_of,
)
from tests.ingest.service import ROOT, Serving, events, serving

CALL = ROOT / "demo" / "calls" / "en-rough" / "audio.ogg"
CONFIG = f"""
[ingest.audiohook]
enabled = true
send_transcripts = true
[ingest.audiohook.keys]
"{KEY}" = "{SECRET}"
"""
DOOR = "/ingest/audiohook"
SECONDS = 8
FRAME_MS = 200
FASTER = 4
"""Sound is sent so much faster than it was spoken: as fast as a call may catch up."""
PATIENCE_S = 60


class Genesys:
    """A client on a real socket; what it checks is what the pure client checks."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.pure = Client()
        self.seq = 0

    def say(self, kind: str, parameters: Any, position: float = 0.0) -> None:
        self.seq += 1
        message = {
            "version": "2",
            "id": SESSION,
            "type": kind,
            "seq": self.seq,
            "serverseq": len(self.pure.answers),
            "position": time_of(position),
            "parameters": parameters,
        }
        self.socket.send(json.dumps(message))

    def hear(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind; each on the way there is checked."""
        while True:
            self.pure.check(Send(self.socket.recv(timeout=PATIENCE_S)))
            if self.pure.last["type"] == kind:
                return self.pure.last


@contextmanager
def genesys(service: Serving, **changed: bytes) -> Iterator[Genesys]:
    """Connect a client, signed now; `changed` is how it signs otherwise."""
    headers = signed(
        authority=f"127.0.0.1:{service.port}",
        created=int(time.clock_gettime(time.CLOCK_REALTIME)),
        nonce=f"{time.monotonic_ns():030}",
        **changed,  # type: ignore[arg-type]  # a secret
    )
    with connect(service.at(DOOR), additional_headers=headers) as socket:
        yield Genesys(socket)


def coded(pcm: Samples) -> NDArray[np.uint8]:
    """Write sound of 16 kHz as µ-law of 8 kHz; good enough for words."""
    table = mulaw.decode(bytes(range(256)))
    order = np.argsort(table, kind="stable")
    slow = pcm[: len(pcm) // 2 * 2].reshape(-1, 2).mean(axis=1)
    middles = (table[order][1:].astype(np.int32) + table[order][:-1]) / 2
    found: NDArray[np.uint8] = order[np.searchsorted(middles, slow)].astype(np.uint8)
    return found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("service")
    with serving(folder, CONFIG, model=str(ROOT / "models" / "demo")) as running:
        await_words(running)
        yield running


def await_words(service: Serving) -> None:
    """Wait until the speech model is loaded."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            with urlopen(f"http://127.0.0.1:{service.port}/ready", timeout=5):
                return
        except OSError:  # not ready: an error of HTTP is one of these, too
            pause.wait(0.1)
    raise AssertionError("the speech model was never ready")


@pytest.fixture(scope="module")
def sound() -> bytes:
    """Return the customer's and the agent's sound, interleaved as Genesys sends it."""
    steps = list(Recording(CALL).steps())[: SECONDS * 50]
    customer, agent = (
        coded(np.concatenate([step[side] for step in steps])) for side in ("customer", "agent")
    )
    return interleaved(customer, agent)


def play(client: Genesys, sound: bytes) -> float:
    """Send sound; return the client's position after it, in milliseconds."""
    pause, size = threading.Event(), FRAME_MS * 16
    for place in range(0, len(sound), size):
        client.socket.send(sound[place : place + size])
        pause.wait(FRAME_MS / 1000 / FASTER)
    return len(sound) / 16


@pytest.mark.model
def test_a_conversation_is_heard_and_its_words_come_back_before_it_is_closed(
    service: Serving, sound: bytes
) -> None:
    begun = time.monotonic()
    with genesys(service) as client:
        client.say("open", opening(language="en-US", customConfig={"agent": "ada"}))
        client.hear("opened")
        opened = time.monotonic()
        position = play(client, sound)
        client.say("close", {"reason": "end"}, position)
        said = time.monotonic()
        client.hear("closed")
        closed = time.monotonic()
        with pytest.raises(ConnectionClosedOK):
            client.socket.recv(timeout=PATIENCE_S)

    told = events(service, "ada")
    finals = [event for event in told if isinstance(event, TranscriptFinal) and event.words]
    assert opened - begun < 5
    assert closed - said < 5  # 0.2 s when it was tried; the recogniser is given 2
    assert isinstance(told[0], CallStarted)
    assert (told[0].source, told[0].language) == ("audiohook", "en")
    assert told[-1].at == pytest.approx(position, abs=40)
    assert finals
    assert len(client.pure.transcripts()) == len(finals)
    assert [one["offset"] for one in client.pure.transcripts()]


def test_a_forged_signature_is_told_so(service: Serving) -> None:
    with genesys(service, secret=b"guessed") as client:
        client.say("open", opening())

        assert client.hear("disconnect")["parameters"] == {"reason": "unauthorized"}
        client.say("close", {"reason": "disconnect"})
        client.hear("closed")
