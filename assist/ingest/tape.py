"""Holds the sound of a live call until it is certain that no secret is in it, then gives it away.

The worker of the call fills it; what it gives away goes to whoever writes, who may stop it at any
time by taking `on` back.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assist.core.audio import STEP_MS, Samples, milliseconds
from assist.core.redaction import Silence
from assist.events import CHANNELS, Channel

LONGEST_MS = 60_000
"""So much sound may wait to become certain."""
CHUNK_MS = 200
"""So much is given away at a time."""
SECRETS = 4_096
"""Stretches that may wait for their sound."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Sound that may be kept."""

    at: int
    """Call clock at its first sample, in milliseconds."""
    pcm: NDArray[np.int16]
    """Shape (n, 2), the agent's first."""

    @property
    def end(self) -> int:
        """Call clock behind its last sample."""
        return self.at + milliseconds(len(self.pcm))


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A stretch that was given away and holds a secret after all."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Behind:
    """Sound was lost because it did not become certain in time."""


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing more comes."""


Part = Sound | Spoilt | Behind | Over


class Tape:
    """Take the sound of one call.

    Args:
        give: takes what is certain; called on the worker's thread.
    """

    def __init__(self, give: Callable[[Part], None]) -> None:
        self.on = False
        """Whether sound is wanted; whoever writes says so, from any thread."""
        self._give = give
        self._steps: deque[Sound] = deque()
        self._secrets: deque[Silence] = deque(maxlen=SECRETS)
        self._given = 0
        """Call clock up to which sound was given away."""
        self._over = False

    def take(self, at: int, step: Mapping[Channel, Samples]) -> None:
        """Take the next 20 ms of the call; a side without sound is silent."""
        if not self.on or self._over:
            self._steps.clear()
            return
        silent = np.zeros(len(next(iter(step.values()))), np.int16)
        sides = [step.get(channel, silent) for channel in CHANNELS]
        self._steps.append(Sound(at, np.stack(sides, axis=1)))
        if len(self._steps) * STEP_MS > LONGEST_MS:
            self._steps.clear()
            self._give(Behind())

    def advance(
        self, until: int | None, secrets: Iterable[Silence] = (), *, last: bool = False
    ) -> None:
        """Give away what is certain.

        Args:
            until: call clock up to which all secrets are known; None = they never will be.
            secrets: those that were found since the last time.
            last: whether the call is over.
        """
        self._learn(secrets)
        if until is None or not self.on:
            self._steps.clear()
        else:
            self._give_away(until, CHUNK_MS if not last else 0)
        if last and not self._over:
            self._over = True
            self._steps.clear()
            self._give(Over())

    def _learn(self, secrets: Iterable[Silence]) -> None:
        for secret in secrets:
            if secret.start < self._given:
                self._give(Spoilt(secret.start, secret.end))
            self._secrets.append(secret)

    def _give_away(self, until: int, least: int) -> None:
        while self._steps and (run := self._run(until)):
            jumps = len(run) < len(self._steps) and self._steps[len(run)].at != run[-1].end
            if len(run) * STEP_MS < least and not jumps:
                return  # more of it may come
            for _ in run:
                self._steps.popleft()
            self._given = run[-1].end
            self._give(Sound(run[0].at, np.concatenate([self._clean(one) for one in run])))
            while self._secrets and self._secrets[0].end <= self._given:
                self._secrets.popleft()

    def _run(self, until: int) -> list[Sound]:
        """Return the first steps that are certain and follow on one another."""
        run: list[Sound] = []
        for one in self._steps:
            if one.end > until or (run and run[-1].end != one.at):
                break
            run.append(one)
        return run

    def _clean(self, step: Sound) -> NDArray[np.int16]:
        """Return a step, silent on both sides where one tells a secret: the other may leak it."""
        told = any(one.start < step.end and one.end > step.at for one in self._secrets)
        return np.zeros_like(step.pcm) if told else step.pcm
