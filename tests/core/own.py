"""Small playbooks with one cue of an operator's own, for its tests."""

from assist.core.engine import Engine
from assist.evaluate.calls import LabelledCall
from assist.evaluate.run import inputs
from assist.events import Event
from assist.playbooks import Playbook, parse

HEAD = 'name = "own"\nlanguage = "en"\nversion = 1\n'
SETS = """
[phrases.pears]
match = ["pears"]
[phrases.question]
match = ["do you"]
"""


def book(cue: str) -> Playbook:
    """Return a playbook with the cue `own`, whose keys are given."""
    return parse(HEAD + SETS + '[[cues]]\nid = "own"\ntext = "Do it."\n' + cue)


def played(call: LabelledCall, cue: str, *extra: Event) -> list[Event]:
    """Run a call with this cue alone; `extra` are further events from the edges."""
    engine = Engine(call_id="own", playbook=book(cue), table=())
    told = sorted([*inputs(call), *extra], key=lambda event: event.at)
    return [event for one in told for event in engine.feed(one)]
