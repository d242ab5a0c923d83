"""Recordings become stored calls: several at a time, none twice; a bad file holds up no other."""

import asyncio
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from assist.core.consent import Consents, initial
from assist.errors import AssistError, AudioError, RecogniserError, StoreError
from assist.events import Event, Fault, Tick
from assist.settings.keeping import Consent, first_consents
from assist.store.batches import Committed, batch
from assist.store.commands import Actor, Seen
from assist.store.reading import Reach
from assist.store.store import Store
from assist.store.trouble import StoreAwayError, StoreFullError

SOURCE = "import"
SOUND = frozenset(
    (
        *(".aac", ".aif", ".aiff", ".amr", ".au", ".flac", ".gsm", ".m4a", ".mka"),
        *(".mp3", ".mp4", ".oga", ".ogg", ".opus", ".wav", ".webm", ".wma"),
    )
)
"""How the names of recordings end; a file that is named itself may end as it likes."""
_TRIES = 3
"""Ids of one recording: a new one where an import was cut off and the service ended its call."""

Advance = Callable[[float], None]
"""Is told how many recordings are done, parts of them included."""
Playing = tuple[int, Iterator[Event]]
"""A recording that is about to run: its stated length in milliseconds, if any; its events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How recordings become stored calls."""

    play: Callable[[Path, str], Playing]
    """Makes a call of that id of a recording; it runs in a thread."""
    consents: Consents
    """With which each call begins."""
    basis: str
    """Why the words may be kept; the audit says so for each call."""
    actor: Actor
    team: str = ""
    jobs: int = 1
    """Recordings at a time."""


@dataclass(slots=True)
class Tally:
    """What became of the recordings."""

    stored: int = 0
    there: int = 0
    """They had been stored before."""
    failed: int = 0
    call: str = ""
    """Which call the last recording is that could be read."""

    def text(self) -> str:
        """Return it as a sentence."""
        return f"{self.stored} stored, {self.there} there before, {self.failed} failed."


