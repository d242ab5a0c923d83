"""Second opinions: a final is heard again by a larger model when nobody waits for anything else.

Nobody waits for them either: what the larger model does not get to is given up, and so is all that
is open when the call ends.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future

from assist.core.utterance import Utterance
from assist.events import Event, Fault
from assist.speech.pool import SpeechPool
from assist.speech.recogniser import Heard, Request

LONGEST = 28_000
"""Sound of an utterance that can be heard again as a whole, in milliseconds: a recogniser takes
30 s, the margin of silence behind the speech included."""


class SecondOpinions:
    """The open questions of one channel, and the corrections that come of them.

    Args:
        pool: where the larger model listens.
    """

    def __init__(self, pool: SpeechPool) -> None:
        self._pool = pool
        self._asked: deque[tuple[Utterance, Future[Heard]]] = deque()
        self._over = False

    def ask(self, utterance: Utterance, request: Request) -> None:
        """Hand in the sound of an utterance that has just become final."""
        if not self._over:
            self._asked.append((utterance, self._pool.submit(request)))

    @property
    def open_from(self) -> int | None:
        """From where on words may yet be corrected, in milliseconds; None = none may."""
        return min((utterance.begun for utterance, _ in self._asked), default=None)

    def collect(self, now: int) -> Iterator[Event]:
        """Yield the finals that are corrected now; those given up by the pool tell nothing."""
        ready = [asked for asked in self._asked if asked[1].done()]
        for asked in ready:
            self._asked.remove(asked)
            utterance, future = asked
            if future.cancelled() or self._over:
                continue
            if error := future.exception():
                self.give_up()
                why = str(error).rstrip(".")
                text = f"The second opinion failed ({why}): the first opinions stand."
                yield Fault(at=now, code="second_opinion_failed", text=text)
                continue
            heard = future.result()
            final = None if heard.guards else utterance.correct(heard.words, now)
            if final is not None:
                yield final

    def give_up(self) -> None:
        """Take back what is open, and ask nothing more."""
        self._over = True
        for _, future in self._asked:
            future.cancel()
        self._asked.clear()
