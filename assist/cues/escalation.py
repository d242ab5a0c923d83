"""`customer_escalates`: the customer threatens, or the complaint flares up after the agent's turn.

Words and their score only (docs/cues.md); a customer who lets off steam for the first time does
not escalate.
"""

from collections import deque
from collections.abc import Iterator

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.core.detector import Scene
from assist.core.spotting import Spot, Spotting
from assist.events import Channel, CueDetected, Event, NumberEvidence

CUE = "customer_escalates"
RISE = 3.0
"""So many points of wording more than the lowest since the agent's turn."""
AFTER_TURN = 15_000
"""The rise must come within so many milliseconds of the end of a turn of the agent."""
RESTS, LONGEST = 1200, 2500
"""A rise is told of with the end of its clause, or so many milliseconds after the last words that
count; not later than so many after it was reached."""
SOOTHED = 10_000
"""So long after a phrase of empathy, in milliseconds, it is over."""


class Escalation(Spotting):
    """Hear threats; compare the score with what it was when the agent had spoken."""

    cue = CUE
    who = "customer"
    acts = ("threat",)
    early = True
    lingers = 1500
    lasts = 60_000

    def __init__(self) -> None:
        super().__init__()
        self._scores: deque[tuple[int, float]] = deque(maxlen=200)
        """Moment and points from words, the latest last."""
        self._turn = 0
        """End of the agent's turn after which a rise was last told of: one rise each."""
        self._risen: int | None = None
        """Since when the rise has been high enough."""
        self._before = 0.0
        """The score before the cue that stands."""
        self._soothed: int | None = None
        self._under_way: int | None = None
        """When the opening was over: what follows the greeting is the first time."""

    def look(self, event: Event, scene: Scene) -> Iterator[Spot]:
        """Yield the rise of the score after a turn of the agent."""
        talk, score = scene.conversation, scene.complaint.words
        self._scores.append((talk.now, score))
        if talk.stage in (None, "opening"):
            return
        if self._under_way is None:
            self._under_way = talk.now
        if talk.speaker != "customer":
            return
        turn = self._last_turn(talk) if score >= RISE else None
        if turn is None or turn == self._turn:
            self._risen = None
            return
        lowest = min(points for at, points in self._scores if at >= turn)
        if score - lowest < RISE:
            self._risen = None
            return
        self._risen = talk.now if self._risen is None else self._risen
        clause = _newest(talk)
        if clause is not None and clause.start >= turn and self._told(clause, scene):
            self._turn, self._before, self._risen = turn, lowest, None
            rise = NumberEvidence(name="rise", value=round(score - lowest, 1), threshold=RISE)
            yield Spot(clause, "RISE", (rise, clause.evidence()), self.confidence, counted=True)

    def _told(self, clause: Clause, scene: Scene) -> bool:
        """Tell whether the words that bring the rise are over, or have gone on for long enough."""
        now = scene.conversation.now
        rests = now - scene.complaint.newest() >= RESTS
        return clause.closed or rests or (self._risen is not None and now - self._risen >= LONGEST)

    def over(self, cue: CueDetected, event: Event, scene: Scene) -> Channel | None:
        """End it when the agent's empathy has had its time, or when the score is back."""
        talk = scene.conversation
        if any(c.channel == "agent" and talk.says(c, "empathy") for c in talk.closed):
            self._soothed = talk.now
        calm = cue.rule.endswith("RISE") and scene.complaint.words <= self._before
        soothed = self._soothed is not None and talk.now - self._soothed >= SOOTHED
        if calm or (soothed and self._soothed is not None and self._soothed >= cue.at):
            return "agent"
        return None

    def _last_turn(self, talk: Conversation) -> int | None:
        """Return the end of the agent's last substantive turn, if that was just now."""
        since = max(self._under_way or 0, talk.now - AFTER_TURN)
        turns = talk.turns("agent", 0, ended=since)
        return turns[-1].end if turns else None


def _newest(talk: Conversation) -> Clause | None:
    """Return the customer's newest clause, finished or not."""
    side = talk.sides["customer"]
    return side.open_clause or (side.clauses[-1] if side.clauses else None)
