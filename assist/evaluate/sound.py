"""A labelled call's sound → events, through speech detection and the recogniser, as live."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from assist.audio.files import Recording
from assist.call import Call
from assist.core.detector import Table
from assist.core.engine import Engine
from assist.errors import AudioError
from assist.evaluate.calls import LabelledCall
from assist.events import Event
from assist.playbooks import Playbook
from assist.speech.pool import Inline
from assist.speech.vad import Vad
from assist.speech.whisper import Whisper, load


@lru_cache(maxsize=2)
def _model(name: str) -> Whisper:
    return load(name)


def listen(
    call: LabelledCall, sound: Path | None, playbook: Playbook, table: Table, model: str
) -> Iterator[Event]:
    """Yield all events of the call as its sound makes them.

    Raises:
        AudioError: the call has no sound, or it cannot be read.
        RecogniserError: the model cannot be loaded.
    """
    if sound is None:
        raise AudioError(f"the call {call.call.id} has no sound; leave out --audio")
    recording = Recording(sound)
    live = Call(
        call.call.id,
        Engine(call_id=call.call.id, playbook=playbook, table=table),
        vad=Vad(),
        pool=Inline(_model(model)),
        channels=recording.channels,
        language=call.call.language,
        issue=call.call.issue,
    )
    yield from live.start()
    for step in recording.steps():
        yield from live.push(step)
    yield from live.end()
