import asyncio
import gc
import json
import threading
import urllib.error
import urllib.request
from functools import cache
from typing import TypeGuard, TypeVar

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from assist import protocol
from assist.audio.files import Recording
from assist.core.audio import Samples
from assist.core.pace import HOPS
from assist.events import (
    AudioGap,
    CallEnded,
    CallPaused,
    CallResumed,
    CallStarted,
    Channel,
    Event,
    Fault,
    NudgeShown,
    TranscriptFinal,
    decode,
)
from assist.replay import run
from assist.speech.bundled import bundled
from assist.speech.recogniser import Report
from assist.speech.scheduler import Scheduler
from assist.speech.scripted import ScriptedRecogniser, ScriptedVad, coded, say, spans
from assist.speech.vad import Vad
from tests.server.running import Running, comparable, running, send

DEMO = bundled("demo", "calls") / "en-rough" / "audio.ogg"
SECONDS = 45
Kind = TypeVar("Kind", bound=protocol.ServerMessage)
WORDS = say("no we can never do that for you", start=1_000)


def recorded() -> dict[Channel, Samples]:
    """Return the first minute of a demo call."""
    recording = Recording(DEMO)
    steps = list(recording.steps())[: SECONDS * 50]
    return {
        channel: np.concatenate([step[channel] for step in steps]) for channel in recording.channels
    }


@cache
def replayed() -> list[Event]:
    recording = Recording(DEMO)
    steps = list(recording.steps())[: SECONDS * 50]
    return list(run(recording, vad=Vad(), steps=steps))


@pytest.mark.parametrize("cuts", [0, 20])
def test_a_live_call_is_its_replay_however_often_the_line_is_cut(cuts: int) -> None:
    expected = comparable(replayed())
    with running() as here:
        asyncio.run(send(here, "call-0001", recorded(), cuts=cuts))
        events = here.until_ended("call-0001")

    assert not [event for event in events if isinstance(event, AudioGap)]
    assert any(isinstance(event, NudgeShown) for event in events)
    assert comparable(events)[:-1] == expected[:-1]
    assert isinstance(events[-1], CallEnded)
    assert events[-1].at == expected[-1].at


def test_words_are_heard_and_reach_the_agents_page() -> None:
    sound = {"agent": coded(0, 6_000), "customer": coded(0, 6_000)}
    with (
        Scheduler(ScriptedRecogniser(WORDS)) as scheduler,
        running(scheduler=scheduler, vad=ScriptedVad(spans(WORDS), ())) as here,
        overlay(here) as page,
    ):
        asyncio.run(send(here, "call-0001", sound, speed=4))  # type: ignore[arg-type]  # channels
        here.until_ended("call-0001")
        told = [decode(page.recv(timeout=30)) for _ in range(3)]

    final = next(event for event in here.events if isinstance(event, TranscriptFinal))
    assert isinstance(told[0], CallStarted)
    assert [word.text for word in final.words] == [word.text for word in WORDS]


def overlay(here: Running, *, agent: str = "local") -> ClientConnection:
    protocols = [Subprotocol("assist"), Subprotocol(here.access.token)]
    return connect(f"{here.base}/feed/agent?agent={agent}", subprotocols=protocols, close_timeout=1)


def test_a_pause_on_the_page_stops_the_source_and_its_end_starts_it_again() -> None:
    with running() as here, overlay(here) as page, source(here) as wire:
        welcome(wire, token=here.access.token)
        for seq in range(1, 21):
            wire.send(frame(seq, (seq - 1) % 2))
        page.send('{"type":"call.pause"}')
        paused = asked(wire, protocol.PauseRequest)
        page.send('{"type":"call.resume"}')
        resumed = asked(wire, protocol.ResumeRequest)
        wire.send(protocol.write(protocol.End(seq=21, reason="hangup")))
        events = here.until_ended("call-0001")

    assert (paused.reason, paused.by) == ("privacy", "agent")
    assert isinstance(resumed, protocol.ResumeRequest)
    assert [type(e) for e in events if isinstance(e, CallPaused | CallResumed)] == [
        CallPaused,
        CallResumed,
    ]


def source(here: Running) -> ClientConnection:
    return connect(f"{here.base}/ingest/audio", compression=None)


