"""Hold: the customer waits, announced by the agent, in silence or with music."""

from collections.abc import Iterator

from assist.core.clauses import Clause
from assist.core.conversation import Conversation
from assist.events import Event, HoldEnded, HoldStarted

ANNOUNCED = ("hold", "looking")
"""What announces a wait; reason and length together do so, too."""
SILENCE = 3000
"""Silence of the agent, or sound without a word, in milliseconds, that makes a hold of it."""
FORGOTTEN = 6000
"""An announcement that the agent spoke on from for so many milliseconds led to no hold."""
BACK = 500
"""Speech of the agent, in milliseconds, from which he may be back."""
ANSWER = 300
"""Speech of the customer, in milliseconds, that answers him."""


def announces(clause: Clause, talk: Conversation) -> bool:
    """Tell whether the agent says in the clause that the customer is to wait."""
    if clause.channel != "agent":
        return False
    if talk.says(clause, *ANNOUNCED) is not None:
        return True
    told = talk.says(clause, "hold_reason"), talk.says(clause, "hold_duration")
    return None not in told


class Holding:
    """Tell of the beginning and the end of each hold."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._said: Clause | None = None
        self._start = 0

    def observe(self, event: Event) -> Iterator[Event]:
        """Look at one event after the conversation took it."""
        talk = self._talk
        self._listen()
        if talk.on_hold:
            if self._is_back():
                self._said = None
                turn = talk.floor.sides["agent"].turn
                end = turn.start if turn is not None else talk.now
                yield HoldEnded(at=talk.now, start=self._start, end=end)
            return
        start = self._quiet_since()
        if self._said is None or start is None or talk.now - start < SILENCE:
            return
        if start - self._said.end > FORGOTTEN:
            self._said = None
            return
        self._start = start
        yield HoldStarted(at=talk.now, start=start, evidence=(self._said.evidence(),))

    def _listen(self) -> None:
        """Remember the newest announcement, unless it was misheard."""
        talk = self._talk
        if self._said in talk.dropped:
            rewritten = talk.correction.clauses if talk.correction else ()
            self._said = next((c for c in rewritten if announces(c, talk)), None)
        for clause in talk.closed:
            if announces(clause, talk):
                self._said = clause

    def _quiet_since(self) -> int | None:
        """Return since when the agent's side has been silent, or sounds without a word."""
        talk, floor = self._talk, self._talk.floor
        if not floor.speaking("agent"):
            return talk.now - floor.silence("agent")
        turn = floor.sides["agent"].turn
        if turn is None or self._said is None or turn.start < self._said.end:
            return None
        return None if self._words_since(turn.start) else turn.start

    def _is_back(self) -> bool:
        """Tell whether the agent speaks to the customer again: music and muttering do not count."""
        talk, floor = self._talk, self._talk.floor
        turn = floor.sides["agent"].turn
        if turn is None or turn.end <= self._start or floor.turn_length("agent") < BACK:
            return False
        if not talk.has_words:
            return True
        if not self._words_since(max(turn.start, self._start)):
            return False
        answered = floor.spoken("customer", turn.start + BACK, talk.now) >= ANSWER
        closed = talk.clauses_since("agent", max(turn.start, self._start))
        greeted = any(talk.says(c, "check_in") or talk.asks(c) for c in closed)
        return answered or greeted or talk.substantive("agent")

    def _words_since(self, start: int) -> bool:
        return bool(self._talk.words_since("agent", start - 150, unstable=True))
