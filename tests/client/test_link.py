import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any

import numpy as np
import pytest

from assist.client import Link, Sender, Stay, stream
from assist.core.audio import Samples, samples
from assist.errors import ProtocolError
from assist.events import CHANNELS, CallPaused, CallResumed, Channel
from assist.ingest.items import End, Pause, Resume, Trouble
from tests.client.service import DEADLINE_S, TOKEN, Service, running

FRAME = samples(100)
CALL = "call-0001"


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test with a deadline."""
    asyncio.run(asyncio.wait_for(work, DEADLINE_S))


async def until(true: Callable[[], object]) -> None:
    """Wait for a condition; the test's deadline ends it."""
    while not true():  # noqa: ASYNC110  # any condition, of either end
        await asyncio.sleep(0.01)


def noise(seconds: float) -> dict[Channel, Samples]:
    """Return sound of both channels that repeats nowhere."""
    random = np.random.default_rng(7)
    length = round(seconds * 10) * FRAME
    return {c: random.integers(-9_000, 9_000, length).astype(np.int16) for c in CHANNELS}


async def steps(
    sound: Mapping[Channel, Samples], *, pace: float = 0.0
) -> AsyncIterator[dict[Channel, Samples]]:
    """Yield frames of 100 ms, one after the other or at a pace."""
    for i in range(0, len(sound["agent"]), FRAME):
        yield {channel: pcm[i : i + FRAME] for channel, pcm in sound.items()}
        await asyncio.sleep(pace)


def heard(service: Service, sound: Mapping[Channel, Samples]) -> bool:
    """Tell whether a service heard all of a sound, in order and once."""
    return all(np.array_equal(service.sound(channel), pcm) for channel, pcm in sound.items())


async def send(service: Service, sound: Mapping[Channel, Samples], *, pace: float = 0.0) -> Sender:
    """Send a whole call and return its sender."""
    sender = Sender(CALL)
    await stream(service.url, steps(sound, pace=pace), sender=sender, token=lambda: TOKEN)
    return sender


def test_a_whole_call_arrives_and_ends() -> None:
    async def work() -> None:
        async with running() as service:
            sound = noise(5)

            sender = await send(service, sound)

            assert sender.outcome == Stay("")
            assert heard(service, sound)
            assert service.items[-1] == End("hangup")

    run(work())


def test_a_call_that_is_cut_again_and_again_loses_and_doubles_nothing() -> None:
    async def work() -> None:
        async with running() as service:
            service.cut_after = [2, 30, 17]
            sound = noise(4)

            sender = await send(service, sound, pace=0.002)

            assert sender.outcome == Stay("")
            assert service.connections == 4
            assert heard(service, sound)

    run(work())


def test_a_link_that_is_cut_on_purpose_comes_back() -> None:
    async def work() -> None:
        async with running() as service:
            sender = Sender(CALL)
            link = Link(service.url, sender, token=lambda: TOKEN)
            assert not link.cut()
            carrying = asyncio.create_task(link.run())
            await until(lambda: sender.greeted)

            assert link.cut()
            await until(lambda: sender.epoch == 2)
            sender.end("hangup")
            link.wake()

            assert await carrying == Stay("")

    run(work())


def test_a_service_that_is_not_there_yet_is_waited_for() -> None:
    async def work() -> None:
        async with running() as gone:
            url = gone.url
        service = Service()
        sender = Sender(CALL)
        link = Link(url, sender, token=lambda: TOKEN)
        carrying = asyncio.create_task(link.run())
        await until(lambda: link.connections == 1)

        await service.start(port=int(url.split(":")[2].split("/")[0]))
        sender.end("stopped")

        assert await carrying == Stay("")
        assert service.items[-1] == End("stopped")
        await service.stop()

    run(work())


def test_a_server_that_falls_silent_is_left_for_another_connection() -> None:
    async def work() -> None:
        async with running() as service:
            now = 0
            sender = Sender(CALL)
            link = Link(service.url, sender, token=lambda: TOKEN, clock=lambda: now)
            carrying = asyncio.create_task(link.run())
            await until(lambda: sender.greeted)

            service.silent = True
            now = 6_000
            await until(lambda: service.connections == 2)
            service.silent = False
            now = 12_000
            await until(lambda: sender.greeted)
            sender.end("hangup")
            link.wake()

            assert await carrying == Stay("")

    run(work())