def recordings(paths: Sequence[Path]) -> list[Path]:
    """Return the files of some paths, each once; folders are searched for sound to their bottom.

    Raises:
        AudioError: a folder holds no recording.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        files = list(_below(path)) if path.is_dir() else [path]
        if not files:
            raise AudioError(f"{path} holds no recording.")
        found |= {file.resolve(): file for file in files}
    return list(found.values())


def consents(stated: Consent, basis: str) -> Consents:
    """Return the consents with which an imported call begins.

    Args:
        stated: what the settings say of all calls.
        basis: what was said of these recordings; it goes before the settings.

    Raises:
        StoreError: nobody says why the words may be kept.
    """
    if not basis and not stated.basis:
        raise StoreError(
            "say why the words of these recordings may be kept: --basis TEXT, or consent.basis in"
            " the settings"
        )
    return initial(("assist", "transcript", "review")) if basis else first_consents(stated)


class Import:
    """Store recordings as calls; on the event loop, while they run in threads.

    Args:
        store: where to.
        order: how.
        tell: hears a sentence about one file, and whether it is about trouble.
        advance: hears how many recordings are done, parts of them included.
    """

    def __init__(
        self, store: Store, order: Order, *, tell: Callable[[str, bool], None], advance: Advance
    ) -> None:
        self._store, self._order = store, order
        self._tell, self._advance = tell, advance
        self._tally = Tally()
        self._taken: set[str] = set()
        """Calls of this import: the same sound may lie in two files."""
        self._done = 0
        self._shares: dict[str, float] = {}
        """How much of each running recording is done, by its call."""
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    async def run(self, files: Sequence[Path]) -> Tally:
        """Store every file that can be read; return what became of them.

        Raises:
            StoreError: nothing more can be stored: the disk is full, or the database is away.
        """
        queue = iter(files)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._order.jobs):
                    group.create_task(self._work(queue))
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        finally:
            self._stopped.set()  # the threads see it, for they cannot be cancelled
        return self._tally

    async def _work(self, queue: Iterator[Path]) -> None:
        for path in queue:
            try:
                await self._one(path)
            except (StoreFullError, StoreAwayError):
                raise
            except AssistError as error:
                self._tally.failed += 1
                self._tell(_about(path, str(error)), True)
            self._done += 1
            self._move()

    async def _one(self, path: Path) -> None:
        call_id, stored = await self._free(await asyncio.to_thread(name, path))
        self._tally.call = call_id
        if stored or call_id in self._taken:
            self._tally.there += 1
            return
        self._taken.add(call_id)
        try:
            events = await asyncio.to_thread(self._played, path, call_id)
        finally:
            with self._lock:
                self._shares.pop(call_id, None)
        await self._keep(call_id, events)
        self._tally.stored += 1
        self._tell(f"{path} is call {call_id}", False)

    async def _free(self, call_id: str) -> tuple[str, bool]:
        """Return the id under which a recording is stored, and whether it is there already."""
        names = [call_id, *(f"{call_id}-{number}" for number in range(2, _TRIES + 1))]
        page = await self._store.calls(Reach(calls=names))
        rows = {row["id"]: row for row in page.rows}
        for one in names:
            row = rows.get(one)
            if row is None or row["ended_at"] is None:
                return one, False
            if row["end_reason"] != "lost":
                return one, True
        raise StoreError(f"the import of call {call_id} was cut off {_TRIES} times")

    def _played(self, path: Path, call_id: str) -> list[Event]:
        try:
            return self._play(path, call_id)
        except AssistError:
            raise
        except Exception as error:  # a strange file can make a decoder raise what it likes
            raise AudioError(f"{path} cannot be run ({type(error).__name__}).") from error

    def _play(self, path: Path, call_id: str) -> list[Event]:
        """Run a recording to its end, in a thread.

        Raises:
            RecogniserError: its words could not be heard; without them it must not be stored.
        """
        duration, coming = self._order.play(path, call_id)
        events: list[Event] = []
        for event in coming:
            if self._stopped.is_set():
                break  # nobody waits for it any longer
            events.append(_nameless(event, path) if isinstance(event, Fault) else event)
            if isinstance(event, Fault) and event.active:
                self._trouble(path, event)
            if isinstance(event, Tick) and duration:
                with self._lock:
                    self._shares[call_id] = min(1.0, event.at / duration)
                self._move()
        return events

    def _trouble(self, path: Path, fault: Fault) -> None:
        if fault.code == "recogniser_failed":
            raise RecogniserError(f"{path}: {fault.text}")
        if fault.code == "audio_broken":
            self._tell(_about(path, fault.text), True)

    def _move(self) -> None:
        with self._lock:
            self._advance(self._done + sum(self._shares.values()))

    async def _keep(self, call_id: str, events: Sequence[Event]) -> None:
        """Store a whole call in one transaction, so that there is never half of one."""
        order = self._order
        attached = await self._store.attach(
            call_id,
            f"import-{os.getpid()}",
            team=order.team,
            consents=order.consents,
            basis=order.basis,
        )
        whole = batch(call_id, attached.epoch, events, {})
        (answer,) = await self._store.append([whole])
        if not isinstance(answer, Committed):
            raise StoreError(f"another import stores call {call_id}")
        seen = Seen(action="import.call", object=call_id, detail=order.basis)
        await self._store.record(seen, order.actor)


def name(path: Path) -> str:
    """Return the id of the call that a recording is: the same sound is always the same call.

    Raises:
        AudioError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AudioError(f"{path} cannot be read: {error.strerror or error}.") from error
    return f"{SOURCE}-{digest[:32]}"


def _nameless(fault: Fault, path: Path) -> Fault:
    """Return a fault as it is stored: the name of a file may be that of a person."""
    return replace(fault, text=fault.text.removeprefix(f"{path}: "))


def _below(folder: Path) -> Iterator[Path]:
    """Yield the recordings below a folder, and folders that cannot be looked into."""
    shut: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=lambda e: shut.append(Path(e.filename))):
        folders.sort()
        for file in sorted(files):
            if Path(file).suffix.lower() in SOUND:
                yield Path(place, file)
    yield from shut


def _about(path: Path, text: str) -> str:
    """Return a sentence that names its file."""
    return text if str(path) in text else f"{path}: {text}"
