"""A client that is not ours plays Twilio: `streamdouble` against `assist serve`, both real.

Two processes and a feed: what streamdouble sends from the sound of a demo call must come out as the
events of a live call.
"""

import json
import os
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import pytest

from assist.audio.files import Recording
from assist.core.audio import RATE, Samples
from assist.events import CHANNELS, AudioGap, CallStarted, NudgeShown, TranscriptFinal
from tests.ingest.service import ROOT, Serving, events, serving

CALL = ROOT / "demo" / "calls" / "en-rough" / "audio.ogg"
CONFIG = "[ingest.twilio]\nenabled = true\n"
DOOR = "/ingest/twilio"
FRAME_MS = 20
PLAYER = which("streamdouble", path=os.fspath(Path(sys.executable).parent))
SECONDS = 3
WHOLE_S = 99
"""Longer than the demo call."""


def sides(folder: Path, seconds: float) -> dict[str, Path]:
    """Write both sides of the demo call's beginning; exactly so long."""
    steps = list(Recording(CALL).steps())[: int(seconds * 1000) // FRAME_MS]
    return {
        channel: _write(folder / f"{channel}.wav", np.concatenate([s[channel] for s in steps]))
        for channel in CHANNELS
    }


def _write(path: Path, pcm: Samples) -> Path:
    with wave.open(os.fspath(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.tobytes())
    return path


def played(door: str, sound: dict[str, Path], *options: str, agent: str) -> dict[str, Any]:
    """Let streamdouble call; return its report."""
    assert PLAYER, "the development dependency streamdouble is not installed"
    audio = ("--audio", str(sound["customer"]), "--agent-audio", str(sound["agent"]))
    fork = ("--fork", "--track", "both", "--strict-fork", "--param", f"agentId={agent}", "--json")
    command = (PLAYER, "call", door, *audio, *fork, *options)
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("service"), CONFIG) as running:
        yield running


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return sides(tmp_path_factory.mktemp("sound"), SECONDS)


def test_a_call_of_two_tracks_is_heard_in_full(service: Serving, sound: dict[str, Path]) -> None:
    report = played(service.at(DOOR), sound, agent="clean")

    begun, *_, ended = told = events(service, "clean")
    assert report["violations"] == []
    assert isinstance(begun, CallStarted)
    assert (begun.agent, begun.source, begun.channels) == ("clean", "twilio", CHANNELS)
    assert [event for event in told if isinstance(event, AudioGap)] == []
    assert ended.at == pytest.approx(SECONDS * 1000, abs=FRAME_MS)


def test_with_loss_and_jitter_the_clock_stays_true(
    service: Serving, sound: dict[str, Path]
) -> None:
    network = ("--packet-loss", ".05", "--jitter", "40", "--chaos-seed", "7")

    report = played(service.at(DOOR), sound, *network, agent="lossy")

    *told, ended = events(service, "lossy")
    gaps = [event for event in told if isinstance(event, AudioGap)]
    lost = report["frames_dropped"]
    assert report["violations"] == []
    assert lost
    assert {(gap.channel, gap.reason) for gap in gaps} == {("customer", "lost")}
    assert sum(gap.end - gap.start for gap in gaps) == lost * FRAME_MS
    assert ended.at == pytest.approx(SECONDS * 1000, abs=FRAME_MS)


@pytest.mark.slow
@pytest.mark.model
def test_words_and_nudges_of_a_whole_call_appear(tmp_path: Path) -> None:
    with serving(tmp_path, CONFIG, model=os.fspath(ROOT / "models" / "demo")) as running:
        report = played(running.at(DOOR), sides(tmp_path, WHOLE_S), agent="whole")

        told = events(running, "whole")

    assert report["violations"] == []
    finals = [event for event in told if isinstance(event, TranscriptFinal)]
    assert {event.channel for event in finals} == set(CHANNELS)
    assert any(isinstance(event, NudgeShown) for event in told)
    assert [event for event in told if isinstance(event, AudioGap)] == []
