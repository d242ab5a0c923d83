import pytest

from assist.cues import TABLE
from assist.errors import AudioError
from assist.evaluate.calls import CallFacts, LabelledCall
from assist.evaluate.find import find_calls
from assist.evaluate.sound import listen
from assist.events import CallEnded, SpeechStarted, TranscriptFinal
from assist.settings import load_playbook
from assist.speech.bundled import bundled


def test_a_call_without_sound_cannot_be_listened_to() -> None:
    facts = CallFacts(id="x", language="en", source="authored", licence="CC0-1.0", duration=1)

    with pytest.raises(AudioError, match="the call x has no sound"):
        list(listen(LabelledCall(call=facts), None, load_playbook("en"), TABLE, "demo"))


@pytest.mark.model
def test_sound_becomes_speech_and_words_of_both_sides() -> None:
    ((call, sound),) = find_calls([bundled("demo", "calls", "en-good")])

    events = list(listen(call, sound, load_playbook("en"), TABLE, "demo"))

    assert {e.channel for e in events if isinstance(e, SpeechStarted)} == {"agent", "customer"}
    assert {e.channel for e in events if isinstance(e, TranscriptFinal)} == {"agent", "customer"}
    assert isinstance(events[-1], CallEnded)
