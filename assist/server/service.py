"""The whole service in one process: calls in, feeds out, probes, a clean end."""

import asyncio
import gc
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

import uvicorn
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from assist.core.pace import HOPS
from assist.events import CallSettings, Event, Fault
from assist.ingest.composing import Composer
from assist.ingest.items import End, Start
from assist.ingest.live import Memory
from assist.ingest.switchboard import Switchboard
from assist.ingest.tape import Tape
from assist.server.access import Access
from assist.server.access.who import LOCAL
from assist.server.app import create_app
from assist.server.consenting import create_consent_routes
from assist.server.entrances import Entrances, now_ms
from assist.server.keeper import Keeper, Told
from assist.server.local import config
from assist.server.metrics import Metrics
from assist.server.recorder import Recorder
from assist.server.review import create_review_routes
from assist.server.review_import import Play, create_import_routes
from assist.server.rooms import Rooms
from assist.server.sound import create_sound_routes
from assist.settings import Settings
from assist.settings.keeping import first_consents, limits
from assist.settings.recording import Recording
from assist.speech import machine
from assist.speech.scheduler import Scheduler
from assist.speech.vad import Vad, VoiceDetector
from assist.store.store import Store

logger = logging.getLogger("assist.service")

LINGER_S = 30.0
"""So long after its end a call can still be looked at."""
LAG_EVERY_S = 0.25
THREADS = 4
"""For speech detection and cues at most; one for two cores: who waits for Python's lock keeps the
loop waiting, too (benchmarks/load.py)."""
SWITCH_S = 0.001
"""Python hands its lock over this often: a call that computes keeps the loop waiting no longer."""
PRESSED_EVERY_S = 1.0
SATURATED = Fault(
    at=0, code="saturated", text="The machine is busy: words come at the end of each sentence."
)
NO_AGENT = Fault(at=0, code="no_agent", text="Nobody is named whose call this is.")
ENDING_S = 5.0
"""For the last words of calls that are ended by force."""


