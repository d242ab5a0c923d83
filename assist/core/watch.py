"""Two plain facts of timing: both speak at once, nobody speaks."""

from collections.abc import Iterator

from assist.core.conversation import Conversation
from assist.events import Channel, Event, OverlapDetected, SilenceDetected, other

OVERLAP = 500
"""Both speak for so long, in milliseconds."""
SILENCE = 5000
"""Nobody speaks for so long, in milliseconds: the silence is long."""


class Watch:
    """Yield `overlap.detected` after 500 ms and `silence.detected` after 5000 ms, once each."""

    def __init__(self, conversation: Conversation) -> None:
        self._talk = conversation
        self._overlap_told = -1
        self._silence_told = -1

    def observe(self, event: Event) -> Iterator[Event]:
        """Look at one event after the conversation took it."""
        floor = self._talk.floor
        if self._talk.trust.lost:
            return
        agent, customer = floor.sides["agent"], floor.sides["customer"]
        if agent.speaking and customer.speaking:
            mine, theirs = agent.stretches[-1].start, customer.stretches[-1].start
            start = max(mine, theirs)
            if floor.now - start >= OVERLAP and start != self._overlap_told:
                self._overlap_told = start
                channel: Channel = "agent" if mine >= theirs else other("agent")
                yield OverlapDetected(at=floor.now, channel=channel, start=start)
        elif not agent.speaking and not customer.speaking:
            start = max(agent.last_end() or 0, customer.last_end() or 0)
            if (
                floor.now - start >= SILENCE
                and start != self._silence_told
                and not self._talk.on_hold
            ):
                self._silence_told = start
                yield SilenceDetected(at=floor.now, start=start)
