"""The steam that a customer let off, and whether the agent has answered it with empathy."""

from assist.core.acts import Act
from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.events import CueCleared, CueDetected, Event

EMPATHY = ("empathy_cognitive", "empathy_attentive", "empathy_affective")
"""The best first: understanding and attention are worth more than regret (docs/cues.md)."""
TAKEN_BACK = ("retracted", "corrected")
"""A cue that ended so was none."""
_SHORT = 3
"""Words of a question that asks nothing but what was said."""


def asks_again(clause: Clause) -> bool:
    """Tell whether somebody has not understood ("Sorry?"), which is no regret."""
    return clause.question and len(clause.words) <= _SHORT


class Steam:
    """Follow the cue `venting`; one object for each detector that needs it."""

    def __init__(self) -> None:
        self.venting: CueDetected | None = None
        """The latest venting, also when it is over."""
        self.answered: Act | None = None
        """The latest empathy of the agent since that venting began."""
        self._ended: int | None = None

    def observe(self, event: Event, talk: Conversation) -> None:
        """Look at one event after the conversation took it."""
        if isinstance(event, CueDetected) and event.cue == "venting":
            self.venting, self._ended = event, None
            self.answered = next(
                (
                    act
                    for clause in talk.clauses_since("agent", event.end)
                    if (act := talk.says(clause, *EMPATHY)) is not None
                ),
                None,
            )
        elif isinstance(event, CueCleared) and self.venting and event.id == self.venting.id:
            self.venting = None if event.reason in TAKEN_BACK else self.venting
            self._ended = event.at
        if self.answered is not None and self.answered.clause in talk.dropped:
            self.answered = None
        late = talk.correction.clauses if talk.correction is not None else ()
        for clause in (*talk.closed, *late):
            if clause.channel == "agent" and not asks_again(clause):
                self.answered = talk.says(clause, *EMPATHY) or self.answered

    def rises(self, moment: int, within: int) -> bool:
        """Tell whether the customer vented at a moment, or had so `within` ms before it."""
        if self.venting is None or moment < self.venting.start:
            return False
        return self._ended is None or moment - self._ended <= within
