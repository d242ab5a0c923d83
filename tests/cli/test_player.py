import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assist.cli.player import Player
from assist.evaluate.calls import CallFacts, LabelledCall, LabelledWord
from assist.events import (
    CallEnded,
    CallStarted,
    CallUpdated,
    Event,
    NudgeDismissed,
    Tick,
    TranscriptFinal,
)
from tests.audio.sound import write
from tests.cli.written import compose


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    silence = np.zeros((2 * 16_000, 2), np.int16)
    return write(tmp_path / "call.wav", silence, codec="pcm_s16le", rate=16_000)


CALL = LabelledCall(
    call=CallFacts(
        id="c",
        language="en",
        source="authored",
        licence="CC0-1.0",
        duration=2000,
        issue=("router",),
    ),
    words=(LabelledWord(channel="agent", text="hello", start=300, end=600, at=700),),
)


def play(sound: Path, react: Callable[[Player, Event], None]) -> list[Event]:
    """Play the call; `react` sees each event when it is published."""
    seen: list[Event] = []

    def publish(event: Event) -> None:
        seen.append(event)
        react(player, event)

    player = Player(compose, publish, live=False)
    played = player.play(CALL, sound)
    assert played.events == seen
    return seen


def test_a_call_is_played_from_its_start_to_its_end(sound: Path) -> None:
    seen = play(sound, lambda player, event: None)

    assert [type(event) for event in seen[:2]] == [CallStarted, CallUpdated]
    assert isinstance(seen[-1], CallEnded)
    assert (seen[-1].reason, seen[-1].at) == ("hangup", 2000)
    assert [event.words[0].text for event in seen if isinstance(event, TranscriptFinal)] == [
        "hello"
    ]


def test_a_command_reaches_the_call_in_the_same_step(sound: Path) -> None:
    def dismiss(player: Player, event: Event) -> None:
        if isinstance(event, Tick) and event.at == 1000:
            player.tell(NudgeDismissed(at=0, id="n1"))

    seen = play(sound, dismiss)

    assert [event.at for event in seen if isinstance(event, NudgeDismissed)] == [1000]


def test_a_command_after_a_call_does_not_reach_the_next(sound: Path) -> None:
    player = Player(compose, lambda event: None, live=False)
    player.tell(NudgeDismissed(at=0, id="n1"))

    played = player.play(CALL, sound)

    assert not [event for event in played.events if isinstance(event, NudgeDismissed)]


def test_a_flood_of_commands_is_cut(sound: Path) -> None:
    def flood(player: Player, event: Event) -> None:
        if isinstance(event, CallStarted):
            for number in range(1000):
                player.tell(NudgeDismissed(at=0, id=str(number)))

    seen = play(sound, flood)

    assert sum(isinstance(event, NudgeDismissed) for event in seen) == 64


def test_a_stopped_player_ends_the_call_in_order(sound: Path) -> None:
    def stop(player: Player, event: Event) -> None:
        if isinstance(event, Tick):
            player.stop()

    seen = play(sound, stop)

    assert isinstance(seen[-1], CallEnded)
    assert (seen[-1].reason, seen[-1].at) == ("stopped", 500)


def test_a_live_play_takes_as_long_as_the_call(sound: Path) -> None:
    player = Player(compose, lambda event: None, live=True)
    before = time.monotonic()

    player.play(CALL, sound)

    assert time.monotonic() - before >= 1.99


def test_only_a_live_player_pauses() -> None:
    player = Player(compose, lambda event: None, live=False)
    before = time.monotonic()

    assert player.pause(60)
    assert time.monotonic() - before < 5


def test_a_stopped_player_does_not_pause() -> None:
    player = Player(compose, lambda event: None, live=True)
    player.stop()

    assert not player.pause(60)
