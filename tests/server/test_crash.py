"""The service is killed in the middle of a call, and what is stored is as if it had not been."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from msgspec.structs import replace

from assist.audio.files import Recording
from assist.client import Link, Sender
from assist.core.audio import Samples
from assist.events import (
    CHANNELS,
    CallEnded,
    Channel,
    CueDetected,
    Event,
    NudgeShown,
    SpeechEnded,
    SpeechStarted,
    Tick,
)
from assist.replay import run
from assist.server.local import bind
from assist.speech.bundled import bundled
from assist.speech.vad import Vad
from assist.store.opening import open_store

DEMO = bundled("demo", "calls") / "en-rough" / "audio.ogg"
SECONDS, SPEED = 30, 6
E = TypeVar("E", bound=Event)


def free_port() -> int:
    with bind(0) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def process(data: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """Run the service until the block ends, and wait until it listens."""
    words = ["serve", "--model", "none", "--port", str(port), "--data", str(data)]
    popen = subprocess.Popen(
        [sys.executable, "-m", "assist", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"ASSIST_LANGUAGE": "en", "XDG_CONFIG_HOME": str(data)},
    )
    assert popen.stdout
    for line in popen.stdout:
        if line.startswith("Overlay: "):
            break
    try:
        yield popen
    finally:
        popen.kill()
        popen.communicate()


def steps() -> list[dict[Channel, Samples]]:
    return [dict(step) for step in Recording(DEMO).steps()][: SECONDS * 50]


async def play(data: Path, port: int, moments: list[float]) -> None:
    """Send a call, and kill and restart the service at these shares of it."""
    sender = Sender("call-0001", channels=CHANNELS)
    url, token = f"ws://127.0.0.1:{port}/ingest/audio", data / "token"
    link = Link(url, sender, token=lambda: token.read_text())
    carrying = asyncio.create_task(link.run())
    sound, loop = steps(), asyncio.get_running_loop()
    begun = loop.time()
    here = process(data, port)
    running = here.__enter__()
    try:
        for number in range(0, len(sound), 5):
            if moments and number >= moments[0] * len(sound):
                moments.pop(0)
                running.send_signal(signal.SIGKILL)
                await asyncio.to_thread(here.__exit__, None, None, None)
                here = process(data, port)
                running = await asyncio.to_thread(here.__enter__)
                begun = loop.time() - number / 50 / SPEED
            for channel in CHANNELS:
                piece = np.concatenate([step[channel] for step in sound[number : number + 5]])
                sender.audio(channel, piece.astype("<i2").tobytes(), 100)
            link.wake()
            ahead = begun + (number + 5) / 50 / SPEED - loop.time()
            await asyncio.wait({carrying}, timeout=max(0.0, ahead))
        sender.end("hangup")
        link.wake()
        await asyncio.wait_for(carrying, 60)
        running.send_signal(signal.SIGTERM)
        await asyncio.to_thread(running.wait, 30)
    finally:
        here.__exit__(None, None, None)


async def stored(data: Path) -> list[Event]:
    store = await open_store("", data)
    try:
        return list(await store.read("call-0001"))
    finally:
        await store.close()


def of(events: list[Event], kind: type[E]) -> list[E]:
    """Return the events of a kind without what the way of a call decides."""
    late = {"late": 0, "behind": 0} if kind is Tick else {}
    return [
        replace(event, call_id="", seq=0, **late) for event in events if isinstance(event, kind)
    ]


SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 25))]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_call_whose_service_was_killed_is_stored_as_if_it_was_not(
    seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    expected = list(run(Recording(DEMO), vad=Vad(), steps=steps()))
    asyncio.run(play(tmp_path, free_port(), sorted(chance.uniform(0.1, 0.9) for _ in range(2))))

    events = asyncio.run(stored(tmp_path))

    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert any(isinstance(event, CallEnded) for event in events)
    for kind in (SpeechStarted, SpeechEnded, Tick, CueDetected, NudgeShown):
        assert of(events, kind) == of(expected, kind), kind.__name__
