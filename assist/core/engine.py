"""Engine.feed: one event in, that event and all that follows from it out."""

from collections import deque
from collections.abc import Iterator

import msgspec

from assist.core.beat import is_close
from assist.core.complaint import Complaint
from assist.core.conversation import Conversation
from assist.core.detector import Scene, Table
from assist.core.lexicon import lexicon
from assist.core.operator import own_cues
from assist.core.policy import Policy
from assist.core.sieve import Sieve
from assist.core.stages import Stages
from assist.core.watch import Watch
from assist.errors import ProtocolError
from assist.events import Event
from assist.playbooks import Playbook


class Engine:
    """The heart of one call: the same object live and in replay; it reads no clock.

    Args:
        call_id: written on every event.
        playbook: what to notice and what to say.
        table: the cues, `assist.cues.TABLE`; those of the playbook's own are added.
    """

    def __init__(self, *, call_id: str, playbook: Playbook, table: Table) -> None:
        self.conversation = Conversation(lexicon(playbook))
        complaint = Complaint(self.conversation)
        self._scene = Scene(self.conversation, complaint)
        self._complaint = complaint
        self._watch = Watch(self.conversation)
        self._stages = Stages(self.conversation, complaint)
        table = (*table, *own_cues(playbook, table))
        self._detectors = [spec.detector() for spec in table]
        self._sieve = Sieve(table, self.conversation.trust)
        self._policy = Policy(table, self._scene)
        self._call_id = call_id
        self._seq = 0

    @property
    def tense(self) -> bool:
        """Whether time alone may decide something soon."""
        return self._policy.waits or is_close(self.conversation.floor)

    def feed(self, event: Event) -> Iterator[Event]:
        """Yield the event itself, numbered, then what follows from it, in the order of the log.

        Raises:
            ProtocolError: the event lies before an earlier one.
        """
        if event.at < self.conversation.now:
            raise ProtocolError(
                f"the event at {event.at} ms lies before {self.conversation.now} ms"
            )
        queue = deque([event])
        while queue:
            current = self._number(queue.popleft())
            yield current
            queue.extend(self._follow(current))

    def _follow(self, event: Event) -> Iterator[Event]:
        """Let every stage look at the event, in this order."""
        self.conversation.apply(event)
        self._complaint.apply(event)
        yield from self._watch.observe(event)
        yield from self._stages.observe(event)
        for detector in self._detectors:
            yield from self._sieve.sift(detector(event, self._scene))
        yield from self._policy.observe(event)

    def _number(self, event: Event) -> Event:
        self._seq += 1
        return msgspec.structs.replace(event, seq=self._seq, call_id=self._call_id)
