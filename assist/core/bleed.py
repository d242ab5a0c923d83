"""Which sound of one channel is only the other's, leaking through a headset or a telephone line.

The other side's voice is heard faintly in a channel: out of the earpiece into the microphone, or
back from the far end of the line. The leak follows the other channel, later by up to 120 ms and
quieter by an amount that stays the same for a call. So a window that is quieter than the other
channel by as much as the leak always is, is the leak; somebody who really speaks is louder.

How strong leaks are: a hands-free telephone has to hold the other's voice back by 35 dB, a handset
by some 50 (weighted terminal coupling loss of ITU-T P.342 and of TIA-920-A), and nobody hears that.
Cheap headsets at full volume and lines with a poor echo canceller are taken to let 15 to 30 dB
through. The bare hybrid of an analogue line holds back 11 dB, at worst 6 (ITU-T G.122 and G.131):
loudness alone does not tell that from a person who speaks softly. It is not held for a leak, nor is
what comes later than `DELAY`.
"""

from collections import deque

_SILENCE = -100.0
LEAST = 12.0
"""Decibels by which a leak is quieter than its source, at least: who really speaks while the other
does is seldom quieter than that."""
MARGIN = 3.0
"""Decibels by which single windows of a leak are louder than it mostly is: what leaks has another
colour than its source, so that hissing sounds and vowels do not lose the same."""
DELAY = 4
"""Windows (of 32 ms) by which a leak comes later, at most."""
_COMPARED = 2 * DELAY + 1
FADES = 5.0
"""Decibels a window by which the sound of a room fades: 60 dB in 400 ms, an office."""
LOUD = 15.0
"""Decibels below the source's recent loudest within which it counts as sounding."""
FORGETS = 0.03
"""Decibels a window by which the recent loudest is forgotten: about one a second."""
QUIETEST = -60.0
"""A source below this, in dB of full scale, leaks nothing that could be heard."""
OWN = 6.0
"""A channel that is not quieter than the source by so many decibels has sound of its own."""
ENOUGH, KEPT = 31, 94
"""Windows of a sounding source before anything is learned, and that are remembered: 1 s and 3 s."""


class Bleed:
    """Judge the sound of one channel by the other's, its source; loudness in dB of full scale."""

    def __init__(self) -> None:
        self._own = deque([_SILENCE] * _COMPARED, maxlen=_COMPARED)
        self._source = deque([_SILENCE] * _COMPARED, maxlen=_COMPARED)
        self._reach = _SILENCE
        """The loudest of the source that may be leaking now."""
        self._peak = QUIETEST
        self._losses: deque[float] = deque(maxlen=KEPT)
        """How far this channel was below the source while that sounded."""

    @property
    def bound(self) -> float:
        """How far below its source, in decibels, sound is held for a leak.

        It follows the last seconds in which the source sounded. Where the channel was all but
        silent meanwhile there is no leak, and soft speech over the other's is heard. The lower
        quartile stands for them all: the other quarter may be people who really speak.
        """
        if len(self._losses) < ENOUGH:
            return LEAST
        return max(LEAST, sorted(self._losses)[len(self._losses) // 4] - MARGIN)

    def push(self, own: float, source: float) -> bool:
        """Take one window of both channels; tell whether this one only holds the other's sound."""
        self._own.append(own)
        self._source.append(source)
        self._reach = max(self._reach - FADES, *list(self._source)[-DELAY - 1 :])
        self._learn()
        return self._reach >= QUIETEST and self._reach - own >= self.bound

    def _learn(self) -> None:
        """Compare the loudest of both.

        Whatever the delay, the leak of what the source held lies within the windows since then.
        """
        self._peak = max(self._peak - FORGETS, self._source[-1])
        sounded = max(list(self._source)[: DELAY + 1])
        loss = sounded - max(self._own)
        if sounded >= max(self._peak - LOUD, QUIETEST) and loss >= OWN:
            self._losses.append(loss)
