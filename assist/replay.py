"""A recording or a log → the same call as live; a log is also checked for drift."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from msgspec.structs import replace

from assist.audio.files import Recording, Step
from assist.call import Call
from assist.core.audio import RATE, STEP_MS, WINDOW, Samples, Windows
from assist.core.engine import Engine
from assist.core.redaction import Rules
from assist.cues import TABLE
from assist.errors import ProtocolError
from assist.events import INPUTS, CallSettings, CallStarted, Event, Fault, decode, encode
from assist.playbooks import Playbook
from assist.settings import LANGUAGES, load_playbook
from assist.speech.pool import SpeechPool
from assist.speech.recogniser import Recogniser, Sound, to_sound
from assist.speech.transcript_file import WrittenWords
from assist.speech.vad import VoiceDetector

ENOUGH_SPEECH = 6 * RATE
"""Samples of one channel from which the language is told."""
SEARCHED_MS = 120_000
"""How far into the recording speech is looked for."""
_BEFORE = 10
"""Windows kept from before the speech: a third of a second."""


def run(
    recording: Recording,
    *,
    vad: VoiceDetector,
    pool: SpeechPool | None = None,
    words: WrittenWords | None = None,
    language: str = "en",
    playbook: str = "",
    steps: Iterable[Step] | None = None,
    show: CallSettings | None = None,
    second: bool = False,
    call_id: str = "",
    agent: str = "",
    source: str = "file",
    secrets: Rules | None = None,
) -> Iterator[Event]:
    """Run a recording as a call and yield its events.

    Args:
        recording: not yet read.
        vad: makes a speech detector for each channel.
        pool: where words are heard; None = timing only, unless `words` are given.
        words: a written transcript in place of it.
        language: a code like `en`.
        playbook: its name or file; empty = the language's own.
        steps: the recording's steps, when something stands between, like `paced`.
        show: what the call shows; the playbook is filled in.
        second: whether the pool is asked for second opinions on finals.
        call_id: of the call; empty = the name of the file.
        agent: the workplace, where one is known.
        source: where the sound comes from, in a word.
        secrets: what is masked in the words; none = the standard.
    """
    name = call_id or recording.path.stem
    book = load_playbook(playbook or language)
    call = Call(
        name,
        Engine(call_id=name, playbook=book, table=TABLE),
        vad=vad,
        pool=pool,
        words=words,
        channels=recording.channels,
        language=language,
        source=source,
        agent=agent,
        settings=replace(
            show or CallSettings(), playbook=playbook if _is_file(playbook) else book.reference
        ),
        second=second,
        secrets=secrets,
    )
    yield from call.start()
    for step in steps or recording.steps():
        yield from call.push(step)
    if recording.broken:
        yield from call.tell(Fault(at=0, code="audio_broken", text=recording.broken))
    yield from call.end("end of recording")


def paced(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield steps as fast as they were spoken."""
    start = time.monotonic()
    for number, step in enumerate(steps, 1):
        ahead = start + number * STEP_MS / 1000 - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        yield step


def detect_language(recording: Recording, vad: VoiceDetector, recogniser: Recogniser) -> str:
    """Tell the language of a call from the first speech of whoever first said enough.

    Args:
        recording: read to be thrown away.
        vad: finds the speech.
        recogniser: knows the language.
    """
    collectors = [_Collector(vad) for _ in recording.channels]
    for number, step in enumerate(recording.steps()):
        for collector, pcm in zip(collectors, step.values(), strict=True):
            collector.push(pcm)
        longest = max(collectors, key=lambda collector: collector.length)
        if longest.length >= ENOUGH_SPEECH or number * STEP_MS >= SEARCHED_MS:
            break
    longest = max(collectors, key=lambda collector: collector.length)
    if not longest.length:
        return LANGUAGES[0]
    language, _ = recogniser.detect_language(longest.speech())
    return language if language in LANGUAGES else LANGUAGES[0]


class _Collector:
    """Keep the first speech of one channel, from shortly before it began."""

    def __init__(self, vad: VoiceDetector) -> None:
        self._stream = vad.stream()
        self._windows = Windows()
        self._before: deque[Samples] = deque(maxlen=_BEFORE)
        self._kept: list[Samples] = []

    @property
    def length(self) -> int:
        """Samples since the first speech."""
        return len(self._kept) * WINDOW

    def push(self, pcm: Samples) -> None:
        for window in self._windows.push(pcm):
            (probability,) = self._stream.probabilities([window])
            if probability >= 0.5 or self._kept:
                self._kept.extend((*self._before, window))
                self._before.clear()
            else:
                self._before.append(window)

    def speech(self) -> Sound:
        return to_sound(np.concatenate(self._kept)[:ENOUGH_SPEECH])


@dataclass(frozen=True, slots=True)
class Drift:
    """Where a replay first differs from its log."""

    line: int
    logged: str
    replayed: str


def read_log(path: Path) -> Iterator[tuple[int, bytes, Event]]:
    """Yield number, text and event of each line of a log.

    Raises:
        ProtocolError: a line is no event; the sentence names it.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ProtocolError(f"{path}: the log cannot be read.") from error
    if not lines:
        raise ProtocolError(f"{path}: the log is empty.")
    for number, line in enumerate(lines, 1):
        try:
            event = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ProtocolError(f"{path}, line {number}: this is no event: {error}.") from error
        if number == 1 and not isinstance(event, CallStarted):
            raise ProtocolError(f"{path}, line 1: a log begins with call.started.")
        yield number, line, event


def check(path: Path, *, playbook: str = "") -> Drift | None:
    """Feed a log's inputs to fresh engines; return the first line that comes out differently.

    Args:
        path: of a log of one call or several in turn.
        playbook: instead of the one that the log names.

    Raises:
        ProtocolError: the log is corrupt.
    """
    expected: deque[bytes] = deque()
    engine: Engine | None = None
    number = 0
    for number, line, event in read_log(path):
        if isinstance(event, CallStarted) and not expected:
            engine = _engine(event, playbook)
        if isinstance(event, INPUTS) and not expected and engine:
            expected.extend(_fed(engine, event, path, number))
        replayed = expected.popleft() if expected else b""
        if replayed != line:
            return Drift(number, line.decode(), replayed.decode())
    if expected:
        return Drift(number + 1, "", expected[0].decode())
    return None


def _fed(engine: Engine, event: Event, path: Path, number: int) -> Iterator[bytes]:
    try:
        yield from map(encode, engine.feed(event))
    except ProtocolError as error:
        raise ProtocolError(f"{path}, line {number}: {error}.") from error


def _engine(started: CallStarted, playbook: str) -> Engine:
    book = _recorded(started, playbook)
    return Engine(call_id=started.call_id, playbook=book, table=TABLE)


def _recorded(started: CallStarted, playbook: str) -> Playbook:
    """Load the playbook that a log names, the version left aside: the check shows what changed."""
    named = started.settings.playbook
    name = named if _is_file(named) else named.partition("@")[0]
    return load_playbook(playbook or name or started.language)


def _is_file(playbook: str) -> bool:
    return playbook.endswith(".toml")
