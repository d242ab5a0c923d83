"""The demo calls with the words of their labels: no speech model is needed."""

from assist.audio.files import Recording
from assist.call import Call
from assist.core.engine import Engine
from assist.cues import TABLE
from assist.evaluate.calls import LabelledCall
from assist.settings import load_playbook
from assist.speech.transcript_file import HeardWord, WrittenWords
from assist.speech.vad import Vad


def compose(labelled: LabelledCall, recording: Recording) -> Call:
    words = [
        HeardWord(channel=w.channel, text=w.text, start=w.start, end=w.end, at=w.at)
        for w in labelled.words
    ]
    language = labelled.call.language
    engine = Engine(call_id=labelled.call.id, playbook=load_playbook(language), table=TABLE)
    return Call(
        labelled.call.id,
        engine,
        vad=Vad(),
        words=WrittenWords(words),
        channels=recording.channels,
        language=language,
        source="demo",
    )
