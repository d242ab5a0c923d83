"""What this workplace made of the nudges: votes a cue, kept on this machine alone.

A cue that the agent mostly finds unhelpful is shown later, then no more during a call. It is a
setting of the screen, never a score: nothing about it leaves the machine, and `reset` forgets it.
"""

import logging
import os
import tempfile
from math import comb
from pathlib import Path

import msgspec
from platformdirs import user_state_path

from assist.errors import SettingsError
from assist.events import CallSettings, Event, NudgeFeedback, NudgeShown

HELPFUL_BEFORE, AGAINST_BEFORE = 3, 1
"""What is believed of a cue before anybody voted: Beta(3, 1)."""
UNHELPFUL = 0.4
"""A cue that helps less often than this …"""
CERTAIN = 0.9
"""… with this much certainty …"""
ENOUGH = 8
"""… after so many votes is demoted by one level, and its votes count anew."""
LOWEST = 2
"""Levels: 1 = one priority later, 2 = not during the call."""


class Votes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The votes on one cue since it was demoted last."""

    helpful: int = 0
    against: int = 0
    level: int = 0

    def plus(self, *, helpful: bool) -> "Votes":
        """Return the votes with one more; enough against it demote the cue."""
        good, bad = self.helpful + helpful, self.against + (not helpful)
        if self.level < LOWEST and good + bad >= ENOUGH and unhelpful(good, bad) > CERTAIN:
            return Votes(level=self.level + 1)
        return Votes(good, bad, self.level)


def unhelpful(helpful: int, against: int) -> float:
    """Return how likely it is that a cue helps less often than `UNHELPFUL`, after these votes.

    The distribution function of Beta(a, b) at x, for whole a and b, is the chance of a or more
    successes in a + b - 1 trials of probability x.
    """
    a, b = HELPFUL_BEFORE + helpful, AGAINST_BEFORE + against
    trials = a + b - 1
    return sum(
        comb(trials, k) * UNHELPFUL**k * (1 - UNHELPFUL) ** (trials - k)
        for k in range(a, trials + 1)
    )


def default_file() -> Path:
    """Return where this user's votes are kept."""
    return user_state_path("call-assist", appauthor=False) / "feedback.json"


def read(file: Path) -> dict[str, Votes]:
    """Read the votes by cue; none were given where there is no file.

    Raises:
        SettingsError: the file cannot be read, or holds something else; the sentence says what to
            do.
    """
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Votes])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(
            f"{file} does not hold the votes on nudges ({error});"
            " forget them with `assist feedback reset`"
        ) from error


def write(file: Path, votes: dict[str, Votes]) -> None:
    """Write the votes in one step, so that no crash leaves half of them.

    Raises:
        SettingsError: the file cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(number, "wb") as half:
            half.write(msgspec.json.encode(votes))
        os.replace(name, file)
    except OSError as error:
        raise SettingsError(f"cannot write the votes on nudges to {file}: {error}") from error


def settings(votes: dict[str, Votes]) -> CallSettings:
    """Return what the votes change, as a call's settings say it."""
    later = tuple(cue for cue, one in sorted(votes.items()) if one.level == 1)
    hidden = tuple(cue for cue, one in sorted(votes.items()) if one.level == LOWEST)
    return CallSettings(later=later, hidden=hidden)


class Ballot:
    """Take the agent's verdicts from the events of calls and keep them.

    Args:
        file: where they are kept.
        votes: those that were given before.
    """

    def __init__(self, file: Path, votes: dict[str, Votes]) -> None:
        self._file = file
        self._votes = dict(votes)
        self._shown: dict[str, str] = {}

    def observe(self, event: Event) -> None:
        """Remember which cue a nudge was about; count a verdict on it.

        A call never ends because a vote could not be written: that is logged.
        """
        if isinstance(event, NudgeShown):
            self._shown[event.id] = event.cue
        elif isinstance(event, NudgeFeedback) and event.id in self._shown:
            cue = self._shown[event.id]
            before = self._votes.get(cue, Votes())
            self._votes[cue] = before.plus(helpful=event.verdict == "helpful")
            try:
                write(self._file, self._votes)
            except SettingsError as error:
                logging.getLogger(__name__).warning("%s", error)