def welcome(wire: ClientConnection, **fields: object) -> protocol.Welcome:
    known = {"call_id": "call-0001", "channels": ("agent", "customer")} | fields
    wire.send(protocol.write(protocol.Hello(**known)))  # type: ignore[arg-type]  # as said
    answer = protocol.read_server(str(wire.recv(timeout=30)))
    assert isinstance(answer, protocol.Welcome)
    return answer


def frame(seq: int, channel: int) -> bytes:
    return protocol.pack(protocol.Frame(seq, channel, 100, bytes(3200)))


def asked(wire: ClientConnection, kind: type[Kind]) -> Kind:
    while True:
        message = protocol.read_server(str(wire.recv(timeout=30)))
        if isinstance(message, kind):
            return message


def get(here: Running, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{here.port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_it_says_how_it_is() -> None:
    with running() as here:
        assert json.loads(get(here, "/health")[1])["status"] == "ok"
        assert get(here, "/ready") == (200, '{"ready":true}')
        assert "assist_calls_open 0.0" in get(here, "/metrics")[1]


def test_what_lasts_as_long_as_the_service_holds_no_thread_up() -> None:
    with running() as here:
        get(here, "/health")
        kept = gc.get_freeze_count()

    assert kept > 10_000
    assert gc.get_freeze_count() == 0


def test_it_is_not_ready_while_the_model_loads() -> None:
    loaded = threading.Event()

    def load(report: Report) -> ScriptedRecogniser:
        loaded.wait(10)
        return ScriptedRecogniser(WORDS)

    with Scheduler(load=load) as scheduler, running(scheduler=scheduler) as here:
        status, text = get(here, "/ready")
        loaded.set()

    assert (status, json.loads(text)["ready"]) == (503, False)
    assert "model" in json.loads(text)


def test_on_one_machine_a_call_that_names_nobody_is_its_users() -> None:
    with running() as here, source(here) as wire:
        welcome(wire, token=here.access.token)
        wire.send(protocol.write(protocol.End(seq=1, reason="hangup")))
        events = here.until_ended("call-0001")

    assert not [event for event in events if isinstance(event, Fault) and event.code == "no_agent"]


def test_too_many_calls_are_told_to_come_later() -> None:
    with running() as here, source(here) as first, source(here) as second:
        here.service.board.most = 1
        welcome(first, token=here.access.token)
        second.send(
            protocol.write(
                protocol.Hello(
                    token=here.access.token, call_id="call-0002", channels=("agent", "customer")
                )
            )
        )
        fault = protocol.read_server(str(second.recv(timeout=30)))
        with pytest.raises(ConnectionClosed) as closed:
            second.recv(timeout=30)

    assert isinstance(fault, protocol.Fault)
    assert (fault.code, fault.retry_after) == ("full", 5.0)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1013


def test_a_wrong_token_is_refused() -> None:
    with running() as here, source(here) as wire:
        wire.send(
            protocol.write(
                protocol.Hello(token="guessed", call_id="call-0001", channels=("agent", "customer"))
            )
        )
        with pytest.raises(ConnectionClosed) as closed:
            wire.recv(timeout=30)

    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401
    assert here.events == []


class Busy(Scheduler):
    """Says that partials have given way, as long as the test wants."""

    pressed = True

    @property
    def hop(self) -> int:
        return HOPS[-1] if self.pressed else HOPS[0]


def test_a_machine_that_is_too_busy_says_so_to_running_and_new_calls() -> None:
    scheduler = Busy(ScriptedRecogniser(()))
    with (
        scheduler,
        running(scheduler=scheduler) as here,
        source(here) as wire,
        source(here) as late,
    ):
        welcome(wire, token=here.access.token)
        here.until(lambda events: [e for e in events if is_saturated(e) and e.active])
        level = get(here, "/metrics")[1]
        welcome(late, token=here.access.token, call_id="call-0002")
        here.until(lambda events: sum(map(is_saturated, events)) == 2)
        scheduler.pressed = False
        here.until(lambda events: sum(map(is_saturated, events)) == 4)

    assert "assist_shed_level 3.0" in level
    assert [e.active for e in here.events if is_saturated(e)] == [True, True, False, False]


def is_saturated(event: Event) -> TypeGuard[Fault]:
    return isinstance(event, Fault) and event.code == "saturated"
