"""A real Asterisk against both doors: the right sound on the right channel, and a quick end.

Where `asterisk` is on the PATH it is used; `ASTERISK_ROOT` names the root folder of a system that
holds one (`chroot`, as root). Its whole configuration stands in `asterisk/`.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from assist.core.audio import RATE
from assist.events import AudioGap, CallEnded, Channel, encode
from assist.ingest.asterisk import SUBPROTOCOL, AsteriskSession, admit
from assist.ingest.audiosocket_port import AudioSocketPort
from assist.ingest.pairing import Announcement, Pairing
from assist.ingest.peers import Networks
from assist.ingest.socket import Manner, Socket
from assist.settings.doors import AudioSocketDoor
from tests.ingest.legs import ONE, TWO, pitch
from tests.ingest.tape import Recorder, Tape, now_ms, recorder

CONFIGURATION = Path(__file__).parent / "asterisk"
SECONDS = 6
"""So long the parties hum."""
TONES: dict[Channel, int] = {"customer": 440, "agent": 880}
CALL_ID = "call-0001"
DIGITS = "4929"

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Asterisk:
    """A running Asterisk."""

    command: tuple[str, ...]
    folder: Path
    audiosocket: int
    websocket: int

    async def tell(self, command: str) -> str:
        """Give a command, and return the answer."""
        process = await asyncio.create_subprocess_exec(
            *self.command, "-rx", command, stdout=subprocess.PIPE
        )
        answer, _ = await process.communicate()
        return answer.decode()

    async def connect(self, party: str, to: str) -> None:
        """Let a Local channel speak to an extension."""
        await self.tell(f"channel originate Local/{party}/n extension {to}")

    def log(self) -> str:
        return (self.folder / "messages.log").read_text("utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def asterisk() -> Iterator[Asterisk]:
    root = os.environ.get("ASTERISK_ROOT", "")
    if not root and shutil.which("asterisk") is None:
        pytest.skip("no asterisk on the PATH, and ASTERISK_ROOT names none")
    folder = Path(tempfile.mkdtemp(dir=f"{root}/tmp", prefix="call-assist-"))
    inside = f"/{folder.relative_to(root)}" if root else str(folder)
    command = (
        *(("chroot", root) if root else ()),
        *("asterisk", "-C", f"{inside}/asterisk.conf"),
    )
    one = Asterisk(command, folder, _free_port(), _free_port())
    _configure(one, inside)
    process = subprocess.Popen([*command, "-f", "-n"], stdout=subprocess.DEVNULL)
    try:
        _wait_until_booted(one, process)
        yield one
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def _configure(one: Asterisk, inside: str) -> None:
    values = {
        "DIRECTORY": inside,
        "AUDIOSOCKET_PORT": str(one.audiosocket),
        "WEBSOCKET_PORT": str(one.websocket),
        "UUID_OF_CUSTOMER": str(ONE),
        "UUID_OF_AGENT": str(TWO),
        "CALL_ID": CALL_ID,
        "SECONDS": str(SECONDS),
        "DIGITS": DIGITS,
    }
    for file in CONFIGURATION.glob("*.conf"):
        text = file.read_text("utf-8")
        for name, value in values.items():
            text = text.replace(name, value)
        (one.folder / file.name).write_text(text, "utf-8")


def _wait_until_booted(one: Asterisk, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    ask = [*one.command, "-rx", "core waitfullybooted"]
    while b"fully booted" not in subprocess.run(ask, capture_output=True, check=False).stdout:
        assert process.poll() is None, "asterisk ended"
        assert time.monotonic() < deadline, "asterisk did not start"


@asynccontextmanager
async def audiosocket(asterisk: Asterisk) -> AsyncIterator[Recorder]:
    """Open our port; both streams are announced."""
    async with recorder() as calls:
        pairing = Pairing()
        pairing.announce(
            Announcement(call_id=CALL_ID, streams={str(ONE): "customer", str(TWO): "agent"}),
            now_ms(),
        )
        door = AudioSocketDoor(enabled=True, port=asterisk.audiosocket)
        port = AudioSocketPort(door, pairing, calls.board, clock=now_ms)
        await port.listen()
        try:
            yield calls
        finally:
            await port.close()


@asynccontextmanager
async def websocket(asterisk: Asterisk, pairing: Pairing) -> AsyncIterator[Recorder]:
    """Open our door for chan_websocket, with a password."""
    peers = Networks(["127.0.0.1"])
    async with recorder() as calls:

        async def serve(connection: WebSocket) -> None:
            why_not = admit(
                connection.headers,
                username="pbx",
                password="a-password-of-the-test",
                peer=connection.client.host if connection.client else "",
                peers=peers,
            )
            assert why_not == ""
            manner = Manner("asterisk", subprotocol=SUBPROTOCOL)
            session = AsteriskSession(pairing)
            await Socket(connection, session, calls.board, manner, clock=now_ms).serve()

        app = Starlette(routes=[WebSocketRoute("/ingest/asterisk", serve)])
        settings = uvicorn.Config(
            app, port=asterisk.websocket, ws="websockets-sansio", log_level="warning"
        )
        server = uvicorn.Server(settings)
        running = asyncio.create_task(server.serve())
        await calls.until(lambda: server.started)
        try:
            yield calls
        finally:
            server.should_exit = True
            await running


async def until_hung_up(asterisk: Asterisk, calls: Recorder) -> tuple[Tape, float]:
    """Wait for the end, and return how long after Asterisk's own it came, in seconds."""
    await calls.until(lambda: CALL_ID in calls.tapes)
    await calls.until(
        lambda: "Stopped spying" in asterisk.log() or "Hangup(" in asterisk.log(), seconds=30
    )
    began = time.monotonic()
    tape = await calls.until_over(CALL_ID)
    return tape, time.monotonic() - began


