"""The TCP port of AudioSocket, with real connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import numpy as np
import pytest

from assist.core.audio import RATE
from assist.errors import SettingsError
from assist.events import Fault
from assist.ingest.audiosocket_port import AudioSocketPort
from assist.ingest.pairing import Announcement, Pairing
from assist.settings.doors import AudioSocketDoor
from tests.ingest.legs import ONE, TWO, frames, message, named, pitch, tone
from tests.ingest.tape import Recorder, now_ms, recorder

CALL = Announcement(call_id="call-0001", streams={str(ONE): "customer", str(TWO): "agent"})
DOOR = AudioSocketDoor(enabled=True, port=0)
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def listening(
    door: AudioSocketDoor = DOOR, *, most: int = 10
) -> AsyncIterator[tuple[Recorder, int]]:
    async with recorder() as calls:
        pairing = Pairing()
        pairing.announce(CALL, now_ms())
        port = AudioSocketPort(door, pairing, calls.board, clock=now_ms, most=most)
        try:
            yield calls, await port.listen()
        finally:
            await port.close()


async def connect(port: int, *messages: bytes) -> Connection:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"".join(messages))
    return reader, writer


def recording(hertz: int, *, kind: int = 0x10) -> list[bytes]:
    """Return 400 ms of a tone: so much may come at once."""
    return [message(kind, pcm.astype("<i2").tobytes()) for pcm in frames(tone(hertz, ms=400))]


async def ended(connection: Connection) -> None:
    """Wait until the other end has closed a connection."""
    async with asyncio.timeout(5):
        with suppress(ConnectionResetError):  # it closed without reading what we sent
            while await connection[0].read(1_000):
                pass
    connection[1].close()


async def hang_up(*connections: Connection) -> None:
    for _, writer in connections:
        writer.close()
        await writer.wait_closed()


def test_two_connections_are_heard_on_their_channels_and_their_end_is_the_calls() -> None:
    async def scene() -> None:
        async with listening() as (calls, port):
            one = await connect(port, named(ONE), *recording(440))
            two = await connect(port, named(TWO), *recording(880))
            await calls.until(lambda: "call-0001" in calls.tapes)
            tape = calls.tapes["call-0001"]
            await calls.until(lambda: len(tape.sound("agent")) > RATE // 3)

            await hang_up(one, two)
            await calls.until_over("call-0001", seconds=2)

            middle = slice(RATE // 10, RATE // 3)
            assert pitch(tape.sound("customer")[middle], rate=RATE) in range(430, 451)
            assert pitch(tape.sound("agent")[middle], rate=RATE) in range(870, 891)

    asyncio.run(scene())


def test_a_connection_that_is_lost_leaves_the_call_to_the_other() -> None:
    async def scene() -> None:
        async with listening() as (calls, port):
            one = await connect(port, named(ONE), *recording(440))
            two = await connect(port, named(TWO), *recording(880))
            await calls.until(lambda: "call-0001" in calls.tapes)
            await hang_up(two)
            one[1].write(b"".join(recording(440)))
            tape = calls.tapes["call-0001"]

            await calls.until(lambda: len(tape.sound("agent")) > RATE // 2)

            assert not tape.over
            await hang_up(one)
            await calls.until_over("call-0001", seconds=2)

    asyncio.run(scene())


def test_a_silent_connection_is_kept_alive() -> None:
    async def scene() -> bytes:
        async with listening() as (_, port):
            reader, writer = await connect(port, named(ONE))
            async with asyncio.timeout(2):
                sent = await reader.readexactly(323)
            writer.close()
            return sent

    assert asyncio.run(scene()) == message(0x10, bytes(320))


@pytest.mark.parametrize(
    "nonsense",
    [b"GET / HTTP/1.1\r\n\r\n", message(0x10, bytes(320)), named(ONE) + b"\x77" * 9, b"\x00" * 99],
)
def test_a_connection_that_breaks_the_protocol_is_closed_and_disturbs_nobody(
    nonsense: bytes,
) -> None:
    async def scene() -> None:
        async with listening() as (calls, port):
            two = await connect(port, named(TWO), *recording(880))
            await calls.until(lambda: "call-0001" in calls.tapes)

            await ended(await connect(port, nonsense))
            two[1].write(b"".join(recording(880)))

            tape = calls.tapes["call-0001"]
            await calls.until(lambda: bool(np.any(tape.sound("agent")[RATE // 2 :])))
            await hang_up(two)

    asyncio.run(scene())


def test_a_rate_that_we_do_not_take_is_a_fault_of_the_call() -> None:
    async def scene() -> None:
        async with listening() as (calls, port):
            await ended(await connect(port, named(ONE), message(0x18, bytes(640))))

            tape = await calls.until_over("call-0001")

            assert "codec" in [event.code for event in tape.events if isinstance(event, Fault)]

    asyncio.run(scene())


def test_addresses_that_are_not_listed_are_sent_away() -> None:
    async def scene() -> None:
        door = AudioSocketDoor(enabled=True, port=0, peers=("10.0.0.0/8",))
        async with listening(door) as (calls, port):
            await ended(await connect(port, named(ONE)))

            assert calls.tapes == {}

    asyncio.run(scene())


def test_there_are_no_more_connections_than_may_be() -> None:
    async def scene() -> None:
        async with listening(most=1) as (calls, port):
            one = await connect(port, named(ONE))
            await calls.until(lambda: "call-0001" in calls.tapes)

            await ended(await connect(port, named(TWO)))

            await hang_up(one)

    asyncio.run(scene())


def test_closing_the_port_closes_its_connections() -> None:
    async def scene() -> None:
        async with recorder() as calls:
            port = AudioSocketPort(DOOR, Pairing(), calls.board, clock=now_ms)
            connection = await connect(await port.listen(), named(ONE))
            await connection[1].drain()

            await port.close()

            await ended(connection)

    asyncio.run(scene())


@pytest.mark.parametrize("host", ["0.0.0.0", "8.8.8.8", "pbx.example"])
def test_a_public_address_is_refused(host: str) -> None:
    async def scene() -> None:
        async with listening(AudioSocketDoor(enabled=True, host=host, port=0)):
            pass

    with pytest.raises(SettingsError, match="private address"):
        asyncio.run(scene())


def test_a_port_that_is_taken_is_an_error_in_a_sentence() -> None:
    async def scene() -> None:
        async with listening() as (_, port), listening(AudioSocketDoor(port=port)):
            pass

    with pytest.raises(SettingsError, match="cannot listen"):
        asyncio.run(scene())
