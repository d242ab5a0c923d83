"""`sympathy_not_empathy`: the agent tells an own story, or sides against the company."""

from typing import ClassVar

from assist.core.acts import Act
from assist.core.detector import Scene
from assist.core.spotting import Spotting
from assist.events import Channel, CueDetected, Event


class Sympathy(Spotting):
    """Look for the phrases once the customer has said what it is about."""

    cue: ClassVar[str] = "sympathy_not_empathy"
    acts: ClassVar[tuple[str, ...]] = ("own_story", "sympathy")
    confidence: ClassVar[float] = 0.8
    early: ClassVar[bool] = True

    def fits(self, act: Act, scene: Scene) -> bool:
        """Tell whether it is said of the matter: neither asked nor small talk at the end."""
        talk = scene.conversation
        return talk.stage not in (None, "close") and not talk.asks(act.clause)

    def over(self, cue: CueDetected, event: Event, scene: Scene) -> Channel | None:
        """Return the agent who asks about the customer's matter, or sums it up."""
        talk = scene.conversation
        back = (
            c.channel == "agent" and (talk.asks(c) or talk.says(c, "summary")) for c in talk.closed
        )
        return "agent" if any(back) else None
