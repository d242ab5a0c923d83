"""Between the tapes of live calls and the disk: records what may be kept, while it may be."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from assist.audio.recorded import Recorded
from assist.audio.sealed import SEALED
from assist.errors import StoreError
from assist.events import Fault
from assist.ingest.items import Start
from assist.ingest.tape import Behind, Over, Part, Sound, Spoilt, Tape
from assist.settings.recording import Recording
from assist.store.erasures import digest
from assist.store.spans import Span
from assist.store.store import Store

logger = logging.getLogger("assist.recorder")

DIRECTORY = "recordings"
"""Beneath the data directory."""
EVERY_S = 1.0
"""Consents are looked at so often."""
AGAIN_S = 10.0
"""After trouble nothing is recorded for so long."""
FOREVER = 2**62
WAITING_MS = 60_000
"""So much sound of a call may wait for the disk."""
ENDING_S = 5.0
"""For the last pages, when the service ends."""
BEHIND = Fault(
    at=0,
    code="recording_behind",
    text="Part of the call was not recorded: the words or the disk were too slow.",
)
TROUBLE = Fault(
    at=0, code="recording_failed", text="The call is not recorded: the sound cannot be written."
)

T = TypeVar("T")
Tell = Callable[[str, Fault], object]
"""Tells a call of trouble."""


class Recorder:
    """Record live calls; on the event loop.

    Args:
        store: of the calls.
        settings: of the operator.
        tell: takes trouble.
        again_s: after trouble nothing is recorded for so long.

    Raises:
        StoreError: the key of the recordings cannot be read.
    """

    def __init__(
        self, store: Store, settings: Recording, *, tell: Tell, again_s: float = AGAIN_S
    ) -> None:
        store.unlock(settings.key_file)
        self.store = store
        self.settings = settings
        self.tell = tell
        self.again_s = again_s
        self._reels: dict[str, _Reel] = {}
        self._looking = asyncio.Lock()
        """An answer of the store is not to be used after a newer one."""
        self.thread = ThreadPoolExecutor(1, "recorder")

    @property
    def recording(self) -> int:
        """How many calls are recorded now."""
        return sum(reel.running for reel in self._reels.values())

    def open(self, start: Start) -> Tape:
        """Return a tape for a new call."""
        loop = asyncio.get_running_loop()
        reel: _Reel

        def give(part: Part) -> None:
            loop.call_soon_threadsafe(reel.put, part)

        tape = Tape(give)
        reel = _Reel(self, start.call_id, tape)
        self._reels[start.call_id] = reel
        reel.task = loop.create_task(reel.run())
        reel.task.add_done_callback(lambda _: self._forget(reel))
        return tape

    async def look(self) -> None:
        """Begin and stop, as the consents of now say."""
        async with self._looking:
            if not self._reels:
                return
            asked = dict(self._reels)
            try:
                allowed = await self.store.recordable(list(asked))
            except StoreError:  # a consent cannot have moved either
                return
            for call_id, reel in asked.items():
                reel.allow(call_id in allowed)

    async def run(self) -> None:
        """Look at the consents, again and again."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def close(self) -> None:
        """Write what waits, and end."""
        for reel in self._reels.values():
            asyncio.get_running_loop().call_soon(reel.put, Over())  # after what is on its way
        tasks = [reel.task for reel in self._reels.values() if reel.task]
        if tasks:
            _, slow = await asyncio.wait(tasks, timeout=ENDING_S)
            for task in slow:
                task.cancel()
        self.thread.shutdown(wait=False)

    def _forget(self, reel: "_Reel") -> None:
        if self._reels.get(reel.call_id) is reel:
            del self._reels[reel.call_id]


