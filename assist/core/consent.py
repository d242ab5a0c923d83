"""Who agreed to what: consent as a state machine, a call, a side and a purpose each; pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

from assist.errors import ProtocolError
from assist.events import CHANNELS, Channel

Purpose = Literal["assist", "transcript", "record", "review"]
"""Live words in memory; words kept; sound kept; use after the call."""
State = Literal["unknown", "informed", "granted", "refused", "withdrawn"]

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
MOVES: Mapping[State, tuple[State, ...]] = {
    "unknown": ("informed",),
    "informed": ("granted", "refused"),
    "granted": ("withdrawn",),
    "refused": (),
    "withdrawn": (),
}
"""Every legal move; what was refused or withdrawn stays so for this call."""
STOPPED: tuple[State, ...] = ("refused", "withdrawn")


@dataclass(frozen=True, slots=True)
class Consents:
    """The states of one call; what is not named is unknown.

    Args:
        states: by side and purpose.
        basis: whether the operator states why words may be heard at all.
    """

    states: Mapping[tuple[Channel, Purpose], State]
    basis: bool = True

    def of(self, channel: Channel, purpose: Purpose) -> State:
        """Return where one side stands."""
        return self.states.get((channel, purpose), "unknown")

    def move(self, channel: Channel, purpose: Purpose, state: State) -> "Consents":
        """Return the consents after one move.

        Raises:
            ProtocolError: there is no such move.
        """
        before = self.of(channel, purpose)
        if state not in MOVES[before]:
            raise ProtocolError(
                f"consent of the {channel} to {purpose} cannot go from {before} to {state}"
            )
        return Consents({**self.states, (channel, purpose): state}, self.basis)

    def may(self, purpose: Purpose) -> bool:
        """Tell whether something may be done for a purpose now."""
        if purpose == "record":
            return self._all("record", "granted")
        heard = self.basis and self._all("assist", "informed", "granted")
        return heard and not any(self.of(channel, purpose) in STOPPED for channel in CHANNELS)

    def _all(self, purpose: Purpose, *states: State) -> bool:
        return all(self.of(channel, purpose) in states for channel in CHANNELS)


def initial(announced: Collection[Purpose] | None) -> Consents:
    """Return the consents with which a call begins.

    Args:
        announced: the purposes that an announcement before the call tells both sides of; None =
            the operator states no basis, and words live only as long as their call.
    """
    if announced is None:
        states: dict[Purpose, State] = {
            "assist": "informed",
            "record": "refused",
            "review": "refused",
        }
    else:
        states = dict.fromkeys(announced, "informed")
    return Consents({(c, p): state for c, (p, state) in product(CHANNELS, states.items())})