def purity(tape: Tape, channel: Channel, hertz: int) -> float:
    """Return the share of a channel's power that is its own tone, from its second second on."""
    pcm = tape.sound(channel)[RATE:].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(pcm)) ** 2
    pitches = np.fft.rfftfreq(len(pcm), 1 / RATE)
    return float(spectrum[np.abs(pitches - hertz) < 20].sum() / spectrum.sum())


def check(tape: Tape, late: float) -> None:
    """Assert what a call between the two parties must be."""
    lengths = {channel: len(tape.sound(channel)) * 1_000 // RATE for channel in TONES}
    assert {c: pitch(tape.sound(c)[RATE:], rate=RATE) for c in TONES} == TONES
    assert all(purity(tape, channel, hertz) > 0.9 for channel, hertz in TONES.items())
    assert abs(lengths["agent"] - lengths["customer"]) <= 40
    assert min(lengths.values()) > (SECONDS - 3) * 1_000
    assert late < 2
    assert [e.reason for e in tape.events if isinstance(e, CallEnded)] == ["hangup"]
    gaps = [e.end - e.start for e in tape.events if isinstance(e, AudioGap)]
    assert sum(gaps) < sum(lengths.values()) / 4  # a busy machine loses some of Asterisk's frames


def test_audiosocket_brings_two_parties_to_their_channels(asterisk: Asterisk) -> None:
    async def scene() -> tuple[Tape, float]:
        async with audiosocket(asterisk) as calls:
            await asterisk.connect("customer@party", "audiosocket@call")
            return await until_hung_up(asterisk, calls)

    check(*asyncio.run(scene()))


def test_chan_websocket_brings_two_parties_to_their_channels(asterisk: Asterisk) -> None:
    async def scene() -> tuple[Tape, float]:
        async with websocket(asterisk, Pairing()) as calls:
            await asterisk.connect("customer@party", "websocket@call")
            return await until_hung_up(asterisk, calls)

    tape, late = asyncio.run(scene())
    check(tape, late)
    assert tape.start.agent == "anna"


def test_a_leg_without_any_sound_stays_open(asterisk: Asterisk) -> None:
    async def scene() -> tuple[Tape, float]:
        async with audiosocket(asterisk) as calls:
            await asterisk.connect("silent@party", "customer@assist-audiosocket")
            await asterisk.connect("agent@party", "agent@assist-audiosocket")
            return await until_hung_up(asterisk, calls)

    tape, late = asyncio.run(scene())
    assert len(tape.sound("customer")) > (SECONDS - 1) * RATE
    assert not np.any(tape.sound("customer"))
    assert pitch(tape.sound("agent"), rate=RATE) == TONES["agent"]
    assert late < 2


@pytest.mark.parametrize("words", [False, True], ids=["audiosocket", "chan_websocket"])
def test_digits_leave_no_trace(
    asterisk: Asterisk, caplog: pytest.LogCaptureFixture, words: bool
) -> None:
    caplog.set_level("DEBUG", "assist")

    async def scene() -> tuple[Tape, float]:
        if not words:
            async with audiosocket(asterisk) as calls:
                await asterisk.connect("digits@party", "customer@assist-audiosocket")
                return await until_hung_up(asterisk, calls)
        pairing = Pairing()
        async with websocket(asterisk, pairing) as calls:
            await asterisk.connect("digits@party", "words@assist-websocket")
            await announce_channel(asterisk, calls, pairing)
            return await until_hung_up(asterisk, calls)

    tape, _ = asyncio.run(scene())
    told = caplog.text + b"".join(encode(event) for event in tape.events).decode()
    assert f'SendDTMF("Local/digits@party-00000000;2", "{DIGITS}")' in asterisk.log()
    assert pitch(tape.sound("customer")[-RATE:], rate=RATE) == TONES["customer"]
    assert [word for word in ("dtmf", "digit") if word in told.lower()] == []


def test_a_channel_that_speaks_in_words_may_be_announced_when_it_is_there(
    asterisk: Asterisk,
) -> None:
    async def scene() -> tuple[Tape, float]:
        pairing = Pairing()
        async with websocket(asterisk, pairing) as calls:
            await asterisk.connect("customer@party", "words@assist-websocket")
            await announce_channel(asterisk, calls, pairing)
            return await until_hung_up(asterisk, calls)

    tape, late = asyncio.run(scene())
    assert pitch(tape.sound("customer"), rate=RATE) == TONES["customer"]
    assert len(tape.sound("customer")) > (SECONDS - 1) * RATE
    assert late < 2


async def announce_channel(asterisk: Asterisk, calls: Recorder, pairing: Pairing) -> None:
    """Announce the WebSocket channel by its id, as a program on AMI would."""
    await calls.until(lambda: "answered Local" in asterisk.log())
    lines = (await asterisk.tell("core show channels concise")).splitlines()
    name = next(line.split("!")[-1] for line in lines if line.startswith("WebSocket/"))
    pairing.announce(Announcement(call_id=CALL_ID, streams={name: "customer"}), now_ms())