class _Reel:
    """What is recorded of one call: span after span, each in files of its own."""

    def __init__(self, recorder: Recorder, call_id: str, tape: Tape) -> None:
        self.call_id = call_id
        self.task: asyncio.Task[None] | None = None
        self._own = recorder
        self._tape = tape
        self._parts: asyncio.Queue[Part] = asyncio.Queue()  # WAITING_MS holds it small
        self._waiting_ms = 0
        self._span: Span | None = None
        self._file: Recorded | None = None
        self._not_before = 0.0
        """Loop's time before which nothing is tried after trouble."""
        self._told: Fault | None = None
        """The trouble that holds."""

    @property
    def running(self) -> bool:
        """Whether sound is being written."""
        return self._file is not None

    def allow(self, wanted: bool) -> None:
        """Take note of whether the call may be recorded; what is open then goes, if not."""
        if self._tape.on and not wanted:
            self._parts.put_nowait(Spoilt(0, FOREVER))
        self._tape.on = wanted

    def put(self, part: Part) -> None:
        """Take what the tape gives."""
        if isinstance(part, Sound):
            if self._waiting_ms >= WAITING_MS:
                self._fail(BEHIND)
                return
            self._waiting_ms += part.end - part.at
        self._parts.put_nowait(part)

    async def run(self) -> None:
        """Record until the call is over."""
        while not isinstance(part := await self._parts.get(), Over):
            await self._take(part)
        await self._finish()

    async def _take(self, part: Part) -> None:
        match part:
            case Sound():
                self._waiting_ms -= part.end - part.at
                await self._write(part)
            case Spoilt() if self._span and part.end > self._span.start:
                logger.warning("recording_discarded", extra={"call": self.call_id})
                await self._discard()
            case Behind():
                self._fail(BEHIND)

    async def _write(self, sound: Sound) -> None:
        """Write sound; where it does not follow on what is there, into a new span."""
        if not self._tape.on or asyncio.get_running_loop().time() < self._not_before:
            return
        try:
            if self._until() != sound.at:
                await self._finish()
                await self._begin(sound.at)
            if self._file is not None and self._span is not None:
                await self._aside(partial(self._file.add, sound.pcm))
                self._span = replace(self._span, end=sound.end)
                self._relieve()
        except (OSError, StoreError) as error:
            await self._give_up(error)

    async def _begin(self, at: int) -> None:
        """Make the files, still empty, then the row; sound comes when both are there."""
        store = self._own.store
        key = await store.new_sound_key(self.call_id)
        name = f"{digest(self.call_id)[:32]}-{at}-{secrets.token_hex(4)}"
        location = f"{DIRECTORY}/{name}{SEALED if key else '.ogg'}"
        master = store.master.id if key and store.master else ""
        span = Span(self.call_id, at, location, end=at, key_id=master)
        path = store.place.data / location
        file = await self._aside(partial(_make, path, self._own.settings.bit_rate, key))
        try:
            entered = await store.begin_span(span)
        except BaseException:
            file.remove()
            raise
        if not entered:
            file.remove()
            self._tape.on = False
            return
        self._span, self._file = span, file
        logger.info("recording_begun", extra={"call": self.call_id})

    async def _finish(self) -> None:
        """Close the span that is open."""
        span, file, self._span, self._file = self._span, self._file, None, None
        if span is None or file is None:
            return
        try:
            span = replace(span, sha256=await self._aside(file.close))
        except OSError as error:
            logger.warning("recording_cut", extra={"call": span.call_id, "code": error.errno})
        try:
            if not await self._own.store.finish_span(span):
                file.remove()
        except StoreError as error:  # its end is then told by its file
            code = type(error).__name__
            logger.warning("recording_unfinished", extra={"call": span.call_id, "code": code})

    async def _discard(self) -> None:
        """Keep nothing of the span that is open."""
        span, file, self._span, self._file = self._span, self._file, None, None
        if span is None or file is None:
            return
        await self._aside(file.remove)
        try:
            await self._own.store.drop_span(span)
        except StoreError as error:  # its files are gone
            code = type(error).__name__
            logger.warning("recording_unfinished", extra={"call": span.call_id, "code": code})

    async def _give_up(self, error: Exception) -> None:
        """Close what is open, say so once, and try again later."""
        logger.warning(
            "recording_failed", extra={"call": self.call_id, "code": type(error).__name__}
        )
        await self._finish()
        self._not_before = asyncio.get_running_loop().time() + self._own.again_s
        self._fail(TROUBLE)

    def _fail(self, fault: Fault) -> None:
        if self._told is None:
            self._told = fault
            self._own.tell(self.call_id, fault)

    def _relieve(self) -> None:
        """Say that a trouble is over."""
        if self._told is not None:
            told, self._told = self._told, None
            self._own.tell(self.call_id, msgspec.structs.replace(told, active=False))

    async def _aside(self, work: Callable[[], T]) -> T:
        """Do what takes a while in the recorder's own thread, one thing at a time."""
        return await asyncio.get_running_loop().run_in_executor(self._own.thread, work)

    def _until(self) -> int:
        return self._span.end if self._span else -1


def _make(path: Path, bit_rate: int, key: bytes | None) -> Recorded:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return Recorded(path, bit_rate=bit_rate, key=key)
