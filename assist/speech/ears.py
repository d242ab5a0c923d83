"""Both channels' sound → when somebody speaks; the other's voice in a channel is nobody there."""

from collections.abc import Collection, Mapping, Sequence

from assist.core.audio import SILENCE, Samples, Windows, milliseconds
from assist.core.bleed import Bleed
from assist.core.gate import Edge, Gate
from assist.events import Channel, other
from assist.speech.vad import VoiceDetector

FORGIVEN_MS = 600
"""Missing sound up to this length ends no speech: what came in its place is ours."""


class Ears:
    """Notice when somebody speaks.

    Args:
        vad: makes a speech detector for each channel.
        channels: whose sound comes.
    """

    def __init__(self, vad: VoiceDetector, channels: Sequence[Channel]) -> None:
        self._streams = {channel: vad.stream() for channel in channels}
        self._windows = {channel: Windows() for channel in channels}
        self._gates = {channel: Gate() for channel in channels}
        self._leaks = {channel: Bleed() for channel in channels if other(channel) in channels}
        self._leaked = dict.fromkeys(channels, False)
        """Whether the last window held nobody but the other: it leaks nothing back."""
        self._missing = dict.fromkeys(channels, 0)
        """How long nothing of a channel has come, in milliseconds."""

    def push(
        self, step: Mapping[Channel, Samples], *, missing: Collection[Channel] = ()
    ) -> dict[Channel, Edge | None]:
        """Take the next sound of every channel, all of one length.

        Args:
            step: the sound.
            missing: channels of which none came: what stands for it is not evidence of silence.

        Returns:
            For each channel the last change that the sound brings; 20 ms bring one at most.
        """
        for channel, pcm in step.items():
            gone = channel in missing
            self._missing[channel] = gone * (self._missing[channel] + milliseconds(len(pcm)))
        edges: dict[Channel, Edge | None] = dict.fromkeys(self._streams)
        cut = [self._windows[channel].push(step[channel]) for channel in edges]
        for windows in zip(*cut, strict=True):
            for channel, edge in self._hear(dict(zip(edges, windows, strict=True))).items():
                edges[channel] = edge or edges[channel]
        return edges

    def flush(self) -> dict[Channel, Edge | None]:
        """End all speech: at a pause, or the call's end."""
        return {channel: gate.flush() for channel, gate in self._gates.items()}

    def skip(self, duration: int) -> None:
        """Let so many milliseconds pass unheard."""
        for gate in self._gates.values():
            gate.skip(duration)

    def _hear(self, windows: Mapping[Channel, Samples]) -> dict[Channel, Edge | None]:
        """Take one window of every channel."""
        voices = {
            channel: self._streams[channel].probability(window)
            for channel, window in windows.items()
        }
        loudness = {channel: stream.loudness for channel, stream in self._streams.items()}
        for channel in self._find_leaks(loudness):
            voices[channel] = 0.0
        return {
            channel: self._judge(channel, windows[channel], voices[channel], loudness[channel])
            for channel in self._gates
        }

    def _judge(self, channel: Channel, window: Samples, voice: float, level: float) -> Edge | None:
        """Let the gate decide; speech goes on over a short stretch of which nothing came."""
        gate, duration = self._gates[channel], milliseconds(len(window))
        if gate.open and 0 < self._missing[channel] <= FORGIVEN_MS and not window.any():
            gate.skip(duration)
            return None
        return gate.push(voice, duration, level)

    def _find_leaks(self, loudness: Mapping[Channel, float]) -> list[Channel]:
        """Return the channels that hold nobody but the other."""
        sources = {
            channel: SILENCE if self._leaked[channel] else level
            for channel, level in loudness.items()
        }
        for channel, leak in self._leaks.items():
            self._leaked[channel] = leak.push(loudness[channel], sources[other(channel)])
        return [channel for channel, leaked in self._leaked.items() if leaked]