def test_a_key_that_is_forgotten_is_replaced_by_a_fresh_token() -> None:
    async def work() -> None:
        async with running() as service:
            tokens = iter(["token", "fresh"])
            sender = Sender(CALL)
            link = Link(service.url, sender, token=lambda: next(tokens))
            carrying = asyncio.create_task(link.run())
            await until(lambda: sender.greeted)

            service.tokens = {"fresh"}
            known = service.register.find(CALL)
            assert known is not None
            known.key = "another"
            await service.break_all()
            await until(lambda: sender.epoch == 2)
            sender.end("hangup")
            link.wake()

            assert await carrying == Stay("")

    run(work())


def test_a_token_that_is_refused_twice_is_reported() -> None:
    async def work() -> None:
        async with running() as service:
            link = Link(service.url, Sender(CALL), token=lambda: "wrong")

            outcome = await link.run()

            assert outcome.text == "The token or the resume key is not valid, or no longer."
            assert service.connections == 2

    run(work())


@pytest.mark.parametrize("status", [HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE])
def test_an_upgrade_that_is_refused_is_reported_or_tried_again(status: HTTPStatus) -> None:
    async def work() -> None:
        async with running() as service:
            service.refuse = [status]
            sender = Sender(CALL)
            sender.end("hangup")
            link = Link(service.url, sender, token=lambda: TOKEN)

            outcome = await link.run()

            assert bool(outcome.text) == (status == HTTPStatus.FORBIDDEN)
            assert service.connections == (0 if outcome.text else 1)

    run(work())


def test_a_pause_that_the_agent_asks_for_stops_the_sound() -> None:
    async def work() -> None:
        async with running() as service:
            sender = Sender(CALL)
            link = Link(service.url, sender, token=lambda: TOKEN)
            carrying = asyncio.create_task(link.run())
            await until(lambda: sender.greeted)

            await service.tell(CallPaused(at=0, reason="agent", by="anna"))
            await until(lambda: sender.paused)
            sender.audio("agent", bytes(3200), 100)
            await service.tell(CallResumed(at=0, skipped=0))
            await until(lambda: not sender.paused)
            sender.end("hangup")
            link.wake()
            await carrying

            first, second, third = (one for one in service.items if not _is_start(one))
            assert first == Pause("agent", "source")
            assert isinstance(second, Resume)
            assert third == End("hangup")

    run(work())


def test_trouble_is_told_to_the_service() -> None:
    async def work() -> None:
        async with running() as service:
            sender = Sender(CALL)
            sender.status("mic_muted", active=True)
            link = Link(service.url, sender, token=lambda: TOKEN)
            carrying = asyncio.create_task(link.run())
            await until(lambda: sender.greeted)
            sender.end("hangup")
            link.wake()
            await carrying

            assert [one.code for one in service.items if isinstance(one, Trouble)] == ["mic_muted"]

    run(work())


def test_a_long_outage_costs_only_what_the_ring_cannot_hold() -> None:
    async def work() -> None:
        async with running() as service:
            sound = noise(5)
            sender = Sender(CALL, seconds=2)
            async for step in steps(sound):
                for channel, pcm in step.items():
                    sender.audio(channel, pcm.tobytes(), 100)
            sender.end("hangup")

            await Link(service.url, sender, token=lambda: TOKEN).run()

            for channel, pcm in sound.items():
                assert service.lost_ms(channel) == 3_000
                assert np.array_equal(service.sound(channel), pcm[samples(3_000) :])

    run(work())


def test_a_call_whose_link_has_failed_stops_recording() -> None:
    async def work() -> None:
        async with running() as service:
            service.refuse = [HTTPStatus.FORBIDDEN]
            sender = Sender(CALL)

            outcome = await stream(
                service.url, steps(noise(9), pace=0.01), sender=sender, token=lambda: TOKEN
            )

            assert outcome.text

    run(work())


def test_an_address_that_is_none_is_told_in_a_sentence() -> None:
    link = Link("nowhere", Sender(CALL), token=lambda: TOKEN)

    with pytest.raises(ProtocolError, match="no address"):
        asyncio.run(link.run())


def _is_start(item: object) -> bool:
    return type(item).__name__ == "Start"
