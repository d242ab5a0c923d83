"""A process that is killed loses nothing that it acknowledged."""

import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from assist.store.opening import open_store
from tests.store.crashing import CALLS

pytestmark = pytest.mark.anyio

READY_S = 5.0
LATEST_S = 0.3
"""A process lives at most so long after its first commit."""


def killed(data: Path, chance: random.Random) -> dict[str, int]:
    """Let a process store calls and kill it; return what it acknowledged."""
    command = [sys.executable, "-m", "tests.store.crashing", str(data)]
    acknowledged: dict[str, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if not acknowledged:
                threading.Timer(chance.uniform(0, LATEST_S), process.kill).start()
            if line.endswith("\n"):  # the last one may be torn
                call, seq = line.split()
                acknowledged[call] = int(seq)
    assert process.returncode == -9
    return acknowledged


async def survive(data: Path, seed: int, times: int) -> None:
    chance = random.Random(seed)
    for _ in range(times):
        acknowledged = killed(data, chance)
        began = time.monotonic()
        store = await open_store("", data, serving=True)
        ready = time.monotonic() - began
        assert store.fault == ""
        assert [finding for finding in await store.check() if finding.text] == []
        for call in CALLS:
            numbers = [event.seq for event in await store.read(call)]
            assert numbers == list(range(1, len(numbers) + 1)), f"seed {seed}: a hole in {call}"
            assert len(numbers) >= acknowledged.get(call, 0), f"seed {seed}: lost of {call}"
        assert ready < READY_S
        await store.close()


async def test_five_crashes_lose_nothing_that_was_acknowledged(data: Path) -> None:
    await survive(data, seed=7, times=5)


@pytest.mark.slow
async def test_fifty_crashes_lose_nothing_that_was_acknowledged(data: Path) -> None:
    await survive(data, seed=8, times=50)
