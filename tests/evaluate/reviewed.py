"""A call that went roughly, with everything that a reviewer reads, for tests."""

from functools import cache

from msgspec.structs import replace

from assist.cues import TABLE
from assist.evaluate.find import find_calls
from assist.evaluate.review import recorded, review
from assist.evaluate.review_messages import Review
from assist.evaluate.run import run
from assist.events import CallSettings, CallStarted, Event
from assist.settings import load_playbook
from assist.speech.bundled import bundled


@cache
def rough(call_id: str = "c1", *, agent: str = "anna", name: str = "en-rough") -> tuple[Event, ...]:
    """Return the log of one of the demo's calls."""
    ((call, _),) = find_calls([bundled("demo", "calls") / name])
    book = load_playbook(call.call.language)
    events = [replace(event, call_id=call_id) for event in run(call, book, TABLE)]
    first = events[0]
    assert isinstance(first, CallStarted)
    shown = CallSettings(playbook=book.reference)
    return (replace(first, agent=agent, settings=shown), *events[1:])


def told(*more: Event) -> Review:
    """Return what a reviewer reads of it, with some events at its end."""
    events = [*rough(), *more]
    return review(recorded(events), events, me="rita")
