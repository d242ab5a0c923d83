"""The disk fills up while four calls run: they go on, and so does what is kept of them."""

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from assist.audio.files import Recording as Played
from assist.core.consent import Consents, Purpose
from assist.events import CHANNELS, AnyEvent, CallEnded, Event, Fault
from assist.settings.privacy import Redaction
from assist.settings.recording import Recording
from assist.speech.scripted import ScriptedVad, coded
from assist.store.opening import open_store
from assist.store.spans import Span
from assist.store.store import Store
from tests.server.running import QUIET, Running, running, send
from tests.store.test_full import fill

CALLS = tuple(f"call-000{number}" for number in range(1, 5))
SIZE = 16 << 20
SOUND_MS, SPEED = 75_000, 1
GRANTED = Consents({(c, p): "granted" for c in CHANNELS for p in get_args(Purpose)})
# Without redaction sound is certain at once, and needs no words.
PLAIN = replace(QUIET, redaction=Redaction(enabled=False))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def faults(events: list[Event], code: str, *, active: bool) -> list[str]:
    """Return the calls that were told of a trouble, or of its end, as often as they were."""
    told = (e for e in events if isinstance(e, Fault) and (e.code, e.active) == (code, active))
    return sorted(event.call_id for event in told)


def heavy(recorded: Path) -> list[Path]:
    """Return the recordings that hold some seconds already."""
    return [one for one in recorded.glob("*.ogg") if one.stat().st_size > 4_000]


def all_told(events: list[Event], code: str) -> bool:
    return set(CALLS) <= {*faults(events, code, active=True)}


def fill_and_empty(here: Running, disk: Path) -> None:
    """Fill the disk once every call is recorded; make room once all have noticed."""
    recorded = disk / "data" / "recordings"
    here.until(lambda _: len(heavy(recorded)) == len(CALLS), seconds=90)
    fill(disk)
    here.until(lambda events: all_told(events, "storage_full"), seconds=60)
    here.until(lambda events: all_told(events, "recording_failed"), seconds=60)
    (disk / "other").unlink()


async def kept(data: Path) -> dict[str, tuple[list[AnyEvent], list[Span]]]:
    store = await open_store("", data, durable=False)
    assert [finding.text for finding in await store.check() if finding.text] == []
    found = {one: (await store.read(one), await store.spans(one)) for one in CALLS}
    await store.close()
    return found


@pytest.mark.slow
def test_four_calls_go_on_and_are_recorded_again_when_there_is_room(disk: Path) -> None:
    data = disk / "data"
    sound: Any = {side: coded(0, SOUND_MS) for side in CHANNELS}

    async def prepared() -> Store:
        store = await open_store("", data, upgrading=True, durable=False)
        for call in CALLS:
            await store.attach(call, "before", consents=GRANTED)
        return store

    async def talk(here: Running) -> None:
        await asyncio.gather(*(send(here, one, sound, speed=SPEED) for one in CALLS))

    with running(
        PLAIN,
        vad=ScriptedVad(*[()] * 2 * len(CALLS)),
        opening=prepared,
        recording=Recording(enabled=True),
    ) as here:
        meanwhile = threading.Thread(target=fill_and_empty, args=(here, disk))
        meanwhile.start()
        asyncio.run(talk(here))
        meanwhile.join(60)
        for call in CALLS:
            here.until_ended(call, seconds=60)
        heard = list(here.events)

    assert not (disk / "other").exists()
    for code in ("storage_full", "recording_failed"):
        for active in (True, False):
            assert faults(heard, code, active=active) == list(CALLS), (code, active)
    for call, (events, recorded) in asyncio.run(kept(data)).items():
        assert [event.seq for event in events] == list(range(1, len(events) + 1)), call
        assert isinstance(events[-1], CallEnded), call
        assert len(recorded) >= 2, call
        assert recorded[-1].end == SOUND_MS, call
        for span in recorded:
            assert any(Played(data / span.location).steps()), span