class Service:
    """Everything that runs behind one port.

    Args:
        settings: of the operator.
        access: who may come in.
        scheduler: where words are heard; None = timing only.
        vad: makes speech detectors; None = Silero.
        metrics: what is counted.
        team_of: the team of an agent.
        shown: what calls show, by agent.
        heard: is told every event of every call.
        store: where calls are kept; None = nowhere. The service closes it at its end.
        recording: whether their sound is kept, too; None = as the settings say.
        play: hears recordings that people bring in; None = nobody does.
    """

    def __init__(
        self,
        settings: Settings,
        access: Access,
        *,
        scheduler: Scheduler | None = None,
        vad: VoiceDetector | None = None,
        metrics: Metrics | None = None,
        team_of: Callable[[str], str] = lambda agent: "",
        shown: Callable[[str], CallSettings] = lambda agent: CallSettings(),
        heard: Callable[[Event], None] = lambda event: None,
        store: Store | None = None,
        recording: Recording | None = None,
        play: Play | None = None,
    ) -> None:
        self._settings = settings
        self._access = access
        self._scheduler = scheduler
        self._store = store
        self._play = play
        self._team_of = team_of
        self._heard = heard
        self._server: _Server | None = None
        self._saturated = False
        self.metrics = metrics or Metrics()
        self.rooms = Rooms()
        self._composer = Composer(settings, vad=vad or Vad(), scheduler=scheduler, shown=shown)
        self.board = Switchboard(
            self._composer.compose,
            opened=self._open,
            publish=self._publish,
            closed=self._close,
            clock=now_ms,
            recall=self._recall if store else None,
            keep=self._keep,
            tape=self._tape,
            threads=min(THREADS, max(1, machine.cores() // 2)),
            most=settings.serve.calls,
        )
        self._keeper = self._make_keeper(store) if store else None
        if store is not None:
            store.unlock(settings.recording.key_file)  # also where recording is off by now
        self._recorder = self._make_recorder(store, recording or settings.recording)
        self._entrances = Entrances(
            settings.ingest, self.board, access, public_url=settings.serve.public_url
        )
        self._count()

    def app(self) -> Starlette:
        """Return the web application."""
        return create_app(
            rooms=self.rooms,
            access=self._access,
            tell=self._tell,
            checks=self.checks,
            metrics=self.metrics,
            doors=[*self._entrances.routes(), *self._store_routes()],
        )

    def _store_routes(self) -> list[BaseRoute]:
        """Return the routes of what is kept."""
        if self._store is None:
            return []
        return [
            *create_review_routes(self._store, self._access),
            *create_sound_routes(self._store, self._access),
            *(create_import_routes(self._store, self._access, self._play) if self._play else ()),
            *create_consent_routes(self._store, self.rooms, self._access),
        ]

    def checks(self) -> dict[str, str]:
        """Return what keeps the service from being ready, by part."""
        found = {}
        if self.board.draining:
            found["draining"] = "The service is about to stop."
        scheduler = self._scheduler
        if scheduler is not None and not scheduler.ready:
            found["model"] = scheduler.failure or scheduler.progress
        return found

    async def run(self, listening: socket.socket) -> None:
        """Serve until a signal ends it."""
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)
        serve = self._settings.serve
        await asyncio.to_thread(self._composer.warm)
        gc.collect()
        gc.freeze()  # what lasts as long as the service: looking through it holds all threads up
        server = self._server = _Server(config(self.app(), serve), self)
        tasks = [
            asyncio.create_task(work)
            for work in (self.board.run(), self._measure_lag(), self._watch_pressure())
        ]
        if hasattr(signal, "SIGHUP") and threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._access.reload)
        port = self._entrances.port()
        if self._keeper is not None:
            if self._keeper.fault:
                logger.error("store_set_aside", extra={"code": self._keeper.fault})
            self._keeper.start()
            tasks.append(asyncio.create_task(self._keeper.run()))
        if self._recorder is not None:
            tasks.append(asyncio.create_task(self._recorder.run()))
        try:
            if port is not None:
                await port.listen()
            await server.serve(sockets=[listening])
        finally:
            if port is not None:
                await port.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(self.board.close)
            if self._recorder is not None:
                await self._recorder.close()
            if self._keeper is not None:
                await self._keeper.close()
            gc.unfreeze()
            sys.setswitchinterval(before)

    def stop(self) -> None:
        """End at once; on the loop."""
        if self._server is not None:
            self._server.should_exit = True

    async def drain(self, patience: float) -> None:
        """Take no new calls; wait so many seconds for those that run, then end them."""
        self.board.draining = True
        logger.info("draining", extra={"count": len(self.board)})
        await self._until_empty(patience)
        if len(self.board):
            self.board.end("stopped")
            await self._until_empty(ENDING_S)
        logger.info("drained", extra={"count": len(self.board)})

    async def _until_empty(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while len(self.board) and time.monotonic() < deadline:  # noqa: ASYNC110  # once, at the end
            await asyncio.sleep(0.05)

    # ---- calls ---------------------------------------------------------------------------------

    def _open(self, start: Start) -> None:
        agent = self._agent_of(start)
        self.rooms.open(start.call_id, agent=agent, team=self._team_of(agent))
        logger.info("call_opened", extra={"call": start.call_id, "source": start.source})
        if not agent:
            self.board.tell(start.call_id, NO_AGENT)
        if self._saturated:
            self.board.tell(start.call_id, SATURATED)

    def _agent_of(self, start: Start) -> str:
        return start.agent or (LOCAL.id if self._access.local else "")

    def _publish(self, event: Event, decided: float) -> None:
        self.metrics.observe(event)
        self._heard(event)
        self.rooms.publish(event, decided=decided)

    def _close(self, call_id: str) -> None:
        self._composer.release(call_id)
        if self._keeper is not None:
            self._keeper.forget(call_id)
        logger.info("call_closed", extra={"call": call_id})
        asyncio.get_running_loop().call_later(LINGER_S, self._forget, call_id)

    def _forget(self, call_id: str) -> None:
        room = self.rooms.get(call_id)
        if room is not None and room.ended:  # it may have been opened anew
            self.rooms.forget(call_id)

    def _tell(self, call_id: str, event: Event) -> None:
        self.board.tell(call_id, event)

    # ---- what is kept --------------------------------------------------------------------------

    def _make_keeper(self, store: Store) -> Keeper:
        settings = self._settings
        return Keeper(
            store,
            Told(stored=self._stored, fault=self.board.tell_all, lost=self._lost),
            team_of=lambda start: self._team_of(self._agent_of(start)),
            consents=first_consents(settings.consent),
            limits=limits(settings.retention, settings.consent),
            commit_ms=settings.store.commit_ms,
            every_s=settings.retention.every_minutes * 60,
        )

    def _make_recorder(self, store: Store | None, recording: Recording) -> Recorder | None:
        if store is None or not recording.enabled:
            return None
        return Recorder(store, recording, tell=self._tell)

    async def _recall(self, start: Start) -> Memory | None:
        memory = await self._keeper.recall(start) if self._keeper else None
        if self._recorder is not None:
            await self._recorder.look()  # a call that may be recorded is, from its first sound on
        return memory

    def _tape(self, start: Start) -> Tape | None:
        return self._recorder.open(start) if self._recorder else None

    def _keep(self, call_id: str, events: Sequence[Event], settled_ms: int) -> None:
        if self._keeper is not None:
            self._keeper.keep(call_id, events, settled_ms)

    def _stored(self, call_id: str, ms: int) -> None:
        line = self.board.line(call_id)
        if line is not None:
            line.stored(ms)

    def _lost(self, call_id: str) -> None:
        line = self.board.line(call_id)
        if line is not None:
            line.put([End("lost")])

    # ---- figures -------------------------------------------------------------------------------

    def _count(self) -> None:
        metrics, board = self.metrics, self.board
        metrics.gauge("calls_open", "Calls that run.", lambda: len(board))
        metrics.gauge("calls_refused", "Calls that found no room.", lambda: board.refused)
        metrics.gauge("clients", "Pages that follow.", lambda: self.rooms.clients)
        if self._keeper is not None:
            waiting = self._keeper.figures
            metrics.gauge("events_waiting", "Events not yet stored.", lambda: waiting()["waiting"])
            if recorder := self._recorder:
                recorded = "Calls whose sound is recorded."
                metrics.gauge("calls_recorded", recorded, lambda: recorder.recording)
            metrics.gauge("events_lost", "Events never stored.", lambda: waiting()["lost"])
        if self._scheduler is not None:
            figures = self._scheduler.figures
            metrics.gauge(
                "speech_queue_age_seconds",
                "How long the oldest window waits.",
                lambda: figures()["queue_age_ms"] / 1000,
            )
            metrics.gauge("shed_level", "What gives way (docs/running.md).", self._pressure)

    def _pressure(self) -> int:
        """Return what gives way: 0 nothing, 1 and 2 partials are rarer, 3 there are none."""
        return 0 if self._scheduler is None else HOPS.index(self._scheduler.hop)

    async def _watch_pressure(self) -> None:
        """Tell all calls when words come at the end of sentences alone, and when no more."""
        while True:
            await asyncio.sleep(PRESSED_EVERY_S)
            saturated = self._pressure() == len(HOPS) - 1
            if saturated != self._saturated:
                self._saturated = saturated
                self.board.tell_all(replace(SATURATED, active=saturated))
                logger.warning("saturated" if saturated else "relieved")

    async def _measure_lag(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(LAG_EVERY_S)
            self.metrics.loop_lag.observe(max(0.0, time.monotonic() - before - LAG_EVERY_S))


class _Server(uvicorn.Server):
    """Drains on the first signal, and ends at once on the second."""

    def __init__(self, settings: uvicorn.Config, service: Service) -> None:
        super().__init__(settings)
        self._service = service
        self._draining: asyncio.Task[None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end."""
        if self._draining is not None or sig == signal.SIGINT:
            self.force_exit = self.should_exit
            self.should_exit = True
            return
        self._draining = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        await self._service.drain(self._service._settings.serve.drain_timeout)  # its own
        self.should_exit = True
