"""Both channels' sound → when somebody speaks; the other's voice in a channel is nobody there."""

from collections.abc import Collection, Mapping, Sequence

from assist.core.audio import SILENCE, Samples, Windows, milliseconds
from assist.core.bleed import Bleed
from assist.core.coupling import Coupling
from assist.core.gate import Edge
from assist.events import Channel, other
from assist.speech.ear import Ear
from assist.speech.vad import VoiceDetector

FORGIVEN_MS = 600
"""Missing sound up to this length ends no speech: what came in its place is ours."""
SYLLABLE = 3
"""Windows of nothing but the leak that are still a speaker's, between two syllables: 96 ms."""


class Ears:
    """Notice when somebody speaks.

    Args:
        vad: makes a speech detector for each channel.
        channels: whose sound comes.
    """

    def __init__(self, vad: VoiceDetector, channels: Sequence[Channel]) -> None:
        self._streams = {channel: vad.stream() for channel in channels}
        self._windows = {channel: Windows() for channel in channels}
        self._ears = {channel: Ear(stream) for channel, stream in self._streams.items()}
        self._leaks = {channel: Bleed() for channel in channels if other(channel) in channels}
        self._headset = Coupling() if len(self._leaks) > 1 else None
        """How the customer is heard in the agent's microphone, once that was measured."""
        self._run = 0
        """Windows of the agent's channel that in a row held nobody but the customer."""
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
        return {channel: ear.flush() for channel, ear in self._ears.items()}

    def skip(self, duration: int) -> None:
        """Let so many milliseconds pass unheard."""
        for ear in self._ears.values():
            ear.skip(duration)

    def _hear(self, windows: Mapping[Channel, Samples]) -> dict[Channel, Edge | None]:
        """Take one window of every channel."""
        loudness = {
            channel: self._streams[channel].measure(window) for channel, window in windows.items()
        }
        leaked = self._find_leaks(windows, loudness)
        return {
            channel: ear.push(
                windows[channel],
                loudness[channel],
                leaked=channel in leaked,
                missing=self._is_forgiven(channel, windows[channel]),
            )
            for channel, ear in self._ears.items()
        }

    def _is_forgiven(self, channel: Channel, window: Samples) -> bool:
        """Tell whether speech goes on over a window: nothing came, but not for long."""
        return 0 < self._missing[channel] <= FORGIVEN_MS and not window.any()

    def _find_leaks(
        self, windows: Mapping[Channel, Samples], loudness: Mapping[Channel, float]
    ) -> list[Channel]:
        """Return the channels that hold nobody but the other."""
        sources = {
            channel: SILENCE if self._leaked[channel] else level
            for channel, level in loudness.items()
        }
        for channel, leak in self._leaks.items():
            self._leaked[channel] = leak.push(loudness[channel], sources[other(channel)])
        if self._headset is not None:
            self._measure(self._headset, windows, loudness)
        return [channel for channel, leaked in self._leaked.items() if leaked]

    def _measure(
        self,
        headset: Coupling,
        windows: Mapping[Channel, Samples],
        loudness: Mapping[Channel, float],
    ) -> None:
        """Judge the agent's channel by what was measured of the headset, as soon as it is."""
        levels = loudness["agent"], loudness["customer"]
        alone = headset.push(windows["agent"], windows["customer"], levels)
        if headset.level is None:
            return
        self._run = self._run + 1 if alone else 0
        between = self._ears["agent"].gate.open and self._run <= SYLLABLE
        self._leaked["agent"] = alone and not between
