import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from assist.server.local import bind, config
from assist.server.wire import WAITING, Inbox, Signal, Wire

Serve = Callable[[WebSocket], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[str]:
    """Run a server that answers every WebSocket in this way; yield its address."""
    with bind(0) as listening:
        server = uvicorn.Server(config(Starlette(routes=[WebSocketRoute("/", serve)])))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"ws://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        async with asyncio.timeout(10):
            await running


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    try:
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("text") is not None:
                await websocket.send_text(message["text"])
            else:
                await websocket.send_bytes(message["bytes"])
    except WebSocketDisconnect:
        return


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_text_of_any_length_arrives_whole(length: int) -> None:
    async def run() -> None:
        async with serving(echo) as url, connect(url, compression=None) as page:
            text = "ü" * (length // 2) + "x" * (length % 2)
            await page.send(text)

            assert await page.recv() == text

    asyncio.run(run())


def test_more_messages_than_may_wait_all_arrive_in_order() -> None:
    async def run() -> None:
        async with serving(echo) as url, connect(url, compression=None) as page:
            sent = [n.to_bytes(2) if n % 2 else str(n) for n in range(20 * WAITING)]
            for one in sent:
                await page.send(one)

            assert [await page.recv() for _ in sent] == sent

    asyncio.run(run())


def test_a_client_whose_messages_nobody_takes_is_read_no_further() -> None:
    taken = asyncio.Event()
    waiting: list[int] = []

    async def idle(websocket: WebSocket) -> None:
        await websocket.accept()
        wire = websocket.scope["wire"]
        async with asyncio.timeout(10):
            while not wire.read_paused:  # noqa: ASYNC110  # reading sets no event
                await asyncio.sleep(0.01)
        waiting.append(len(wire.queue))
        taken.set()
        await websocket.close()

    async def run() -> None:
        settings = config(Starlette(routes=[WebSocketRoute("/", idle)]))
        settings.ws = Told
        with bind(0) as listening:
            server = uvicorn.Server(settings)
            running = asyncio.create_task(server.serve(sockets=[listening]))
            url = f"ws://127.0.0.1:{listening.getsockname()[1]}/"
            async with connect(url, compression=None) as page:
                with contextlib.suppress(ConnectionClosed):
                    while not taken.is_set():
                        await page.send(bytes(1000))
                        await asyncio.sleep(0)
            server.should_exit = True
            await running

    asyncio.run(run())

    assert WAITING <= waiting[0] < 5_000


class Told(Wire):
    """A wire that tells the application of itself."""

    async def run_asgi(self) -> None:
        self.scope["wire"] = self  # type: ignore[typeddict-unknown-key]  # for the test alone
        await super().run_asgi()


def test_who_is_gone_is_sent_nothing_more() -> None:
    ended: list[str] = []

    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text("x" * 1000)
                await asyncio.sleep(0)
        except WebSocketDisconnect:
            ended.append("gone")

    async def run() -> None:
        async with serving(talk) as url:
            page = await connect(url, compression=None)
            await page.recv()
            page.transport.abort()
            async with asyncio.timeout(10):
                while not ended:  # noqa: ASYNC110  # the server's task sets no event
                    await asyncio.sleep(0.01)

    asyncio.run(run())

    assert ended == ["gone"]


def test_an_inbox_gives_what_came_in_order() -> None:
    async def run() -> None:
        inbox = Inbox()
        first = asyncio.create_task(inbox.get())
        await asyncio.sleep(0)
        for number in (1, 2, 3):
            inbox.put_nowait(number)

        assert [await first, await inbox.get(), await inbox.get()] == [1, 2, 3]
        assert inbox.empty()

    asyncio.run(run())


def test_an_inbox_loses_nothing_to_a_reader_that_gave_up() -> None:
    async def run() -> None:
        inbox = Inbox()
        given_up = asyncio.create_task(inbox.get())
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        inbox.put_nowait(1)

        assert await inbox.get() == 1

    asyncio.run(run())


def test_a_signal_wakes_all_who_wait_though_one_gave_up() -> None:
    async def run() -> None:
        signal = Signal()
        signal.clear()
        waiting = [asyncio.create_task(signal.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        await asyncio.sleep(0)
        signal.set()
        await asyncio.gather(waiting[0], waiting[2])

        assert waiting[1].cancelled()

    asyncio.run(run())


def test_the_server_speaks_by_it() -> None:
    assert config(Starlette()).ws is Wire
